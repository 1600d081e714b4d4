import secrets
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.support import town as towns
from tests.support.town import Town
from upstander import clock
from upstander.delivery.models import Delivery
from upstander.ops.events import tell
from upstander.people.models import Account


def mails_leave() -> None:
    """Whatever waits is taken by the carrier, as the relay writes it down."""
    for delivery in Delivery.objects.filter(state="pending"):
        Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=clock.now())
        tell("delivery.sent", delivery_id=delivery.pk)


@pytest.fixture
def town(db: None) -> Town:
    return towns.build()


@pytest.fixture
def call_taker(db: None) -> Account:
    return Account.objects.create_user("taker@upstander.example", name="Call Taker")


@pytest.fixture
def supervisor(db: None) -> Account:
    return Account.objects.create_user("boss@upstander.example", name="Super Visor")


@pytest.fixture
def new_tip(db: None) -> Callable[..., UUID]:
    """`new_tip(place_id, text=...)` receives a tip as the website does and gives its id."""
    from upstander.intake.services import receive
    from upstander.intake.submission import Submission

    def make(place_id: int | None, text: str = "He said he will bring a gun", **more: object) -> UUID:
        submission = Submission(channel="web", text=text, place_id=place_id, at=clock.now(), **more)
        return receive(submission, secrets.token_urlsafe(24)).tip_id

    return make
