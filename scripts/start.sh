#!/usr/bin/env bash
# From a fresh checkout to a report: installs what is needed, builds the program, and writes a report for the sample film.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
cmake --preset release >/dev/null
cmake --build --preset release --target hilum_program
echo
echo '$ build/release/bin/hilum generate samples/phantom.dcm --indication "Cough and fever."'
build/release/bin/hilum generate samples/phantom.dcm --indication "Cough and fever." --format text
