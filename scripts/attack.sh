#!/usr/bin/env bash
# Hostile input at full size: every property-based test and the API's document with many examples, every way out of the network, axe
# on every page, canaries in every field. UPSTANDER_ATTACK (default 2000) says how many examples each property gets (a tenth, where
# each example is a walk through pages); further arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
export UPSTANDER_ATTACK="${UPSTANDER_ATTACK:-2000}"
failed=()

run() {  # run NAME ARGUMENTS...
  local name=$1
  shift
  echo "== $name"
  .venv/bin/pytest -q -n "${UPSTANDER_TEST_WORKERS:-2}" --dist loadgroup --tb=native "$@" || failed+=("$name")
}

mapfile -t properties < <(grep -rlE '@given' tests --include='test_*.py')
run "properties, $UPSTANDER_ATTACK examples each" -m hypothesis "${properties[@]}" "$@"
mapfile -t documents < <(grep -rlE 'schemathesis' tests --include='test_*.py')
run "hostile bodies by the API's documents, $UPSTANDER_ATTACK examples each" "${documents[@]}" "$@"
run "every way out of the network: 100,000 times a draft, a reader and a way" -rP --show-capture=stdout tests/every_way_out "$@"
mapfile -t pages < <(grep -rlE 'violations\(' tests --include='test_*.py')
run "axe on every page, by keyboard, without scripts" "${pages[@]}" "$@"
run "canaries in every field and every file" tests/stack/test_canary.py tests/stack/test_canary_files.py "$@"
if ((${#failed[@]})); then
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi
