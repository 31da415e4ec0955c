"""Lists of token ids as tensors."""

import torch


def padded(rows, least=1):
    """Id lists as ids i64[N,L] and mask bool[N,L]; gaps are 0."""
    longest = max(least, *map(len, rows)) if rows else least
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row, dtype=torch.long)
        mask[i, :len(row)] = True
    return ids, mask
