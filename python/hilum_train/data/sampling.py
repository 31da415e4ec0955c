"""Draws cases so that no kind of them rules: kinds (cases with the same findings) by the root of their number."""

import collections

import numpy as np

from hilum_train.data import cases


class Sampler:
    """Positions of some records."""

    def __init__(self, records, seed):
        self.kinds = collections.defaultdict(list)
        for i, record in enumerate(records):
            self.kinds[cases.signature(record)].append(i)
        self.names = sorted(self.kinds)
        weight = np.sqrt([len(self.kinds[name]) for name in self.names])
        self.share, self.rng = weight / weight.sum(), np.random.default_rng(seed)

    def draw(self, count):
        """Positions of the batch's cases."""
        drawn = self.rng.choice(len(self.names), size=count, p=self.share)
        return [int(self.rng.choice(self.kinds[self.names[i]])) for i in drawn]
