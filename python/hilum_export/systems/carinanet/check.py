"""CarinaNet against its recorded answers: trunk, pyramid, heads, anchors, boxes and points."""
import numpy as np
import torch
from PIL import Image

from hilum_export.checkpoint_hooks import Recorder
from hilum_export.exported import TracedCase
from hilum_export.networks.retinanet import LEVELS
from hilum_export.reference import make_inputs
from hilum_export.system import System
from hilum_export.systems.carinanet import export


def check(model, golden: dict, cases, comparison) -> dict:
    """Our modules against the recorded answers; returns what the runtime should give, by case."""
    network = model.network
    recorder, out = Recorder(), {}
    for case, entry in golden["cases"].items():
        if cases and case not in cases:
            continue
        pixels = np.floor(255 * make_inputs.picture(case, entry["size"][0], 0) + 0.5).astype(np.uint8)
        picture = Image.fromarray(pixels).convert("RGB").resize((export.SIDE, export.SIDE), Image.BICUBIC)
        image = torch.from_numpy(np.asarray(picture, np.float32).transpose(2, 0, 1) / np.float32(255))
        with recorder.on({**{f"backbone.layer{i}": getattr(network, f"layer{i}") for i in range(1, 5)}, "fpn": network.fpn,
                          "regression": network.regressionModel, "classification": network.classificationModel}):
            boxes, scores = network(image.unsqueeze(0))
        seen = recorder.take()
        actual = {name: values[0] for name, values in seen.items() if name.startswith("backbone")}
        actual.update(pixels=pixels.astype(np.int64), input_640=image, anchors=network.anchors.unsqueeze(0), boxes_clipped=boxes,
                      boxes_decoded_before_clip=network.decode(torch.cat(seen["regression"], 1)))
        for i in range(LEVELS):
            actual[f"fpn.P{i + 3}"] = seen["fpn"][0][i]
            actual[f"regression.P{i + 3}"] = seen["regression"][i]
            actual[f"classification.P{i + 3}"] = torch.sigmoid(seen["classification"][i])
        for boundary, expected in flattened(entry["tensors"]).items():
            if boundary not in actual:
                comparison.failures.append(f"{case} {boundary}: not compared")
            else:
                comparison.tensor(case, boundary, actual[boundary], expected)
        points, confidence = model(image.unsqueeze(0))
        for k, name in enumerate(("carina", "ett")):
            if points[0, k].tolist() != entry["result"][name]:
                comparison.failures.append(f"{case} {name}: {points[0, k].tolist()} for {entry['result'][name]}")
            if abs(float(confidence[0, k]) - entry["result"][f"{name}_confidence"]) > 1e-5:
                comparison.failures.append(f"{case} {name}: confidence {float(confidence[0, k])}")
        out[case] = TracedCase(inputs={"image": image.unsqueeze(0)}, recorded={}, rows=[],
                               roles={"landmarks.points": points, "landmarks.confidence": confidence})
    return out


def flattened(tensors: dict) -> dict:
    """Nested entries as dotted names."""
    out = {}
    for name, entry in tensors.items():
        if "shape" in entry:
            out[name] = entry
        else:
            out.update({f"{name}.{inner}": value for inner, value in entry.items()})
    return out


SYSTEM = System("carinanet", build=export.build, export=export.export, check=check)
