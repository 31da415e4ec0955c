"""Compares tensors and tokens with recorded golden values and collects what differs."""
import numpy as np
import torch

TOLERANCE = 1e-4      # of the larger of the expected value and the tensor's root mean square
TIGHT_GAP = 1e-3      # rows whose recorded margin is smaller may end in other tokens


class Comparison:
    def __init__(self, system: str):
        self.system = system
        self.worst = {}    # boundary -> largest relative difference over all cases
        self.failures = []
        self.tokens = {"agree": 0, "differ": 0, "exempt": 0}

    def tensor(self, where: str, boundary: str, actual, expected: dict) -> None:
        """`expected` has shape, sum, l2 and samples at flat indexes."""
        actual = torch.as_tensor(actual).detach().double().reshape(-1) if list(torch.as_tensor(actual).shape) == expected["shape"] \
            else None
        if actual is None:
            self.failures.append(f"{where} {boundary}: shape is not {expected['shape']}")
            return
        wanted = np.array(expected["value"], np.float64)
        got = actual.numpy()[np.array(expected["index"], np.int64)]
        if "l2" not in expected:  # whole numbers
            if not (np.array_equal(got, wanted) and float(actual.sum()) == expected["sum"]):
                self.failures.append(f"{where} {boundary}: not equal")
            self.worst.setdefault(boundary, 0.0)
            return
        rms = expected["l2"] / max(1, actual.numel()) ** 0.5
        difference = np.abs(got - wanted) / np.maximum(np.maximum(np.abs(wanted), rms), 1e-30)
        norm = abs(float(actual.norm()) - expected["l2"]) / max(expected["l2"], 1e-30)
        worst = float(max(difference.max(initial=0.0), norm))
        self.worst[boundary] = max(self.worst.get(boundary, 0.0), worst)
        if not worst <= TOLERANCE:
            self.failures.append(f"{where} {boundary}: relative difference {worst:.2e}")

    def rest(self, where: str, boundary: str, actual, expected: dict) -> None:
        """The same where the first row of each study was recorded and is not handed on: samples of the other rows."""
        studies, rows, width = expected["shape"]
        actual = np.asarray(actual, np.float64)
        if list(actual.shape) != [studies, rows - 1, width]:
            self.failures.append(f"{where} {boundary}: shape is not {[studies, rows - 1, width]}")
            return
        index = np.array(expected["index"], np.int64)
        kept = index // width % rows > 0
        study, row, column = np.unravel_index(index[kept], expected["shape"])
        rms = expected["l2"] / (studies * rows * width) ** 0.5
        self._keep(where, boundary, actual[study, row - 1, column], np.array(expected["value"], np.float64)[kept], rms)

    def whole(self, where: str, boundary: str, actual, expected) -> None:
        """Two tensors in full."""
        actual, expected = np.asarray(actual, np.float64), np.asarray(expected, np.float64)
        if actual.shape != expected.shape:
            self.failures.append(f"{where} {boundary}: shape is {actual.shape}, not {expected.shape}")
            return
        self._keep(where, boundary, actual, expected, float(np.sqrt(np.mean(expected ** 2))))

    def _keep(self, where: str, boundary: str, actual, wanted, rms: float) -> None:
        difference = np.abs(actual - wanted) / np.maximum(np.maximum(np.abs(wanted), rms), 1e-30)
        worst = float(difference.max(initial=0.0))
        self.worst[boundary] = max(self.worst.get(boundary, 0.0), worst)
        if not worst <= TOLERANCE:
            self.failures.append(f"{where} {boundary}: relative difference {worst:.2e}")

    def row(self, where: str, actual: list, expected: dict) -> None:
        """One token sequence against {"ids", and the margins recorded with it}."""
        gaps = [expected[key] for key in ("min_gap", "min_gap_rank3_rank4", "gap_best_second") if expected.get(key) is not None]
        gap = min(gaps, default=None)
        if list(actual) == list(expected["ids"]):
            self.tokens["agree"] += 1
        elif gap is not None and gap < TIGHT_GAP:
            self.tokens["exempt"] += 1
        else:
            self.tokens["differ"] += 1
            at = next((i for i, (a, b) in enumerate(zip(actual, expected["ids"])) if a != b), min(len(actual), len(expected["ids"])))
            self.failures.append(f"{where}: tokens differ from position {at} on")

    def report(self) -> int:
        for boundary, worst in self.worst.items():
            print(f"{self.system:10} {boundary:44} {worst:.2e}")
        print(f"{self.system:10} tokens: {self.tokens['agree']} agree, {self.tokens['differ']} differ, "
              f"{self.tokens['exempt']} exempt (margin below {TIGHT_GAP})")
        for failure in self.failures:
            print(f"{self.system:10} MISMATCH {failure}")
        return 1 if self.failures else 0
