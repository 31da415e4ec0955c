#!/bin/sh
# Makes .venv at the repository root with everything that training and export need.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
"${PYTHON:-python3.11}" -m venv "$root/.venv"
"$root/.venv/bin/pip" install --extra-index-url https://download.pytorch.org/whl/cpu -r "$here/requirements.txt"
"$root/.venv/bin/pip" install --no-deps -r "$here/requirements-nodeps.txt"
echo "ready: $root/.venv/bin/python"
