"""A text at night, told until somebody has it: the walk by night of the documentation, in a real browser and real telephones."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import walk  # noqa: E402
import walk_by_night  # noqa: E402


@pytest.mark.stack
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.req("D-IV.A.2.a.2")
@pytest.mark.skipif(
    walk.CHROMIUM is None, reason="there is no Chromium on this machine (apt-get install chromium)"
)
@pytest.mark.skipif(bool(walk_by_night.missing()), reason=walk_by_night.missing())
def test_a_text_at_night_is_told_to_everybody_until_somebody_has_it(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "images").mkdir(parents=True)

    walk_by_night.walk_by_night(docs)

    page = (docs / "walk-by-night.md").read_text()
    taken = {picture.name for picture in (docs / "images" / "walk-by-night").glob("*.webp")}
    assert len(taken) >= 15
    assert all(f"images/walk-by-night/{name}" in page for name in taken)
