"""The worker and the relay with their own rights, in the test's process; people and products of the rooms below."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.network.support import played
from tests.products.conftest import released, saved, second, sio  # noqa: F401 - fixtures
from upstander.circulation import alarms, confirming, gathering, numbers, spreading
from upstander.circulation.models import Copy, Number
from upstander.delivery import registry
from upstander.delivery.models import Delivery
from upstander.network.standing import Standing

MAIL, DIGEST, TEXT, PUSH, REMIND = spreading.MAIL, spreading.DIGEST, spreading.TEXT, spreading.PUSH, spreading.REMIND
ALL = (MAIL, DIGEST, TEXT, PUSH, REMIND, numbers.PURPOSE, alarms.PURPOSE)


def work() -> None:
    """The worker does what is due, under its own login."""
    with played("worker"):
        while spreading.turn():
            pass
        while gathering.turn() | confirming.turn():
            pass


def relayed(*purposes: str, send: bool = True) -> dict[UUID, object]:
    """What the relay writes of all that waits, by subject, under its own login; `send`: it is then written down as sent."""
    found: dict[UUID, object] = {}
    for purpose in purposes or ALL:
        waiting = Delivery.objects.filter(purpose=purpose, state="pending")
        ids = list(waiting.order_by("priority", "created_at").values_list("subject_id", flat=True))
        with played("relay"):
            made = registry.render(purpose, ids) if ids else {}
        found |= made
        if send:
            waiting.filter(subject_id__in=made).update(state="sent")
            waiting.filter(subject_id__in=set(ids) - set(made)).update(state="cancelled")
    return found


def to(found: dict[UUID, object]) -> dict[str, object]:
    """The mails among them by address."""
    return {mail.to_address: mail for mail in found.values() if hasattr(mail, "to_address")}


def texted(member, number: str = "+12175550142") -> Number:
    """They have entered this number, and the code that was texted to it."""
    who = Standing(member.account_id, member.pk)
    numbers.ask(who, number)
    row = Number.objects.get(member=member, confirmed_at=None)
    Delivery.objects.filter(subject_id=row.pk).update(state="sent")
    assert numbers.confirm(who, numbers._open(row).code)
    return row


def copies_of(member) -> list[Copy]:
    return list(Copy.objects.filter(member=member).select_related("issue").order_by("made_at"))


@pytest.fixture
def out(released) -> Callable[..., object]:  # noqa: F811
    """Released, and every copy made."""

    def go(*given, **more):
        release = released(*given, **more)
        work()
        return release

    return go
