"""What a published system has to give so that its exporter can be checked against recorded answers."""
import dataclasses
from typing import Callable


@dataclasses.dataclass(frozen=True)
class System:
    name: str
    build: Callable   # tensors by name -> our modules, filled
    export: Callable  # (model, folder of the bundle, tokenizer file or none if `tokenizer` is none)
    check: Callable   # (model, golden, names of cases or none, Comparison) -> {case: exported.TracedCase}
    tokenizer: Callable | None = None  # makes a stand-in for the system's tokenizer.json; none: it reads no text
    recorded_start: bool = False       # recorded tokens begin with the start token
