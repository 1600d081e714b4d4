import secrets
from collections.abc import Callable
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.delivery.conftest import relay_login as login_of_the_outbox  # noqa: F401 - a fixture
from tests.delivery.conftest import run_relay, smtp  # noqa: F401 - fixtures
from tests.people.conftest import as_login  # noqa: F401 - a fixture
from tests.support import town as towns
from tests.support.town import Town
from upstander import clock
from upstander.delivery import registry
from upstander.delivery.mail import Mail
from upstander.delivery.models import Attempt, Delivery
from upstander.directory.models import Contact
from upstander.ops import grants
from upstander.ops.events import tell
from upstander.people.models import Account


def mails_leave(*, but: Contact | str = "") -> None:
    """Whatever waits is taken by the carrier, as the relay writes it down; not what goes to a contact, or has a purpose."""
    waiting = Delivery.objects.filter(state="pending", channel="email")
    kept = {"address_key": f"contact:{but.pk}"} if isinstance(but, Contact) else {"purpose": but}
    for delivery in waiting.exclude(**kept):
        Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=clock.now())
        tell("delivery.sent", delivery_ids=[delivery.pk])


def refuse(delivery: Delivery, *, permanent: bool = True) -> None:
    """The mail server refuses this mail for good, or it was tried in vain for days; the relay tells it."""
    Delivery.objects.filter(pk=delivery.pk).update(state="failed", last_error="rcpt-550")
    Attempt.objects.create(
        delivery=delivery, at=clock.now(), carrier="smtp", result="rcpt-550", permanent=permanent, millis=0
    )
    tell("delivery.failed", delivery_id=delivery.pk)


def rendered(purpose: str, subject_id: UUID) -> Mail | None:
    """The mail as the relay would send it now; None where it is not owed."""
    return registry.render(purpose, [subject_id]).get(subject_id)


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


@pytest.fixture
def relay_login(login_of_the_outbox: dict[str, str]) -> dict[str, str]:  # noqa: F811
    """The relay's login with all that every room grants it."""
    with connection.cursor() as cursor:
        for table, clauses in grants.collect(settings.INSTALLED_APPS)["relay"].items():
            grants._give(cursor.connection, sql.Identifier(grants.role("relay")), table, clauses)
    return login_of_the_outbox
