#!/usr/bin/env bash
# Rebuilds the committed CSS, JavaScript and icons of src/upstander/web/static from assets/ (needs node 20+ and npm).
# `scripts/assets.sh --check` builds into a temporary folder and fails if the committed files differ.
set -euo pipefail
cd "$(dirname "$0")/../assets"
target="$(cd .. && pwd)/src/upstander/web/static/upstander"
if [ "${1:-}" != "--no-install" ]; then npm ci --no-audit --no-fund --silent; fi
if [ "${1:-}" = "--check" ]; then
  scratch="$(mktemp -d)"
  trap 'rm -rf "$scratch"' EXIT
  node build.mjs "$scratch"
  diff -r "$scratch" "$target" || { echo "assets: the committed files are not what assets/ builds; run scripts/assets.sh" >&2; exit 1; }
  exit 0
fi
mkdir -p "$target"
node build.mjs "$target"
cd "$target"
for file in css/* js/* img/*; do
  printf '%8d %7d gz  %s\n' "$(wc -c < "$file")" "$(gzip -9c "$file" | wc -c)" "$file"
done
