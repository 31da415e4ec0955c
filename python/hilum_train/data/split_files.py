"""The committed splits: which films are held back, and which reports no training of text may use."""
from pathlib import Path

FILMS = Path(__file__).parent / "splits" / "films.json"
REPORTS = Path(__file__).parent / "splits" / "reports.json"
