"""Greedy and beam search over prefill and step, as the published systems rank: a plain reference for checks."""
import torch

from hilum_export.networks.r2gen import TRIGRAM_PENALTY


def _gather(state, rows):
    return [tensor.index_select(0, rows) for tensor in state]


@torch.no_grad()
def forced(decoder, memory, mask, prefix):
    """Logits after each token of `prefix` (i64 [B,T]) as a list of [B,V]."""
    shared, state = decoder.prefill(memory, mask)
    studies = torch.arange(memory.size(0))
    logits = []
    for position in range(prefix.size(1)):
        out, state, _ = decoder.step(prefix[:, position], position, studies, shared, state)
        logits.append(out)
    return logits


@torch.no_grad()
def greedy(decoder, memory, mask, bos, eos, max_new, soft_trigrams):
    """Ids of one study (batch 1), with [EOS] if reached."""
    shared, state = decoder.prefill(memory, mask)
    study = torch.zeros(1, dtype=torch.long)
    ids, token = [], bos
    for position in range(max_new):
        logits, state, _ = decoder.step(torch.tensor([token]), position, study, shared, state)
        scores = torch.log_softmax(logits[0], -1)
        if soft_trigrams and len(ids) >= 3:
            for i in range(len(ids) - 2):
                if ids[i:i + 2] == ids[-2:]:
                    scores[ids[i + 2]] -= TRIGRAM_PENALTY
        token = int(scores.argmax())
        ids.append(token)
        if token == eos:
            break
    return ids


@torch.no_grad()
def beam_sum(decoder, memory, mask, bos, eos, max_new, beams=3):
    """R2Gen's search: sums of log-probabilities, an ended beam is kept and lowered by 1000; returns the best ids."""
    shared, state = decoder.prefill(memory, mask)
    sequences, scores, finished = [[]], torch.zeros(1), []
    tokens = torch.tensor([bos])
    for position in range(max_new):
        logits, state, _ = decoder.step(tokens, position, torch.zeros(len(sequences), dtype=torch.long), shared, state)
        totals = scores[:, None] + torch.log_softmax(logits, -1)
        best, flat = totals.reshape(-1).topk(beams)
        parents, tokens = flat // totals.size(1), flat % totals.size(1)
        sequences = [sequences[p] + [int(t)] for p, t in zip(parents.tolist(), tokens.tolist())]
        scores, state = best.clone(), _gather(state, parents)
        for i, token in enumerate(tokens.tolist()):
            if token == eos or position == max_new - 1:
                finished.append((float(scores[i]), sequences[i]))
                scores[i] -= 1000
        if finished and max(finished)[0] >= float(scores.max()):
            break  # scores only fall: nothing can overtake
    return max(finished, key=lambda entry: entry[0])[1]


@torch.no_grad()
def beam_mean(decoder, memory, mask, bos, eos, max_new, beams=3):
    """The search of the transformers library: the sum divided by the length; returns the best ids, start token first."""
    shared, state = decoder.prefill(memory, mask)
    sequences = [[bos]] * beams
    scores = torch.tensor([0.0] + [-1e9] * (beams - 1))
    state = _gather(state, torch.zeros(beams, dtype=torch.long))
    done = []
    for position in range(max_new):
        tokens = torch.tensor([s[-1] for s in sequences])
        logits, state, _ = decoder.step(tokens, position, torch.zeros(beams, dtype=torch.long), shared, state)
        totals = scores[:, None] + torch.log_softmax(logits, -1)
        best, flat = totals.reshape(-1).topk(2 * beams)
        candidates = [(float(s), int(f) // totals.size(1), int(f) % totals.size(1)) for s, f in zip(best, flat)]
        alive = []
        for rank, (score, parent, token) in enumerate(candidates):
            if token == eos:
                if rank < beams:
                    done.append((score / (position + 1), sequences[parent] + [token]))
            elif len(alive) < beams:
                alive.append((score, parent, token))
        done = sorted(done, key=lambda entry: -entry[0])[:beams]
        sequences = [sequences[p] + [t] for _, p, t in alive]
        scores = torch.tensor([s for s, _, _ in alive])
        state = _gather(state, torch.tensor([p for _, p, _ in alive]))
        if len(done) == beams and done[-1][0] >= candidates[0][0] / (position + 1):
            break
    else:
        done += [(float(s) / max_new, ids) for s, ids in zip(scores, sequences)]
    return max(done, key=lambda entry: entry[0])[1]
