#!/bin/bash
# Reports a second of the text-only checks on one core: by CPU time, and by the clock on the machine as it is.
#   scripts/bench/factcheck.sh HILUM REPORTS.jsonl [REPEATS]
set -eu
hilum=$1
reports=$2
repeats=${3:-10}
all=$(mktemp)
trap 'rm -f "$all"' EXIT
for _ in $(seq "$repeats"); do cat "$reports"; done > "$all"
count=$(wc -l < "$all")
TIMEFORMAT='%R %U %S'
times=$({ time taskset -c 0 "$hilum" factcheck --quiet < "$all" > /dev/null; } 2>&1)
awk -v n="$count" -v t="$times" 'BEGIN { split(t, x, " "); printf "%d reports: %.0f reports/s of CPU time, %.0f reports/s by the clock\n", n, n / (x[2] + x[3]), n / x[1] }'
