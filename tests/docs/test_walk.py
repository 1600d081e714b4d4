"""The walks of the documentation, in a real browser through the real processes: one tip, and a month of the network."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import screenshots  # noqa: E402
import walk  # noqa: E402


@pytest.mark.stack
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.req("D-I.A")
@pytest.mark.req("D-IV.A.2.a.2")
@pytest.mark.skipif(walk.CHROMIUM is None, reason="there is no Chromium on this machine (apt-get install chromium)")
def test_one_tip_goes_from_a_phone_to_its_outcome(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    docs = tmp_path / "docs"
    (docs / "images").mkdir(parents=True)

    with screenshots.running(data, screenshots.free_port()) as places:
        walk.walk(places, docs)

    assert len(list((docs / "images" / "walk").glob("*.webp"))) >= 30
    assert "closed" in (docs / "walk.md").read_text()


@pytest.mark.stack
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.req("S-membership")
@pytest.mark.req("S-levels")
@pytest.mark.req("S-products")
@pytest.mark.skipif(walk.CHROMIUM is None, reason="there is no Chromium on this machine (apt-get install chromium)")
def test_a_month_of_the_network_reaches_whom_it_should_and_nobody_else(tmp_path: Path) -> None:
    import walk_of_a_month  # it sets Django up

    (tmp_path / "images").mkdir()

    walk_of_a_month.walk_of_a_month(tmp_path)

    assert len(list((tmp_path / "images" / "walk-of-a-month").glob("*.webp"))) >= 25
