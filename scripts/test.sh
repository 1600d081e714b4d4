#!/usr/bin/env bash
# Every check and every test. What only tests need of the system is installed where apt and root allow; what cannot be
# had is skipped by name, and with CI=true such a skip is a failure; so is any skip of a test (tests/support/skips.py).
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()
skipped=()
ran=()
said=$(mktemp -d)  # what each leg printed, for the last lines
begun=$SECONDS

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install() {  # install PACKAGE...: quietly; true where it worked
  can_install || return 1
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
    { apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; }
}

skip() {  # skip WHAT WHY
  echo "SKIPPED $1: $2"
  skipped+=("$1")
}

run() {  # run NAME COMMAND...
  local name=$1 t=$SECONDS code=0
  shift
  echo "== $name"
  # (not a pipe, which would wait for whatever a test left behind)
  "$@" > >(tee "$said/${#ran[@]}") 2>&1 || code=$?
  ended "$name" $code $((SECONDS - t))
}

beside() {  # beside NAME COMMAND...: meanwhile, and said by `joined`; one at a time
  beside=$1 beside_begun=$SECONDS
  shift
  "$@" >"$said/beside" 2>&1 &
  beside_pid=$!
}

joined() {
  local code=0
  wait "$beside_pid" || code=$?
  echo "== $beside"
  tee "$said/${#ran[@]}" <"$said/beside"
  ended "$beside" $code $((SECONDS - beside_begun))
}

ended() {  # ended NAME CODE SECONDS
  if [ "$2" = 0 ]; then
    echo "== $1: passed in $3 s"
  else
    failed+=("$1")
    echo "== $1: FAILED"
    sleep 1  # what failed, and with which words: said once more at the end, where one looks first
    grep -aE '^(FAILED|ERROR) |^(\[gw[0-9]+\] )?(E  |AssertionError|[A-Za-z.]+Error: )' "$said/${#ran[@]}" | cut -c1-400 | tail -n 60 >>"$said/failed"
  fi
  ran+=("$1")
}

# Chromium for the pages, without its window where that is to be had, which starts faster; PostgreSQL 15 for the second run.
find_browser() { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome || true; }
browser=${UPSTANDER_CHROMIUM:-}
if [ -z "$browser" ] && ! command -v chromium-headless-shell >/dev/null; then install chromium-headless-shell || true; fi
[ -n "$browser" ] || browser=$(find_browser)
if [ -z "$browser" ] && install chromium; then browser=$(find_browser); fi
# Pages are measured by the letters that most people have (Arial, or what is as wide), not by a machine's only and wider ones.
has_letters() { command -v fc-match >/dev/null && fc-match Arial | grep -qiE 'liberation|arial|arimo'; }
[ -z "$browser" ] || has_letters || install fonts-liberation || true
deselect=()
if [ -n "$browser" ]; then
  export UPSTANDER_CHROMIUM=$browser
else
  skip "tests in a browser" "there is no Chromium, and it cannot be installed (needs root and apt)"
  deselect=(-m "not browser")
fi

# The agent that makes telephone calls, and what it speaks with.
can_call() { command -v baresip && command -v espeak-ng && command -v sox; } >/dev/null
can_call || install baresip-core espeak-ng sox || true
command -v sipp >/dev/null || install sip-tester || true
command -v sipp >/dev/null || skip "tests of telephone calls before SIPp" "sipp is missing (apt-get install sip-tester, as root)"
can_call || skip "tests of telephone calls" "baresip, espeak-ng or sox is missing (apt-get install baresip-core espeak-ng sox, as root)"

# Kannel, a gateway of text messages, whose own daemon is not wanted.
has_kannel() { [ -x /usr/sbin/bearerbox ] && [ -x /usr/sbin/smsbox ]; }
has_kannel || install kannel || true
has_kannel || skip "tests of a gateway of text messages" "there is no Kannel, and it cannot be installed (apt-get install kannel, as root)"

# A mailbox from which mail is picked up.
mailbox() { [ -x /usr/sbin/dovecot ] && [ -x /usr/lib/dovecot/imap ]; }
mailbox || install dovecot-imapd || true
mailbox || skip "tests of a mailbox" "dovecot is missing (apt-get install dovecot-imapd, as root)"

pg15=/usr/lib/postgresql/15/bin
if [ ! -x $pg15/postgres ]; then install postgresql-15 || true; fi

