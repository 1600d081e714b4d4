"""Tips as the desk judged them, of whom the network may know how many there were."""

from datetime import UTC, datetime

import pytest

from tests.support import town as towns
from upstander import clock
from upstander.actions.models import Judgement
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.people.models import Account

JULY = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.fixture
def judged(db):
    """`judged(n, "bullying")`: so many tips of July (or of another month) were judged so, at a school of the town."""
    town = towns.build()
    taker = Account.objects.create_user("taker@upstander.example", name="Call Taker")

    def make(count: int, subtype: str, state: str = "in_force", at: datetime = JULY, klass: str = "standard") -> None:
        for _ in range(count):
            id = new_id()
            tip = Tip.objects.create(
                id=id, number=id.hex[-16:], receipt_lookup=id.bytes * 2, submission_tag=id.bytes, place=town.school,
                received_at=at, channel="web",
            )  # fmt: skip
            Judgement.objects.create(
                id=new_id(), tip=tip, n=1, state=state, at=clock.now(), raised_at=clock.now(), account_id=taker.pk,
                klass=klass, subtypes=[subtype], in_progress=False, network="in", facts={}, pack="illinois",
                pack_version="1", pack_digest="", plan={},
            )  # fmt: skip

    region = Organisation.objects.get(kind="region")
    Organisation.objects.filter(pk=town.school.pk).update(region=region)
    make.region = region.pk
    return make
