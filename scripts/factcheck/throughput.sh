#!/bin/sh
# Reports a second of the text-only checks on one core.
#   scripts/factcheck/throughput.sh HILUM REPORTS.jsonl [REPEATS]
set -eu
hilum=$1
reports=$2
repeats=${3:-10}
all=$(mktemp)
trap 'rm -f "$all"' EXIT
for _ in $(seq "$repeats"); do cat "$reports"; done > "$all"
count=$(wc -l < "$all")
start=$(date +%s.%N)
taskset -c 0 "$hilum" factcheck --quiet < "$all" > /dev/null
end=$(date +%s.%N)
awk -v n="$count" -v s="$start" -v e="$end" 'BEGIN { printf "%d reports in %.2f s on one core: %.0f reports/s\n", n, e - s, n / (e - s) }'