# pdqhash has no wheel for Linux: it is built, where there is a C++ compiler with Python's headers, or where they can be had.
pdq() { $bin/python -c 'import pdqhash' 2>/dev/null; }
build_pdq() { $bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-pdq.lock >/dev/null 2>&1; }
pdq || build_pdq || { install g++ python3-dev && build_pdq; } || true
pdq || skip "tests of PDQ hashes" "pdqhash cannot be built: it wants a C++ compiler and the headers of this Python (apt-get install g++ python3-dev, as root)"

# What all legs share. Code is compiled once, also where the machine asks Python to keep nothing compiled: each of the hundreds of
# processes that tests start would do it again. And the database is migrated once for each PostgreSQL, and copied.
unset PYTHONDONTWRITEBYTECODE
UPSTANDER_TEST_MOULD=$(mktemp -d)
export UPSTANDER_TEST_MOULD
chmod 755 "$UPSTANDER_TEST_MOULD"
trap 'rm -rf "$UPSTANDER_TEST_MOULD" "$said"' EXIT

# (Lint needs one core. The other compiles, and makes meanwhile what all workers would wait for at once: see
# tests/support/database.py and tests/stack/mould.py. What goes wrong there is met again, and said, by the tests that need it.)
prepare() {
  local any=tests/ops/test_watchdog.py::test_a_line_to_the_database_that_says_nothing_is_hung_up  # a short one with a database
  $bin/python -m compileall -q src
  $bin/pytest -q --collect-only
  $bin/pytest -q -n0 "$any"
  $bin/python -c 'import os; from tests.stack import mould; mould.made(dict(os.environ))'
  [ ! -x $pg15/postgres ] || UPSTANDER_PG_BIN=$pg15 $bin/pytest -q -n0 "$any"
}
(unset DATABASE_URL && prepare) >/dev/null 2>&1 &
run lint bash scripts/lint.sh
wait
# A test that waited in vain is tried once more, and named; where a silence is what is looked for, none is (docs/decisions/0143).
twice=(--reruns 1 --reruns-delay 5 --max-suite-reruns 12 --only-rerun '^AssertionError: not within' --only-rerun '^TimeoutError: '
  --only-rerun '^AssertionError: Locator expected' --only-rerun '^AssertionError: Page .*expected'
  --rerun-exclude-path tests/stack/test_burst.py --rerun-exclude-path tests/stack/test_faults.py --rerun-exclude-path tests/stack/test_night.py)
# (--tb=native: Python 3.11's parser, which the long form asks, fails inside a browser test's greenlet.)
# The stack's tests run in two workers, which mostly wait, as browsers do: more workers than cores keep the cores busy. Each has a
# database server of its own.
run "tests, PostgreSQL of the wheel" $bin/pytest -q -n "${UPSTANDER_TEST_WORKERS:-4}" --dist loadgroup --tb=native -rfER --durations=25 "${twice[@]}" "${deselect[@]}"
if [ -x $pg15/postgres ]; then
  # The rooms that own tables again, on the oldest PostgreSQL that is supported: for Illinois, and, where no word is this state's,
  # for another state, by its pack alone.
  # Both at once, for one of them ends with a house that is killed in a burst, and mostly waits.
  on15=(env -u DATABASE_URL UPSTANDER_PG_BIN=$pg15)
  again=($bin/pytest -q --dist loadgroup --tb=native "${twice[@]}")
  beside "tests, PostgreSQL 15, another state" "${on15[@]}" UPSTANDER_PACK="$PWD/packs/lakeland" "${again[@]}" -n 2 \
    -m "not browser and not slow and not illinois" \
    tests/audit tests/delivery tests/intake tests/people tests/vault tests/web tests/packs/test_programme.py
  run "tests, PostgreSQL 15" "${on15[@]}" "${again[@]}" -n "${UPSTANDER_TEST_WORKERS:-3}" -m "not browser and not slow or oldest" \
    tests/actions tests/directory tests/evidence tests/outreach tests/response tests/stack/test_burst.py
  joined
else
  skip "tests on PostgreSQL 15" "there is no $pg15, and it cannot be installed (needs root and apt, Debian 12)"
fi

echo
((${#skipped[@]})) && printf 'skipped: %s\n' "${skipped[@]}"
if [ "${CI:-}" = true ] && ((${#skipped[@]})); then
  failed+=("in CI nothing may be skipped")
fi
if ((${#failed[@]})); then
  [ -f "$said/failed" ] && cat "$said/failed"
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi
echo "all passed in $((SECONDS - begun)) s"
