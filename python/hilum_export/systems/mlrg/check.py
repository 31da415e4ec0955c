"""MLRG against its recorded answers: every module boundary, step logits, greedy and beam tokens."""
import torch

from hilum_export import r2gen_checks
from hilum_export.checkpoint_hooks import Recorder
from hilum_export.decoding import beam_mean, forced, greedy
from hilum_export.exported import TracedCase, all_rows, recorded, texts
from hilum_export.made_up_tokenizers import byte_level
from hilum_export.reference import make_inputs
from hilum_export.system import System
from hilum_export.systems.mlrg import export

STEPS = (0, 10)
NEW_TOKENS = 99  # 100 with the start token


def numbered(boundary: str, position: int, count: int) -> str:
    """What was recorded more than once in a case has its number in the name."""
    return f"{boundary}[{position}]" if count > 1 else boundary


def encode(entry: dict, first_seen: list, encoder, kept: dict, recorder) -> dict:
    """Rows of each picture, encoded once for all cases; the encoder's boundaries of the pictures that this case is the first to
    show, which is what was recorded: by number where there are several."""
    boundaries = {}
    for image in entry["images"]:
        name = image["picture"]
        if name not in kept:
            network = encoder.image_encoder
            with recorder.on({"embeddings": network.embeddings, "last": network}):
                rows, pooled = encoder(r2gen_checks.picture(name, 518, 0, make_inputs.RADDINO).unsqueeze(0))
            seen = recorder.take()
            kept[name] = (rows[0], seen["embeddings"][0], seen["last"][0], pooled)
        if name in first_seen:
            for boundary, value in zip(("embeddings", "last_hidden_state", "pooler_output"), kept[name][1:]):
                boundaries[numbered(f"image_encoder.{boundary}", first_seen.index(name), len(first_seen))] = value
    return boundaries


def named_inputs(entry: dict, kept: dict) -> dict:
    """What the runtime would hand to the conditioner."""
    images = entry["images"]
    anchors = [image for image in images if image["anchor"]]
    rows = {image["picture"]: kept[image["picture"]][0] for image in images}
    views = [[m for m in images if m["study"] == a["study"] and not m["anchor"] and m["time"] == 0] for a in anchors]
    priors = [[m for m in images if m["study"] == a["study"] and m["time"] == 1] for a in anchors]
    out = {"anchor": torch.stack([rows[a["picture"]] for a in anchors]), "anchor_view": torch.tensor([a["view_row"] for a in anchors])}
    most = max(map(len, views))
    empty = torch.zeros_like(out["anchor"][0])
    if most:
        padded = [v + [None] * (most - len(v)) for v in views]
        out["views"] = torch.stack([torch.stack([rows[m["picture"]] if m else empty for m in v]) for v in padded])
        out["views_view"] = torch.tensor([[m["view_row"] if m else 0 for m in v] for v in padded])
        out["views_mask"] = torch.tensor([[m is not None for m in v] for v in padded])
    if any(priors):
        out["prior_image"] = torch.stack([rows[p[0]["picture"]] if p else empty for p in priors])
        out["prior_view"] = torch.tensor([p[0]["view_row"] if p else 0 for p in priors])
        out["prior_image_mask"] = torch.tensor([bool(p) for p in priors])
    prompt = entry["prompt"]
    for key, absent in (("indication", [export.CLS, export.NHI, export.SEP]), ("prior_report", [export.NHPR, export.SEP])):
        given = [row if row != absent else [] for row in prompt[key]]
        if any(given):
            out[f"{key}_ids"], out[f"{key}_mask"] = r2gen_checks.padded([row or [0] for row in given])
            for i, row in enumerate(given):
                out[f"{key}_mask"][i] &= bool(row)
    return out


def traced(entry: dict, kept: dict, inputs: dict, memory, logits) -> TracedCase:
    """Pictures by their rows in the file; the encoder's answers are compared on all of them."""
    images = entry["images"]
    anchors = [i for i, image in enumerate(images) if image["anchor"]]

    def others(time: int) -> list:
        return [[i for i, m in enumerate(images) if m["study"] == images[a]["study"] and not m["anchor"] and m["time"] == time]
                for a in anchors]

    where = {"anchor": torch.tensor(anchors), "image_view": torch.tensor([image["view_row"] for image in images])}
    if "views" in inputs:
        most = max(map(len, others(0)))
        where["views"] = torch.tensor([row + [-1] * (most - len(row)) for row in others(0)])
    if "prior_image" in inputs:
        where["prior_image"] = torch.tensor([row[0] if row else -1 for row in others(1)])
    pictures = torch.stack([r2gen_checks.picture(image["picture"], 518, 0, make_inputs.RADDINO) for image in images])
    return TracedCase(
        inputs={"image": pictures, "prefix": torch.tensor(entry["forced_prefix"]), **where, **texts(inputs)},
        roles={"image_encoder.patches": torch.stack([kept[image["picture"]][0] for image in images]), "conditioner.memory": memory,
               "decoder.logits": logits},
        recorded=recorded(entry, {"multimodal.out": lambda out: out["conditioner.memory"]}, {}),
        rows=all_rows(entry))


