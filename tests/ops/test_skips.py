"""In CI a test that was skipped has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOOKS = "from tests.support.skips import pytest_make_collect_report, pytest_runtest_makereport\n"
DATA = "the real data are not on this machine (../shared/data)"
SKIPS = {
    "in a test": "def test_a():\n    pytest.skip({why!r})\n",
    "in a fixture": "@pytest.fixture\ndef f():\n    pytest.skip({why!r})\n\ndef test_a(f):\n    pass\n",
    "by a mark": "@pytest.mark.skipif(True, reason={why!r})\ndef test_a():\n    pass\n",
    "of a file": "pytest.skip({why!r}, allow_module_level=True)\n",
}


def ran(folder: Path, words: str, why: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(HOOKS)
    (folder / "test_it.py").write_text("import pytest\n\n" + words.format(why=why))
    env = os.environ | {"CI": ci, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider", "-c", os.devnull,
               "--rootdir", str(folder), str(folder)]  # fmt: skip
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("how", SKIPS)
def test_a_skip_of_any_kind_fails_in_ci_and_says_what_was_skipped(tmp_path: Path, how: str):
    done = ran(tmp_path, SKIPS[how], "there is no pg_dump", "true")
    assert done.returncode in (1, 2) and "nothing may be skipped: Skipped: there is no pg_dump" in done.stdout


def test_elsewhere_and_for_a_reason_that_is_allowed_it_is_a_skip(tmp_path: Path):
    assert ran(tmp_path, SKIPS["in a fixture"], "there is no pg_dump", "").returncode == 0
    assert ran(tmp_path, SKIPS["in a fixture"], DATA, "true").returncode == 0
