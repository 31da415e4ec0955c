"""The card's sections on reports, on the shared space of images and facts, and on the real pairs, out of measured results."""


def spread(entry):
    """An AUC with its interval."""
    return f"{entry['auc']:.3f} [{entry['interval'][0]:.3f}, {entry['interval'][1]:.3f}]"


def f1_table(systems, generated):
    """Every system's F1, and what the bundle's own reports have more."""
    lines = ["| system | micro F1 | macro F1 | micro F1 of the bundle's reports minus this |", "|---|---|---|---|"]
    for name, entry in systems.items():
        more = entry.get("generated_minus_this")
        label = f"**{name}** (`hilum generate` on a film alone)" if name == generated else name
        lines.append(f"| {label} | {entry['micro_f1']:.3f} {entry['micro_interval']} | {entry['macro_f1']:.3f} "
                     f"{entry['macro_interval']} | {more['micro_interval'] if more else ''} |")
    return "\n".join(lines)


def verdict(texts):
    """What may be said of this bundle beside those before it."""
    out = []
    for name, entry in texts["systems"].items():
        if not name.startswith("bundle "):
            continue
        more = entry["generated_minus_this"]
        said = {kind: ("better" if more[key][0] > 0 else "worse" if more[key][1] < 0 else "neither better nor worse")
                for kind, key in (("micro", "micro_interval"), ("macro", "macro_interval"))}
        out.append(f"Against {name} the micro F1 is {said['micro']} (difference {more['micro_interval']}), the macro F1 "
                   f"{said['macro']} ({more['macro_interval']}).")
    return " ".join(out)


def helped(texts):
    """One line an input: whether the reports change for the better with it."""
    systems, base = texts["systems"], "image and findings"
    plain, out = systems[base], []
    for name, entry in systems.items():
        if name.startswith(("+", "prior")):
            delta = entry["micro_f1"] - plain["micro_f1"]
            low, high = entry["minus_image_alone"]["micro_interval"]
            word = "higher" if low > 0 else "lower" if high < 0 else "no different"
            out.append(f"- {name}: micro F1 {delta:+.3f}, interval [{low}, {high}]: {word}.")
    return "\n".join(out)


def space_table(alignment):
    """AUC of nearness to words, within a source."""
    lines = ["| finding | source | with | without | by its name | by a phrase |", "|---|---|---|---|---|---|"]
    for name, entry in alignment["words"].items():
        for source, area in entry["name"].items():
            phrase = entry["by_phrase"][source]
            lines.append(f"| {name} | {source} | {area['positive']} | {area['negative']} | {area['auc']:.3f} {area['interval']} | "
                         f"\"{entry['phrase']}\" {phrase['auc']:.3f} {phrase['interval']} |")
    return "\n".join(lines)


def similar_table(alignment):
    """How often the three nearest training cases say the same."""
    lines = ["| source | films | by the aligner | by the global vector | by chance |", "|---|---|---|---|---|"]
    for source, spaces in alignment["similar"].items():
        ours, plain = spaces["aligner"], spaces["global vector"]
        lines.append(f"| {source} | {ours['cases']} | {ours['same_findings']:.3f} | {plain['same_findings']:.3f} | "
                     f"{ours['chance']:.3f} |")
    return "\n".join(lines)


PAIR_METRICS = ("BLEU-1", "BLEU-4", "ROUGE-L", "METEOR-1.5-noparaphrase", "CheXpert-14-micro-F1", "Entity-F1-partial")


def pair_scores(evaluated):
    """A few scores of `hilum evaluate --format json` on the real pairs."""
    out = []
    for name in PAIR_METRICS:
        entry = evaluated["metrics"][name]
        out.append(f"{name} {entry['value']:.3f} [{entry['low']:.3f}, {entry['high']:.3f}]")
    return ", ".join(out)


def appearance(results):
    """Opacity by the appearance that the readers gave."""
    parts = [f"{name.split()[0].lower()} {spread(entry)} ({entry['positive']} films)"
             for name, entry in results.items() if name != "all"]
    return ("By the appearance that the readers gave, each against the same films without (the exported modules): "
            + ", ".join(parts) + ".")


def previous(compared, name):
    """The findings beside an earlier bundle's; nothing without one."""
    if not compared:
        return ""
    rows = "\n".join(f"| {finding} | {entry['ours']:.3f} | {entry['previous']:.3f} |" for finding, entry in compared["findings"].items())
    return f"""Against the previous bundle ({name}), on the same films:

| finding | AUC | previous |
|---|---|---|
{rows}
| **mean** | **{compared['ours']:.3f}** | {compared['previous']:.3f} |

Difference of the means {compared['difference']:.3f}, interval {compared['difference_interval']}.

"""


def previous_result(compared):
    """The manifest's line on it."""
    if not compared:
        return {}
    return {"mean_auc_against_previous": {key: compared[key] for key in ("ours", "previous", "difference", "difference_interval")}}
