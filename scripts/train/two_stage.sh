#!/bin/sh
# Both stages of training on records of studies; takes up where it was stopped.
#   two_stage.sh CASES.jsonl RUN BUNDLE TOKENIZER.model [train_report.py's further options, such as --pairs or --start]
# CASES are records with facts, for instance
#   hilum studies MIMIC --unit image | hilum entities --text-key reference.findings |
#     hilum label --text-key reference.findings > CASES.jsonl
# BUNDLE holds the image encoder and the classifier (export_bundle.py without --decoder makes one). Settings by environment:
# PYTHON, ALIGN_STEPS, REPORT_STEPS.
set -eu
cases=$1; run=$2; bundle=$3; tokenizer=$4; shift 4
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-$here/../../.venv/bin/python}
export OMP_NUM_THREADS=1
mkdir -p "$run"
"$python" "$here/encode_images.py" "$cases" --bundle "$bundle" --out "$run/features"
"$python" "$here/train_alignment.py" --cases "$cases" --features "$run/features" --tokenizer "$tokenizer" \
  --out "$run/align.pt" --steps "${ALIGN_STEPS:-800}"
"$python" "$here/retrieve_cases.py" --cases "$cases" --features "$run/features" --aligner "$run/align.pt" \
  --out "$run/similar.jsonl"
"$python" "$here/train_report.py" --cases "$run/similar.jsonl" --features "$run/features" --tokenizer "$tokenizer" \
  --out "$run/report.pt" --steps "${REPORT_STEPS:-1200}" "$@"
