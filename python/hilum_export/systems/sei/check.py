"""SEI against its recorded answers: every module boundary, step logits, greedy and beam tokens."""
import numpy as np
import torch

from hilum_export import r2gen_checks
from hilum_export.checkpoint_hooks import Recorder
from hilum_export.exported import TracedCase, all_rows, recorded, texts
from hilum_export.made_up_tokenizers import word_level
from hilum_export.system import System
from hilum_export.systems.sei import export


def inputs_of(case: str, given: dict) -> dict:
    """The conditioner's text inputs for a case's name, such as image+2cases+indication."""
    out = {}
    if "indication" in case:
        out["indication_ids"], out["indication_mask"] = r2gen_checks.padded(given["indication"])
    count = 2 if "2cases" in case else 1 if "case" in case else 0
    if count:
        studies = len(given["case_0"])
        ids, mask = r2gen_checks.padded([given[f"case_{k}"][i] for i in range(studies) for k in range(count)])
        out["similar_ids"], out["similar_mask"] = ids.view(studies, count, -1), mask.view(studies, count, -1)
    return out


def traced(images, prefix, entry: dict, patches, whole, memory, logits, text: dict) -> TracedCase:
    return TracedCase(
        inputs={"image": images, "prefix": prefix, **texts(text)},
        roles={"image_encoder.patches": patches, "image_encoder.global": whole, "conditioner.memory": memory, "decoder.logits": logits},
        recorded=recorded(
            entry, {"visual.features": lambda out: np.concatenate([out["image_encoder.global"][:, None], out["image_encoder.patches"]], 1)},
            {"encoder_hidden_states": lambda out: out["conditioner.memory"]}),
        rows=all_rows(entry))


def check(model, golden: dict, cases, comparison) -> dict:
    """Our modules against the recorded answers; returns what the runtime should give, by case."""
    fusion, encoder = model.conditioner.fusion, model.image_encoder
    given = golden["meta"]["inputs"]
    images = torch.stack([r2gen_checks.picture(p["name"], p["size"], p["seed"]) for p in given["pictures"]])
    prefix = torch.tensor(given["forced_prefix"])
    recorder, out = Recorder(), {}
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
            memory, mask = model.conditioner({"anchor": patches, "anchor_global": whole, **text})
        actual = {name: values[0] for name, values in recorder.take().items()}
        actual["backbone.patches"], actual["backbone.pooled"] = actual.pop("backbone")
        if text.get("similar_ids", torch.zeros(0, 1)).size(1) > 1:  # one call a case in the original
            raw = actual.pop("case_encoder.raw").view(*text["similar_ids"].shape, -1)
            actual.update({f"case_encoder.raw[{k}]": raw[:, k] for k in range(raw.size(1))})
        actual["visual.features"] = torch.cat([whole.unsqueeze(1), patches], 1)
        if "similar_ids" in text:
            actual["case.features"] = fusion.cases(text["similar_ids"], text["similar_mask"])[0]
        if "indication_ids" in text:
            actual["indication.features"] = fusion.indication(text["indication_ids"], text["indication_mask"])
            for k, name in enumerate(("in_x", "in_y")):
                actual[f"fused.vision_x_indication.{name}"] = recorder.inputs["fused.vision_x_indication"][0][k]
        fused = actual.get("fused.vision_x_indication", actual.get("fused.vision_x_case", actual["visual.features"]))
        actual["encoder_hidden_states"], actual["encoder_attention_mask"] = fused, torch.ones(fused.shape[:2])
        actual.update(r2gen_checks.decoder_boundaries(model.text_decoder, memory, mask, prefix, recorder))
        r2gen_checks.compare_tensors(case, actual, entry, comparison)
        r2gen_checks.compare_tokens(model.text_decoder, memory, mask, case, entry, golden["meta"]["ids"], comparison)
        out[case] = traced(images, prefix, entry, patches, whole, memory, actual["logits"], text)
    return out


SYSTEM = System("sei", build=export.build, export=export.export, check=check, tokenizer=lambda: word_level(9841))
