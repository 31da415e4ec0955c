"""EVOKE against its recorded answers: every module boundary, step logits, greedy and beam tokens."""
import torch

from hilum_export import r2gen_checks
from hilum_export.checkpoint_hooks import Recorder
from hilum_export.exported import TracedCase, all_rows, recorded, texts
from hilum_export.made_up_tokenizers import word_level
from hilum_export.system import System
from hilum_export.systems.evoke import export


def inputs_of(entry: dict, case: str, given: dict, patches, pooled) -> tuple:
    """The conditioner's inputs, and which picture is what: anchors are the first of each study, the others its views."""
    studies = list(dict.fromkeys(entry["studies"]))
    anchors = [entry["studies"].index(s) for s in studies]
    others = [[i for i, s in enumerate(entry["studies"]) if s == study and i not in anchors] for study in studies]
    out = {"anchor": patches[anchors], "anchor_global": pooled[anchors]}
    most = max(map(len, others))
    where = {"anchor": torch.tensor(anchors)}
    if most:
        where["views"] = torch.tensor([row + [-1] * (most - len(row)) for row in others])
        out["views"] = torch.zeros(len(studies), most, *patches.shape[1:])
        out["views_mask"] = torch.zeros(len(studies), most, dtype=torch.bool)
        for row, indexes in enumerate(others):
            for k, i in enumerate(indexes):
                out["views"][row, k], out["views_mask"][row, k] = patches[i], True
    if "indication" in case:
        out["indication_ids"], out["indication_mask"] = r2gen_checks.padded(given["indication"])
    return out, where


def traced(images, where: dict, prefix, entry: dict, patches, pooled, inputs: dict, memory, logits) -> TracedCase:
    return TracedCase(
        inputs={"image": images, "prefix": prefix, **where, **texts(inputs)},
        roles={"image_encoder.patches": patches, "image_encoder.global": pooled, "conditioner.memory": memory, "decoder.logits": logits},
        recorded=recorded(
            entry, {"backbone.patches": lambda out: out["image_encoder.patches"], "backbone.pooled": lambda out: out["image_encoder.global"]},
            {"encoder_hidden_states": lambda out: out["conditioner.memory"]}),
        rows=all_rows(entry))


def check(model, golden: dict, cases, comparison) -> dict:
    """Our modules against the recorded answers; returns what the runtime should give, by case."""
    conditioner, encoder = model.conditioner, model.image_encoder
    given = golden["meta"]["inputs"]
    prefix = torch.tensor(given["forced_prefix"])
    recorder, out = Recorder(), {}
    for case, entry in golden["cases"].items():
        if cases and case not in cases:
            continue
        with recorder.on({"backbone": encoder.visual_extractor, "layer_norm_1": conditioner.layer_norm_1,
                          "multiview.attention": conditioner.multiview_cross_attention,
                          "multiview.layer_norm_2": conditioner.layer_norm_2, "visual_head": conditioner.visual_head,
                          "indication_encoder.raw": conditioner.text_encoder, "indication.head": conditioner.text_head,
                          "bridge": conditioner.visual_self_atten_layers[0],
                          "fused.vision_x_indication": conditioner.multimodal_fusion_layers[0]}):
            images = torch.stack([r2gen_checks.picture(name, entry["size"], 0) for name in entry["pictures"]])
            patches, pooled = encoder(images)
            inputs, where = inputs_of(entry, case, given, patches, pooled)
            memory, mask = conditioner(inputs)
        seen = recorder.take()
        actual = {name: values[0] for name, values in seen.items()}
        actual["backbone.patches"], actual["backbone.pooled"] = actual.pop("backbone")
        # The original norms every picture of the batch at once, and joins the views of one study at a time.
        actual["layer_norm_1"] = conditioner.layer_norm_1(torch.cat([actual["backbone.pooled"].unsqueeze(1), actual["backbone.patches"]], 1))
        for name in ("multiview.attention", "multiview.layer_norm_2"):
            joined = actual.pop(name, torch.zeros(0))
            for row in range(joined.size(0)):  # one call a study in the original
                actual[f"{name}[{row}]" if joined.size(0) > 1 else name] = joined[row]
        actual["encoder_hidden_states"] = actual.get("bridge", actual.get("fused.vision_x_indication"))
        actual.update(r2gen_checks.decoder_boundaries(model.text_decoder, memory, mask, prefix, recorder))
        r2gen_checks.compare_tensors(case, actual, entry, comparison)
        r2gen_checks.compare_tokens(model.text_decoder, memory, mask, case, entry, golden["meta"]["ids"], comparison)
        out[case] = traced(images, where, prefix, entry, patches, pooled, inputs, memory, actual["logits"])
    return out


SYSTEM = System("evoke", build=export.build, export=export.export, check=check, tokenizer=lambda: word_level(9841))