def run_case(case: str, entry: dict, first_seen: list, model, kept: dict, recorder, comparison) -> TracedCase:
    conditioner = model.conditioner
    actual = encode(entry, first_seen, model.image_encoder, kept, recorder)
    images = entry["images"]
    inputs = named_inputs(entry, kept)
    ids, mask, types = conditioner.prompt(inputs, inputs["anchor"].size(0))
    for name, got in (("input_ids", ids), ("token_type_ids", types), ("attention_mask", mask.long())):
        if got.tolist() != entry["prompt"][name]:
            comparison.failures.append(f"{case} prompt.{name}: not equal")
    cross = conditioner.fusion_multimodal[0]
    layers = conditioner.fusion_multiview.layers
    with recorder.on({"prompt.encoder": conditioner.text_encoder, "prompt.projected": conditioner.text_projection,
                      "image.concatenated_after_ln_3": conditioner.ln_3, "longitudinal.fused": conditioner.fusion_multiview,
                      "multimodal.self_attention": cross.attention, "multimodal.cross_attention": cross.crossattention,
                      "multimodal.out": cross,
                      **{f"longitudinal.layer{i}.attention": layer[0] for i, layer in enumerate(layers)}}):
        memory, memory_mask = conditioner(inputs)
    seen = {name: values[0] for name, values in recorder.take().items()}
    actual["image.concatenated_before_ln_3"] = recorder.inputs["image.concatenated_after_ln_3"][0][0]
    for name, value in seen.items():
        if name.startswith("longitudinal"):  # the published code fuses one study after the other
            actual.update({numbered(name, i, len(value)): fused for i, fused in enumerate(value)})
        else:
            actual[name] = value
    rows = torch.stack([kept[m["picture"]][0] for m in images])
    view = torch.tensor([m["view_row"] for m in images])
    actual["image.after_view_and_ln_1"] = conditioner.ln_1(rows + conditioner.vp_pos_embed[view])
    actual["image.projected"] = conditioner.project(rows, view)
    actual["image.after_time_and_ln_2"] = torch.stack([conditioner.timed(p, m["time"]) for p, m in zip(actual["image.projected"], images)])
    prefix = torch.tensor(entry["forced_prefix"])
    with recorder.on({"hidden": model.text_decoder.transformer.ln_f}):
        logits = forced(model.text_decoder, memory, memory_mask, prefix)
    actual["decoder.final_hidden"] = torch.cat(recorder.take()["hidden"], 1)
    actual.update({f"step{t}.logits": logits[t] for t in STEPS})
    r2gen_checks.compare_tensors(case, actual, entry, comparison)
    for i in range(memory.size(0)):
        one = memory[i:i + 1], memory_mask[i:i + 1]
        if "greedy" in entry:
            tokens = [export.BOS] + greedy(model.text_decoder, *one, export.BOS, export.EOS, NEW_TOKENS, False)
            comparison.row(f"{case} greedy {i}", tokens, entry["greedy"][i])
        if "beam3" in entry:
            comparison.row(f"{case} beam3 {i}", beam_mean(model.text_decoder, *one, export.BOS, export.EOS, NEW_TOKENS), entry["beam3"][i])
    return traced(entry, kept, inputs, memory, torch.stack(logits, 1))


def check(model, golden: dict, cases, comparison) -> dict:
    """Our modules against the recorded answers; returns what the runtime should give, by case."""
    kept, recorder, out = {}, Recorder(), {}
    shown = set()
    for case, entry in golden["cases"].items():
        first_seen = [image["picture"] for image in entry["images"] if image["picture"] not in shown]
        shown.update(first_seen)
        if not cases or case in cases:
            out[case] = run_case(case, entry, first_seen, model, kept, recorder, comparison)
    return out


SYSTEM = System("mlrg", build=export.build, export=export.export, check=check, tokenizer=byte_level, recorded_start=True)
