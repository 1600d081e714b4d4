"""The screens of special duties under another state's pack: its own rules, proofs and words, nothing of Illinois'."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.paper import read
from upstander import clock
from upstander.actions.models import RequiredAction
from upstander.config import config
from upstander.desk.screens import SCREENS
from upstander.packs import current

pytestmark = pytest.mark.django_db
LAKELAND = Path(__file__).resolve().parents[2] / "packs" / "lakeland"


@pytest.fixture(autouse=True)
def lakeland() -> Iterator[None]:
    current.use(LAKELAND, clock.now)
    yield
    current.use(config().pack, clock.now)


@pytest.fixture
def tips(casey, town, new_tip, judged):
    """A tip of each kind of report that Lakeland knows, judged."""
    return [
        judged(new_tip(town.school), casey.account, subtype.key) for subtype in current.current().subtypes
    ]


def test_every_screen_opens_for_every_kind_of_report(casey, tips):
    for tip in tips:
        for screen in {link.name.removeprefix("desk_") for link in SCREENS.values()}:
            page = casey.get(f"/tip/{tip.number}/{screen}/")
            assert page.status_code == 200, (tip.klass, screen)
            assert "AMBER Alert:" not in page.content.decode() and "800-252-2873" not in page.content.decode()


def test_its_duties_are_recorded_with_its_own_proof(casey, tips):
    rows = RequiredAction.objects.filter(tip__in=[t.id for t in tips], kind__in=SCREENS, ended_by=None)
    assert {row.kind for row in rows} >= {"endangered_missing_advisory", "dcfs_report", "crisis_referral"}
    for row in rows:
        tip = next(t for t in tips if t.id == row.tip_id)
        screen = SCREENS[row.kind].name.removeprefix("desk_")
        proof = current.current().proof(row.proof)
        given = {"result": next(iter(proof.closes)), "note": "done"} | {f.code: "done" for f in proof.fields}
        assert casey.post(f"/tip/{tip.number}/{screen}/{row.id}/", given).status_code == 302, row.kind
        row.refresh_from_db()
        assert row.done_at


def test_a_packet_is_made_of_what_it_has(casey, tips):
    row = RequiredAction.objects.get(kind="endangered_missing_advisory", tip__in=[t.id for t in tips])
    tip = next(t for t in tips if t.id == row.tip_id)
    casey.post(f"/tip/{tip.number}/packet/", {"name": "Ana", "seen": "0"})
    assert "Ana" in read(casey.post(f"/tip/{tip.number}/packet/pdf/"))[1]
