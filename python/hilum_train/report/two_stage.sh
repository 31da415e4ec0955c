#!/bin/sh
# Both stages of training on records of studies; takes up where it was stopped.
#   two_stage.sh CASES.jsonl RUN BUNDLE TOKENIZER.model [train_report's further options, such as --pairs or --start]
# CASES are records with facts, for instance
#   hilum studies MIMIC --unit image | hilum entities --text-key reference.findings |
#     hilum label --text-key reference.findings > CASES.jsonl
# BUNDLE holds the image encoder and the classifier (hilum_export.systems.hilum_base.export without --decoder makes one). Settings by environment:
# PYTHON, ALIGN_STEPS, REPORT_STEPS.
set -eu
cases=$1; run=$2; bundle=$3; tokenizer=$4; shift 4
here=$(cd "$(dirname "$0")" && pwd)
packages=$(dirname "$(dirname "$here")")
python=${PYTHON:-$packages/../.venv/bin/python}
export PYTHONPATH="$packages${PYTHONPATH:+:$PYTHONPATH}"
export OMP_NUM_THREADS=1
mkdir -p "$run"
"$python" -m hilum_train.encoder.encode_images "$cases" --bundle "$bundle" --out "$run/features"
"$python" -m hilum_train.report.train_alignment --cases "$cases" --features "$run/features" --tokenizer "$tokenizer" \
  --out "$run/align.pt" --steps "${ALIGN_STEPS:-800}"
"$python" -m hilum_train.report.retrieve_cases --cases "$cases" --features "$run/features" --aligner "$run/align.pt" \
  --out "$run/similar.jsonl"
"$python" -m hilum_train.report.train_report --cases "$run/similar.jsonl" --features "$run/features" --tokenizer "$tokenizer" \
  --out "$run/report.pt" --steps "${REPORT_STEPS:-1200}" "$@"
