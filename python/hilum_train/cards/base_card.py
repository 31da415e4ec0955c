"""Writes a bundle's MODEL_CARD.md, and `results` in its manifest, out of what was measured."""

import argparse
import json
from pathlib import Path

from hilum_train.cards import card_sections
from hilum_train.cards.card_sections import spread
from hilum_train.data import cases

TEXT = """# hilum-base

A small model that looks at one frontal chest film and writes findings and an impression. **Research only; not for
diagnosis; no commercial use** (see LICENSE).

| part | what it is |
|---|---|
| image encoder | two networks read the film, 224 x 224, ImageNet start weights, fine-tuned apart: EfficientNet-Lite0, whose 7 x 7 grid of 1,280 numbers everything else reads, and EfficientNet-Lite2; the global vector of 5,776 is both summaries (the grid's mean, and mean and spread of six inner blocks) |
| classifier | the first grid's mean plus a per-label attention over the grid; for opacity also the highest cell; for opacity and pneumonia also a regression on both networks' inner blocks; for the findings that only ChestX-ray14 has, ridge logistic regressions on the global vector; calibrated |
| aligner, text encoder | the image's vector, and that of a factual sequence (2 layers of width 192), in one space of 128 numbers |
| index | {cases:,} training cases: vector (int8), ids and facts; no report text |
| conditioner (fusion) | 2 layers in which the grid and one token a finding read similar cases, further views, the prior image and the prior report, each with a learned token for its absence; then the indication |
| decoder | {layers}-layer Transformer of width {width}, cross-attention over the conditioner's rows |
| tokenizer | SentencePiece, {pieces} pieces |

## Training data

{sources}

Held back by patient: `siim` test patients, one fifth of the ChestX-ray14 patients (fold {fold}), one eighth of each small
set. Not used: the RSNA "Normal" films (their patients are unknown and may be the held-back ones).
The Indiana University reports leave out the ReXrank test (590) and validation (296) ids and the studies whose films are
known.

## Weak pairing, and what it means

No training report belongs to the film that it was trained with.

| part | how films got their text | what that means |
|---|---|---|
| decoder and fusion | sentences of other patients' reports that agree with what is known of the film; findings that are unknown for it were drawn at random, together with the probabilities that the decoder reads | it has learnt to write what the classifier says, in the style of the reports, and to see nothing that the classifier does not report |
| alignment, index | sentences that state what is known of the film and nothing else, of which `hilum entities` made facts | nearness means the same few labels, and within a source; place, side and size in a case's facts are the sentence's, not the film's |
| further views | real: other films of the same study ({viewed} of the training films have some) | hardly trained |
| prior image and report | the patient's earlier film where its order is known ({priors} films), with a weakly paired text | no comparison was ever in a training text; the decoder cannot speak of change |
| indication | a random training report's | it says nothing of the film, so the decoder has learnt to ignore it |

- Pairing by a label and scoring by the same label on the same film would be circular. Scores below are on films of patients who
  took part in no pairing; their labels are the sources' own, and what a report states is read by other rules than those that paired.

- A normal statement ("no pneumothorax", "bony structures are intact") is the reports' habit. **It is not an observation.**
- Severity and wording ("mild", "patchy") are not grounded in the film. Lobes, bases, zones and sides were taken out of what the
  training text states as present, since no label supports them; the side of boxed opacities alone was left in.
- Devices, bones, lines, tubes, granulomas and comparisons with earlier films were removed from the training text; the
  model cannot mention them.
- Its labels come from sets in which finding and source are confounded. Read the figures within a source.

## Results

All figures are from held-back patients; intervals are 95 % patient-wise bootstraps. The floor is logistic regression on
the frozen ImageNet network's pooled features, on the same films. The AUCs ran the encoder in bfloat16, the reports the
exported float32 modules.

Opacity within `siim` ({siim_pos} with, {siim_neg} without): **AUC {siim_auc} {siim_int}**; floor {siim_floor}.
{appearance}

Pneumonia half of ChestX-ray14, five folds by patient ({nih_films} films). The encoder has seen no film of this set; each fold
is scored by regressions fitted without it, as the floor is. The bundle's own regressions leave out fold {fold}:

| finding | films with it | AUC | floor |
|---|---|---|---|
{five}
| **mean** | | **{five_ours}** | {five_floor} |

Difference of the means {five_diff}, interval {five_int}: over all five the floor is {beaten} (consolidation, 33 films,
is below it{dropped}). Over the other four the mean is {four_ours}, the floor's {four_floor}, the difference {four_diff}, interval
{four_int}; naming these four apart was decided after consolidation's score was seen.

Read this with care: the regressions' strength is picked within each fold's training patients, but the blocks that they read were
picked earlier among about ten settings by the mean over these same folds, and the floor's strength was the best of six on
them. For {teacher} of the films the targets are averaged with the probabilities of two published networks (`teacher`, BSD-3) that had
not been trained on these films. That a second network joins, and which, was decided by the means over these folds and by opacity on the
films held back for choices: of the frozen Lite0, a Lite2 at 224 x 224 and one at 256 x 256, each lifted the mean of five above the floor.
Several other encoders (256 x 256, longer training, blended films) were tried
for opacity and were no better on the films held back for choices; the `siim` test patients were looked at too, so their figure is
slightly optimistic (`python/hilum_train/README.md` lists all). Tuning the whole encoder by folds was tried first and given up: on fold 0 it did not beat the floor.

{previous}Within the same half, by projection:

| finding | AP | PA |
|---|---|---|
{views}

Across all held-back films of all sources (confounded with source):

| finding | with | without | AUC |
|---|---|---|---|
{across}

AP against PA on ChestX-ray14: AUC {view_auc}. Chest film against other pictures: AUC {chest_auc}.

### Reports

{n_reports} held-back films; what a report states is read by `hilum label` (uncertain mentions count as stated) and compared with what is
known of the film ({text_findings}).

{systems}

{verdict} {follow} The training sentences were
chosen by the films' labels, so the decoder follows the classifier, and the F1 is in the main the classifier's. {distinct} of the reports
are distinct. Generated reports: greedy. An earlier version's reports of these films were looked at, and rare combinations of findings are
drawn more often since, and half of the training examples get another film's similar cases; and thresholds are the mean of the best ones
over resamples of the calibration films since the single best had been scored here once (micro F1 .842). The figures are therefore slightly
optimistic. 0.1.0 and 0.2.0 have one encoder, classifier and thresholds, so the AUCs above compare with both.

What each input adds to image and findings:

{helped}

The indications are some training report's and say nothing of the film; {with_views} of these films have a further view; the priors
are made up (the film itself, or another patient's film, each with a normal report), so these lines
test only that the inputs do no harm; a difference in the third decimal is the decoder's other choice of words.

### Similar cases and words

Whether the films nearest to a few words have what the words say (AUC within a source, held-back patients):

{space}

How often one of the three training cases nearest to a held-back film (own patient left out) has exactly the same findings:

{similar}

### Real pairs

The 28 Indiana University studies whose films are here, written from film, further view, indication and similar cases; too
few to rank anything: {pairs}.

## Limits

Findings and impression can contradict each other. Cardiomegaly and lung lesions were learnt (heart and lung masks, JSRT) but did not
carry over to ChestX-ray14, so they are not among the labels; what a report says of the heart's size means nothing.

Small, short training: about {n_films} films and {n_texts} reports on two CPU cores. Adult frontal films only; lateral films,
children, portable films of other hospitals and post-operative films are untested or known to be rare in the data.
Probabilities and thresholds come from held-back films of the sources that taught each label, whose prevalences are not those of any clinic. Labels that the
data could not teach (pneumothorax, cardiomegaly, nodules and consolidation among them) are missing, so the model **misses** them.

How it was made, command by command: `python/hilum_train/README.md`.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder-results", required=True)
    parser.add_argument("--appearance-results", required=True, help="JSON of evaluate_appearance.py")
    parser.add_argument("--report-results", required=True)
    parser.add_argument("--alignment-results", required=True)
    parser.add_argument("--pair-results", required=True, help="JSON of hilum evaluate on the real pairs")
    parser.add_argument("--cases", required=True, help="JSONL of the training cases")
    parser.add_argument("--counts", required=True)
    parser.add_argument("--labels", required=True)
    parser.add_argument("--bundle", required=True, help="the bundle's folder, with its index")
    parser.add_argument("--previous-name", default="0.2.0", help="version of the bundle that --encoder-results compare with")
    parser.add_argument("--teacher", type=int, default=255, help="films with published probabilities")
    parser.add_argument("--pieces", type=int, default=1600)
    args = parser.parse_args()
    encoder, appearance, texts, counts, kept, alignment, pairs = (
        json.loads(Path(p).read_text(encoding="utf-8")) for p in
        (args.encoder_results, args.appearance_results, args.report_results, args.counts, args.labels, args.alignment_results,
         args.pair_results))
    training = cases.part(cases.read(args.cases), "train")
    bundle = Path(args.bundle)
    manifest, index = (json.loads((bundle / p).read_text(encoding="utf-8")) for p in ("manifest.json", "index/manifest.json"))
    siim, five, four = encoder["siim_opacity"], encoder["nih_five"], encoder["nih_four"]
    views = [(name, encoder["nih_half_AP"].get(name), encoder["nih_half_PA"].get(name)) for name in kept]
    systems = texts["systems"]
    beaten = five["difference_interval"][0] > 0
    card = TEXT.format(
        layers=3, width=192, pieces=f"{args.pieces:,}", fold=0, sources="\n".join(f"- {s}" for s in counts["sources"]),
        siim_pos=siim["ours"]["positive"], siim_neg=siim["ours"]["negative"], siim_auc=f"{siim['ours']['auc']:.3f}",
        siim_int=siim["ours"]["interval"], siim_floor=spread(siim["floor"]), nih_films=five["films"],
        five="\n".join(f"| {n} | {e['positive']} | {e['ours']:.3f} | {e['floor']:.3f} |"
                       for n, e in five["findings"].items()),
        five_ours=f"{five['ours']:.3f}", five_floor=f"{five['floor']:.3f}", five_diff=f"{five['difference']:.3f}",
        five_int=five["difference_interval"], beaten="beaten" if beaten else "**not** beaten",
        dropped="" if "Consolidation" in kept else ", and not among the bundle's labels", teacher=args.teacher, four_ours=f"{four['ours']:.3f}", four_floor=f"{four['floor']:.3f}",
        four_diff=f"{four['difference']:.3f}", four_int=four["difference_interval"],
        previous=card_sections.previous(encoder.get("previous"), args.previous_name),
        appearance=card_sections.appearance(appearance),
        views="\n".join(f"| {n} | {spread(a) if a else '-'} | {spread(p) if p else '-'} |" for n, a, p in views if a or p),
        across="\n".join(f"| {n} | {e['positive']} | {e['negative']} | {spread(e)} |"
                         for n, e in encoder["across_sources"].items() if n in kept),
        view_auc=spread(encoder["view_AP_nih"]), chest_auc=spread(encoder["not_chest"]), n_reports=texts["films"],
        text_findings=", ".join(texts["findings"]),
        systems=card_sections.f1_table(systems, texts["generated"]), verdict=card_sections.verdict(texts),
        helped=card_sections.helped(texts), with_views=texts["films with further views"],
        space=card_sections.space_table(alignment), similar=card_sections.similar_table(alignment),
        pairs=card_sections.pair_scores(pairs), cases=index["rows"],
        viewed=sum(len(r["images"]) > 1 for r in training), priors=sum("priors" in r for r in training),
        follow=f"Of the findings above their threshold {texts['findings above threshold that are stated']:.0%} are stated, and "
               f"{texts['stated findings that are above threshold']:.0%} of the stated ones are above their threshold.",
        distinct=texts["distinct reports"],
        n_films=sum(int(s.rsplit(': ', 1)[1].split()[0]) for s in counts["sources"][:-1]),
        n_texts=counts["sources"][-1].rsplit(": ", 1)[1].split()[0])
    (bundle / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    manifest["results"] = {
        "siim_opacity_auc": siim["ours"], "siim_opacity_floor": siim["floor"],
        **card_sections.previous_result(encoder.get("previous")),
        "nih_five_mean_auc": {k: five[k] for k in ("ours", "floor", "difference", "difference_interval")},
        "nih_four_mean_auc": {k: four[k] for k in ("ours", "floor", "difference", "difference_interval")},
        "report_f1": {n: {k: s[k] for k in ("micro_f1", "micro_interval", "macro_f1", "macro_interval")}
                      for n, s in systems.items()}}
    (bundle / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
