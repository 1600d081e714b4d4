#!/usr/bin/env bash
# Many rounds of kills and faults on the real house: about half an hour on two cores. Each round prints its seed.
# UPSTANDER_SOAK_ROUNDS (default 8) says how many; further arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
export UPSTANDER_SOAK_ROUNDS="${UPSTANDER_SOAK_ROUNDS:-8}"
echo "Soak: $UPSTANDER_SOAK_ROUNDS rounds of kill -9 of each part, and of each fault of the mail server"
.venv/bin/pytest -q -s tests/stack/test_burst.py tests/stack/test_faults.py tests/stack/test_red.py "$@"
echo "Soak: the walk by night, with its pictures"
exec .venv/bin/python scripts/walk_by_night.py "$(mktemp -d)"
