"""What SEI's and EVOKE's checks share: padded ids, named pictures, the decoder's boundaries and tokens."""
import torch

from hilum_export.decoding import beam_sum, forced, greedy
from hilum_export.reference import make_inputs

STEPS = (0, 10)


def padded(rows: list):
    """Ragged ids to i64 [N,L] and bool [N,L]."""
    length = max(map(len, rows))
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    return ids, torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows], dtype=torch.bool)


def picture(name: str, size: int, seed: int, statistics=make_inputs.IMAGENET) -> torch.Tensor:
    return torch.from_numpy(make_inputs.normalise(make_inputs.picture(name, size, seed), statistics))


def decoder_boundaries(decoder, memory, mask, prefix, recorder) -> dict:
    """What the decoder computes for a forced prefix, under the recorded names."""
    with recorder.on({"decoder.att_embed": decoder.att_embed, "decoder.memory": decoder.model.encoder,
                      "memory": decoder.model.rm, "hidden": decoder.model.decoder.norm}):
        logits = forced(decoder, memory, mask, prefix)
    seen = recorder.take()  # of the memory after the first token, as beam search needs it, and then as greedy search does
    embedded = [decoder.embed(prefix[:, t], t) for t in range(prefix.size(1))]
    return {"decoder.att_embed": seen["decoder.att_embed"][0], "decoder.memory": seen["decoder.memory"][0],
            "decoder.embedded_prefix": torch.stack(embedded, 1),
            "decoder.relational_memory": torch.stack([m.flatten(1) for m in seen["memory"][1:]], 1),
            "decoder.hidden": torch.cat(seen["hidden"], 1),
            "logits": torch.stack(logits, 1),
            **{f"step{t}.logits": logits[t] for t in STEPS},
            **{f"step{t}.logprobs": torch.log_softmax(logits[t], -1) for t in STEPS}}


def compare_tensors(case: str, actual: dict, entry: dict, comparison) -> None:
    for boundary, expected in entry["tensors"].items():
        if boundary not in actual:
            comparison.failures.append(f"{case} {boundary}: not compared")
        else:
            comparison.tensor(case, boundary, actual[boundary], expected)


def compare_tokens(decoder, memory, mask, case: str, entry: dict, ids: dict, comparison) -> None:
    for i in range(memory.size(0)):
        one = memory[i:i + 1], mask[i:i + 1]
        for kind, soft in (("greedy", True), ("greedy_no_trigram_block", False)):
            if kind in entry:
                tokens = greedy(decoder, *one, ids["BOS"], ids["EOS"], 100, soft)
                comparison.row(f"{case} {kind} {i}", tokens, entry[kind][i])
        if "beam3" in entry:
            comparison.row(f"{case} beam3 {i}", beam_sum(decoder, *one, ids["BOS"], ids["EOS"], 100), entry["beam3"][i])
