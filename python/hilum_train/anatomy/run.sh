#!/usr/bin/env bash
# Everything behind models/hilum-anatomy: run.sh DATA RUN BUNDLE [PYTHON]. Resumes where it stopped.
set -euo pipefail
data=$(realpath "$1") run=$(realpath -m "$2") bundle=$(realpath -m "$3") python=$(realpath -s "${4:-$(dirname "$0")/../../../.venv/bin/python}")
cd "$(dirname "$0")/../.."  # the folder of the packages
# Keeps the C library from giving memory back to the system after every step, which costs much of the time.
export OMP_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=2147483648 MALLOC_TRIM_THRESHOLD_=8589934592
mkdir -p "$run"
# once FILE COMMAND...: runs the command that writes the file unless the file is there.
once() { [ -f "$1" ] || "$python" -W ignore "${@:2}"; }
once "$run/index.json" -m hilum_train.anatomy.cache --data "$data" --cache "$run"
coarse() { "$python" -W ignore -m hilum_train.anatomy.train --cache "$run" --out "$run/$1.pt" "${@:2}"; }
close() { "$python" -W ignore -m hilum_train.anatomy.close_train --out "$run/$1.pt" "${@:2}"; }
coarse base --stage base --epochs 24
# The films with airways were in no training yet: their close-ups lie where those of new films do.
once "$run/close.npz" -m hilum_train.anatomy.close_cache --data "$data" --coarse "$run/base.pt" --out "$run/close.npz"
for part in 0 1 2 3 4 -1; do
  close "close$part" --cache "$run/close.npz" --fold "$part" --epochs 14
  coarse "organs$part" --stage organs --start "$run/base.pt" --fold "$part" --epochs 12
  once "$run/coarse$part.pt" -m hilum_train.anatomy.blend --checkpoints "$run/base.pt" "$run/organs$part.pt" --out "$run/coarse$part.pt"
done
once "$run/views.json" -m hilum_train.anatomy.fit_views --data "$data" --weights "$run/coarse-1.pt" --out "$run/views.json"
"$python" -W ignore -m hilum_train.anatomy.evaluate --data "$data" --final "$run/coarse-1.pt" "$run/close-1.pt" \
  --coarse "$run"/coarse{0,1,2,3,4}.pt --close "$run"/close{0,1,2,3,4}.pt --out "$run/results.json"
"$python" -W ignore -m hilum_export.systems.hilum_anatomy.export --coarse "$run/coarse-1.pt" --close "$run/close-1.pt" --views "$run/views.json" \
  --results "$run/results.json" --out "$bundle"
"$python" -m hilum_train.cards.anatomy_card --results "$run/results.json" --views "$run/views.json" --splits hilum_train/anatomy/splits/films.json --bundle "$bundle"
