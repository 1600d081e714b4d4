"""The table of the figures: a run writes what it measured, and takes nothing else away."""

import json
import subprocess
from pathlib import Path

import pytest
from bench import table

ROOT = Path(__file__).resolve().parents[2]
BEFORE = """# Measured

Ratios decide.

## growth

| what | measured |
|---|---|
| queue | 1.18 |

## intake

| what | measured |
|---|---|
| tips | old |

## Runs

Written by hand: soak, 8 rounds, seeds 1 to 8.
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> table.Kept:
    kept = table.Kept(tmp_path / "out")
    monkeypatch.setattr(table, "KEPT", kept)
    return kept


def test_a_run_of_one_part_replaces_its_section_and_leaves_every_other_as_it_was(kept, tmp_path):
    kept.folder.mkdir()
    (kept.folder / "stale.json").write_text("[]")  # of an earlier run
    file = tmp_path / "RESULTS.md"
    file.write_text(BEFORE)
    table.show("intake", [table.Figure("intake", "tips", "new", "2000/s")])
    table.show("dispatch", [table.Figure("dispatch", "mails", "54/s")])
    table.results(file)
    text = file.read_text()
    for section in BEFORE.split("\n\n## ")[0], "| queue | 1.18 |", "soak, 8 rounds, seeds 1 to 8.":
        assert section in text
    assert "| tips | new | 2000/s |" in text and "old" not in text and "stale" not in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## growth", "## intake", "## Runs", "## dispatch",
    ]  # fmt: skip
    table.results(file)
    assert file.read_text() == text


def test_without_a_table_one_is_made(kept, tmp_path):
    table.show("intake", [table.Figure("intake", "tips", "new")])
    table.results(tmp_path / "RESULTS.md")
    assert (tmp_path / "RESULTS.md").read_text().startswith("# Measured\n")
    assert json.loads((kept.folder / "intake.json").read_text())[0]["value"] == "new"


def test_the_figures_are_committed_as_json_beside_the_table():
    ignored = subprocess.run(["git", "check-ignore", "-q", "bench/out/intake.json"], cwd=ROOT, check=False)
    assert ignored.returncode == 1
    named = {line[3:] for line in (ROOT / "bench/RESULTS.md").read_text().splitlines() if line.startswith("## ")}
    for file in table.OUT.glob("*.json"):
        assert file.stem in named
