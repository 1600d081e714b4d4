"""The network knows patterns of tips, and no tip (S-topics)."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError

from tests.network.support import played
from tests.support import town as towns
from upstander import clock
from upstander.actions.models import Judgement
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.markings import Level
from upstander.network import walls
from upstander.network.patterns import LEAST, Pattern, patterns
from upstander.people.models import Account

JULY = datetime(2026, 7, 15, 12, tzinfo=UTC)
SPAN = (date(2026, 7, 1), date(2026, 8, 1))


@pytest.fixture
def judged(db):
    """`judged(n, "bullying")`: so many tips of July were judged so, at a school of the town."""
    town = towns.build()
    taker = Account.objects.create_user("taker@upstander.example", name="Call Taker")

    def make(count: int, subtype: str, state: str = "in_force") -> None:
        for _ in range(count):
            id = new_id()
            tip = Tip.objects.create(
                id=id, number=id.hex[-16:], receipt_lookup=id.bytes * 2, submission_tag=id.bytes, place=town.school,
                received_at=JULY, channel="web",
            )  # fmt: skip
            Judgement.objects.create(
                id=new_id(), tip=tip, n=1, state=state, at=clock.now(), raised_at=clock.now(), account_id=taker.pk,
                klass="standard", subtypes=[subtype], in_progress=False, network="in", facts={}, pack="illinois",
                pack_version="1", pack_digest="", plan={},
            )  # fmt: skip

    make.region = town.school.region_id or town.school.parent.region_id
    return make


@pytest.mark.req("S-topics")
def test_the_sio_reads_how_many_in_a_month_and_a_region(network, judged):
    judged(LEAST + 2, "bullying")
    with played("network"), walls.reading(walls.STAFF):
        assert patterns(*SPAN) == [Pattern(SPAN[0], judged.region, "bullying", "standard", LEAST + 2)]
        assert patterns(date(2026, 8, 1), date(2026, 9, 1)) == []


@pytest.mark.req("S-topics")
def test_what_few_told_is_not_counted_and_neither_is_what_was_taken_back(network, judged):
    judged(LEAST - 1, "bullying")
    judged(LEAST, "drugs", state="superseded")
    with played("network"), walls.reading(walls.STAFF):
        assert patterns(*SPAN) == []


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", list(Level))
def test_no_member_reads_even_that(network, level):
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(level):
        patterns(*SPAN)
