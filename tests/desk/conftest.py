"""The desk's origin in the test process, people with roles who are signed in, and tips of an invented town."""

import secrets
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings as django_settings
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

from tests.support import town as towns
from tests.support.town import Town
from upstander import clock as the_clock
from upstander.actions import services as actions
from upstander.actions.services import Judging
from upstander.intake import queries as intake
from upstander.intake.queries import QueueRow
from upstander.intake.services import receive
from upstander.intake.submission import Submission
from upstander.people.models import Account, RoleGrant
from upstander.people.sealed import secrets_of

SignedIn = Callable[..., Client]
NewTip = Callable[..., QueueRow]


@pytest.fixture
def desk(settings) -> Iterator[None]:
    """This process serves the desk's origin, as its own process would."""
    from upstander import settings as house

    settings.PROCESS = "desk"
    settings.MIDDLEWARE = django_settings._STAFF_MIDDLEWARE
    settings.SESSION_ENGINE = "upstander.people.sessions.desk"
    settings.SESSION_COOKIE_NAME = "upstander_desk"
    settings.ROOT_URLCONF = "tests.desk.site"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES = house.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    clear_url_caches()
    set_urlconf(None)
    yield
    clear_url_caches()
    set_urlconf(None)


@pytest.fixture
def town(db) -> Town:
    return towns.build()


@pytest.fixture
def person(db) -> Callable[..., Account]:
    """`person("Casey", "call_taker")` is somebody with these roles, password and second factor."""

    def make(name: str, *roles: str) -> Account:
        account = Account.objects.create_user(
            f"{name.lower().replace(' ', '.')}@upstander.example", name=name
        )
        for role in roles:
            RoleGrant.objects.create(account=account, role=role, granted_by="test", starts_at=the_clock.now())
        with secrets_of(account.pk):
            Authenticator.objects.create(user=account, type="totp", data={"secret": encrypt("A" * 32)})
        return account

    return make


@pytest.fixture
def signed_in(desk, person) -> SignedIn:
    """`signed_in("Casey", "call_taker")`: a browser in which this person is; an Account stands for itself."""

    def make(who: str | Account, *roles: str) -> Client:
        account = who if isinstance(who, Account) else person(who, *roles)
        client = Client()
        client.force_login(account)
        session = client.session
        session["upstander_second_factor"] = Authenticator.objects.get(user=account).pk
        session.save()
        client.account = account
        return client

    return make


@pytest.fixture
def casey(signed_in) -> Client:
    """A call-taker at the desk."""
    return signed_in("Casey Lindgren", "call_taker")


@pytest.fixture
def jordan(signed_in) -> Client:
    """Another one."""
    return signed_in("Jordan Okafor", "call_taker")


@pytest.fixture
def morgan(signed_in) -> Client:
    """A supervisor."""
    return signed_in("Morgan Reyes", "supervisor")


@pytest.fixture
def new_tip(db) -> NewTip:
    """`new_tip(place, text=..., danger_now=True)` receives a tip as the website does."""

    def make(place=None, text: str = "He said he will bring a gun", **more) -> QueueRow:
        submission = Submission(
            channel=more.pop("channel", "web"), text=text, place_id=place.pk if place else None, **more
        )
        found = intake.tip(receive(submission, secrets.token_urlsafe(24)).tip_id)
        assert found is not None
        return found

    return make


@pytest.fixture
def judged() -> Callable[..., QueueRow]:
    """`judged(tip, account, "planned_school_attack")`: the tip after this judgement."""

    def make(tip: QueueRow, account: Account, *subtypes: str, **more) -> QueueRow:
        given = {"in_progress": False, "narrative": "What may be read."} | more
        actions.judge(Judging(tip_id=tip.id, account_id=account.pk, subtypes=subtypes, **given))
        found = intake.tip(tip.id)
        assert found is not None
        return found

    return make


def action_of(tip_id: UUID, kind: str):
    """The first row of the ledger of this kind."""
    from upstander.actions.models import RequiredAction

    return RequiredAction.objects.filter(tip_id=tip_id, kind=kind, ended_by=None).order_by("id").first()
