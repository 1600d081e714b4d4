#!/usr/bin/env bash
# Style, types, architecture, migrations. Needs no database.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

step() {  # step NAME COMMAND...: runs it, shows its words only if it fails
  local name=$1 out begun=$SECONDS
  shift
  if out=$("$@" 2>&1); then
    printf '  %-52s %3d s\n' "$name" $((SECONDS - begun))
  else
    printf '  %-52s FAILED\n%s\n' "$name" "$out"
    failed+=("$name")
  fi
}

# Migrations are compared with the models: no server is asked, so any address will do.
migrations() {
  UPSTANDER_DATA="$(mktemp -d)" UPSTANDER_DSN="postgresql://nobody@127.0.0.1:1/nothing" \
    $bin/python -W ignore -m upstander manage makemigrations --check --dry-run
}

echo "Lint"
step "style (ruff)" $bin/ruff check .
step "types (mypy)" $bin/mypy src/upstander
step "architecture (import-linter)" $bin/lint-imports --no-cache
step "migrations are complete" migrations
step "shell scripts parse" bash -n scripts/*.sh .ci/run
if ((${#failed[@]})); then
  echo "lint failed: ${failed[*]}"
  exit 1
fi
