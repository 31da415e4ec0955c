#!/usr/bin/env bash
# Installs from Debian what Hilum needs. Says what it will do; works as root or with sudo; can be run twice.
#   scripts/setup.sh          what the build, the program and its tests need
#   scripts/setup.sh --dev    also what developers use (clang tools, headless browser)
set -euo pipefail

packages=(
  build-essential cmake ninja-build pkg-config git ccache python3 python3-numpy
  libtorch-dev libopenblas0-pthread   # the pthread OpenBLAS: matrix products are 25 times slower on the reference BLAS
  libopencv-dev libdcmtk-dev dcmtk libpng-dev libjpeg62-turbo-dev libsentencepiece-dev
  libcli11-dev libspdlog-dev nlohmann-json3-dev libssl-dev zlib1g-dev
  libgtest-dev libgmock-dev libbenchmark-dev libfaiss-dev
  wordnet-base                        # synonyms for METEOR
  universal-ctags                     # the test of unique names
)
if [[ "${1:-}" == "--dev" ]]; then
  packages+=(clang clang-format clang-tidy libclang-rt-14-dev chromium)
elif [[ $# -gt 0 ]]; then
  echo "usage: scripts/setup.sh [--dev]" >&2
  exit 2
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
  echo "setup: everything is installed already"
  exit 0
fi
echo "setup: will install from Debian: ${missing[*]}"
as_root=()
if [[ $EUID -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "setup: run this as root, or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done"
