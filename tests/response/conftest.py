"""A town with a tip about its school, and its people signed in at the school origin."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client

from tests.actions.conftest import call_taker, new_tip, supervisor, town  # noqa: F401
from tests.people.conftest import as_login, origin, quick_passwords, sign_in  # noqa: F401
from tests.support.town import Town
from upstander.actions.models import Referral
from upstander.actions.services import Judging, judge, release
from upstander.people import services as people
from upstander.people.demo import PASSWORD, SECRET
from upstander.people.models import Account, Designation
from upstander.people.sealed import secrets_of

SITE = "tests.response.school_site"
END_USER, ADMINISTRATOR = Designation.Kind.END_USER, Designation.Kind.ADMINISTRATOR


@pytest.fixture
def school(origin) -> None:  # noqa: F811
    origin("school", SITE)


@pytest.fixture
def person(db) -> Callable[..., Account]:
    """`person("ana@x.example", (town.school, END_USER), ...)`: somebody set up, designated for these."""

    def make(email: str, *designated: tuple, name: str = "", **more: object) -> Account:
        account = Account.objects.create_user(email, PASSWORD, name=name or email.split("@")[0].title())
        with secrets_of(account.pk):
            Authenticator.objects.create(user=account, type="totp", data={"secret": encrypt(SECRET)})
        for organisation, kind in designated:
            people.designate("system:test", account.pk, organisation.pk, kind, **more)
        return account

    return make


def enter(account: Account) -> Client:
    return sign_in(Client(), account.email)


@dataclass
class Told:
    """A tip that was judged and released: its referrals by the name of the organisation."""

    tip_id: UUID
    referrals: dict[str, Referral]


OUTCOME_WORDS = (
    "Was the information sufficient to act on?", "Were you aware of it before this tip?", "Was the tip useful?"
)  # fmt: skip
WORDS = "A boy in grade nine has said that he will hurt himself. LANTERN-7731."


@pytest.fixture
def tell_of(new_tip, call_taker) -> Callable[..., Told]:  # noqa: F811
    """`tell_of(place, subtypes)` takes a tip all the way to its recipients."""

    def make(place, subtypes: tuple[str, ...] = ("bullying",), text: str = WORDS) -> Told:
        tip = new_tip(place.pk, text="what the reporter typed, which no school may ever read")
        judge(
            Judging(
                tip_id=tip, account_id=call_taker.pk, subtypes=subtypes, in_progress=False, narrative=text
            )
        )
        if not Referral.objects.filter(tip_id=tip, sealed_summary__isnull=False).exists():
            release(tip, call_taker.pk, text)
        found = Referral.objects.filter(tip_id=tip).select_related("scope")
        return Told(tip, {r.scope.name: r for r in found})

    return make


@pytest.fixture
def told(town: Town, tell_of) -> Told:  # noqa: F811
    """A bullying tip about the high school."""
    return tell_of(town.school)
