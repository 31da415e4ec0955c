"""SEI against its recorded answers: every module boundary, step logits, greedy and beam tokens."""
import torch

import make_inputs
import sei
from checkpoint_hooks import Recorder
from decoding import beam_sum, forced, greedy

STEPS = (0, 10)


def padded(rows: list):
    """Ragged ids to i64 [N,L] and bool [N,L]."""
    length = max(map(len, rows))
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    return ids, torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows], dtype=torch.bool)


def pictures(entries: list):
    stack = [make_inputs.normalise(make_inputs.picture(e["name"], e["size"], e["seed"]), make_inputs.IMAGENET) for e in entries]
    return torch.stack([torch.from_numpy(p) for p in stack])


def inputs_of(case: str, given: dict) -> dict:
    """The conditioner's text inputs for a case's name, such as image+2cases+indication."""
    out = {}
    if "indication" in case:
        out["indication_ids"], out["indication_mask"] = padded(given["indication"])
    count = 2 if "2cases" in case else 1 if "case" in case else 0
    if count:
        studies = len(given["case_0"])
        ids, mask = padded([given[f"case_{k}"][i] for i in range(studies) for k in range(count)])
        out["similar_ids"], out["similar_mask"] = ids.view(studies, count, -1), mask.view(studies, count, -1)
    return out


def decoder_boundaries(model, memory, mask, prefix, recorder) -> dict:
    """What the decoder computes for a forced prefix, under the recorded names."""
    decoder = model.text_decoder
    with recorder.on({"decoder.att_embed": decoder.att_embed, "decoder.memory": decoder.model.encoder,
                      "memory": decoder.model.rm, "hidden": decoder.model.decoder.norm}):
        logits = forced(decoder, memory, mask, prefix)
    seen = recorder.take()
    embedded = [decoder.embed(prefix[:, t], t) for t in range(prefix.size(1))]
    return {"decoder.att_embed": seen["decoder.att_embed"][0], "decoder.memory": seen["decoder.memory"][0],
            "decoder.embedded_prefix": torch.stack(embedded, 1),
            "decoder.relational_memory": torch.stack([m.flatten(1) for m in seen["memory"]], 1),
            "decoder.hidden": torch.cat(seen["hidden"], 1),
            **{f"step{t}.logits": logits[t] for t in STEPS},
            **{f"step{t}.logprobs": torch.log_softmax(logits[t], -1) for t in STEPS}}


def compare_tokens(model, memory, mask, case: str, entry: dict, ids: dict, comparison) -> None:
    decoder = model.text_decoder
    for i in range(memory.size(0)):
        one = memory[i:i + 1], mask[i:i + 1]
        for kind, soft in (("greedy", True), ("greedy_no_trigram_block", False)):
            if kind in entry:
                row = entry[kind][i]
                comparison.row(f"{case} {kind} {i}", greedy(decoder, *one, ids["BOS"], ids["EOS"], 100, soft), row)
        if "beam3" in entry:
            row = entry["beam3"][i]
            comparison.row(f"{case} beam3 {i}", beam_sum(decoder, *one, ids["BOS"], ids["EOS"], 100), row)


def check(tensors: dict, golden: dict, cases, comparison) -> None:
    model = sei.build(tensors)
    fusion, encoder = model.conditioner.fusion, model.image_encoder
    given = golden["meta"]["inputs"]
    images = pictures(given["pictures"])
    prefix = torch.tensor(given["forced_prefix"])
    recorder = Recorder()
    for case, entry in golden["cases"].items():
        if cases and case not in cases:
            continue
        text = inputs_of(case, given)
        with recorder.on({"backbone": encoder.visual_extractor, "visual_local.raw": encoder.visual_local,
                          "visual_global.raw": encoder.visual_global, "case_encoder.raw": fusion.text_encoder_not_inc,
                          "indication_encoder.raw": fusion.text_encoder_inc,
                          "fused.vision_x_case": fusion.multi_modal_vision_layers[0],
                          "fused.indication_x_case": fusion.multi_modal_indication_layers[0],
                          "fused.vision_x_indication": fusion.multi_modal_vision_indication_layers[0]}):
            patches, whole = encoder(images)
            rows = torch.cat([whole.unsqueeze(1), patches], 1)
            memory, mask = model.conditioner({"anchor": patches, "anchor_global": whole, **text})
        seen = recorder.take()
        entered = recorder.inputs
        actual = {name: values[0] for name, values in seen.items() if name != "backbone"}
        actual["backbone.patches"], actual["backbone.pooled"] = seen["backbone"][0]
        actual["visual.features"] = rows
        if "similar_ids" in text:
            actual["case.features"] = fusion.cases(text["similar_ids"], text["similar_mask"])[0]
        if "indication_ids" in text:
            actual["indication.features"] = fusion.indication(text["indication_ids"], text["indication_mask"])
            actual["fused.vision_x_indication.in_x"], actual["fused.vision_x_indication.in_y"] = entered["fused.vision_x_indication"][0][:2]
        fused = actual.get("fused.vision_x_indication", actual.get("fused.vision_x_case", rows))
        actual["encoder_hidden_states"] = fused
        actual["encoder_attention_mask"] = torch.ones(fused.shape[:2])
        actual.update(decoder_boundaries(model, memory, mask, prefix, recorder))
        for boundary, expected in entry["tensors"].items():
            if boundary not in actual:
                comparison.failures.append(f"{case} {boundary}: not compared")
            else:
                comparison.tensor(case, boundary, actual[boundary], expected)
        compare_tokens(model, memory, mask, case, entry, golden["meta"]["ids"], comparison)
