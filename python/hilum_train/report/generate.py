"""Greedy decoding in Python, for evaluation and for the self-test's expected tokens."""

import torch


@torch.no_grad()
def greedy(conditioner, decoder, inputs, bos, eos, max_tokens):
    """Token ids of each study, without `bos`, up to and without `eos`."""
    memory, mask = conditioner(inputs)
    shared, state = decoder.prefill(memory, mask)
    count = memory.size(0)
    ids, rows = torch.full((count,), bos), torch.arange(count)
    out, done = [[] for _ in range(count)], [False] * count
    for position in range(max_tokens):
        logits, state, _ = decoder.step(ids, position, rows, shared, state)
        ids = logits.argmax(-1)
        for i, token in enumerate(ids.tolist()):
            done[i] = done[i] or token == eos
            if not done[i]:
                out[i].append(token)
        if all(done):
            break
    return out


def sections(ids, processor, impression):
    """(findings, impression) texts of generated ids."""
    at = ids.index(impression) if impression in ids else len(ids)
    return processor.decode(ids[:at]), processor.decode(ids[at + 1:])
