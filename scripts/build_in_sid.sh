#!/usr/bin/env bash
# Builds the module with the newest Emscripten, from Debian sid, and runs the tests of the facade with it.
# Usage: build_in_sid.sh [DIR]     DIR is the folder of the sid system (about 1.2 GB, created once). Default:
# build/sid. Needs root for debootstrap and chroot. Only the project's sources are mounted, read-only, and
# unmounted at the end.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
system=$(realpath -m "${1:-$root/build/sid}")

if [[ $EUID -ne 0 ]]; then
  echo "build_in_sid.sh must run as root, for debootstrap and chroot." >&2
  exit 2
fi
command -v debootstrap >/dev/null || {
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap
}

# The marker is missing if an earlier installation did not finish; then it is repeated.
marker=$system/.ready
if [[ ! -e $marker ]]; then
  rm -rf --one-file-system "$system"
  mkdir -p "$system"
  debootstrap --variant=minbase --include=emscripten,cmake,ninja-build,nlohmann-json3-dev sid "$system"
  touch "$marker"
fi

mounts=()
unmountAll() {
  local index
  for ((index = ${#mounts[@]} - 1; index >= 0; index--)); do umount "${mounts[index]}"; done
}
trap unmountAll EXIT
mountInside() { # TYPE-OR-OPTIONS… SOURCE TARGET
  local target=${*: -1}
  mkdir -p "$target"
  mount "$@"
  mounts+=("$target")
}
mountInside -t proc proc "$system/proc"
for part in src wasm_bindings tests; do mountInside --bind -o ro "$root/$part" "$system/project/$part"; done
cp "$root/CMakeLists.txt" "$root/CMakePresets.json" "$system/project/"

chroot "$system" /bin/bash -euo pipefail <<'INSIDE'
export HOME=/root
cd /project
cmake --preset wasm --fresh
cmake --build --preset wasm --target rws_wasm
INSIDE

built=$system/project/build/wasm/wasm_bindings
ls -l "$built/core.js" "$built/core.wasm"
version=$(chroot "$system" em++ --version | head -n 1 | grep -oE '[0-9]+\.[0-9]+\.[0-9]+')
node "$root/scripts/test_module.mjs" "$built/core.js" "$built/core.wasm" "$version"
