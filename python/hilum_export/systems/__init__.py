"""The systems whose checkpoints are exported, a folder each: export.py and, where answers are recorded, check.py with SYSTEM."""
import importlib
import pathlib

from hilum_export.system import System


def names() -> list[str]:
    """Those with recorded answers."""
    return sorted(path.parent.name for path in pathlib.Path(__file__).parent.glob("*/check.py"))


def load(name: str) -> System:
    return importlib.import_module(f"hilum_export.systems.{name}.check").SYSTEM
