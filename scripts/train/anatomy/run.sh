#!/usr/bin/env bash
# Everything behind models/hilum-anatomy: run.sh DATA RUN BUNDLE [PYTHON]. Resumes where it stopped.
set -euo pipefail
data=$(realpath "$1") run=$(realpath -m "$2") bundle=$(realpath -m "$3") python=${4:-../../../.venv/bin/python}
cd "$(dirname "$0")"
# Keeps the C library from giving memory back to the system after every step, which costs much of the time.
export OMP_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=2147483648 MALLOC_TRIM_THRESHOLD_=8589934592
mkdir -p "$run"
[ -f "$run/index.json" ] || "$python" cache.py --data "$data" --cache "$run"
train() { "$python" -W ignore train.py --cache "$run" --out "$run/$1.pt" "${@:2}"; }
train base --stage base --epochs 6
train final --stage airway --start "$run/base.pt" --epochs 12
[ -f "$run/views.json" ] || "$python" -W ignore fit_views.py --data "$data" --weights "$run/final.pt" --out "$run/views.json"
for fold in 0 1 2 3 4; do
  train "fold$fold" --stage airway --start "$run/base.pt" --fold "$fold" --epochs 12
done
"$python" -W ignore evaluate.py --data "$data" --final "$run/final.pt" --folds "$run"/fold{0,1,2,3,4}.pt \
  --out "$run/results.json"
"$python" -W ignore ../../export/anatomy.py --checkpoint "$run/final.pt" --views "$run/views.json" \
  --results "$run/results.json" --out "$bundle"
"$python" write_card.py --results "$run/results.json" --views "$run/views.json" --splits splits/films.json --bundle "$bundle"
