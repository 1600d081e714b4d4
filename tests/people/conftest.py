"""An origin in the test process, and people who sign in to it."""

import secrets
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.folding import search_text
from upstander.directory.models import Kind, Organisation
from upstander.ops import grants
from upstander.people import services
from upstander.people.demo import PASSWORD, SECRET, DemoAccount, demo_accounts
from upstander.people.models import Account
from upstander.people.second_factor import current_code
from upstander.vault.keys import keyring

PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
Origin = Callable[[str], None]


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """A demo needs fourteen hashes; that the real one is slow is tested once, by name."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *django_settings.PASSWORD_HASHERS,
    ]


@pytest.fixture
def origin(settings) -> Iterator[Origin]:
    """`origin("desk")` makes this process serve the desk's origin, as its own process would."""

    def serve(name: str, urlconf: str = "") -> None:
        settings.PROCESS = name
        settings.MIDDLEWARE = django_settings._STAFF_MIDDLEWARE
        settings.SESSION_ENGINE = f"upstander.people.sessions.{name}"
        settings.SESSION_COOKIE_NAME = f"upstander_{name}"
        settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_FILES}}
        settings.WHITENOISE_USE_FINDERS = True
        settings.ROOT_URLCONF = urlconf or f"tests.people.{name}_site"
        import_module(settings.ROOT_URLCONF)
        clear_url_caches()
        set_urlconf(None)

    yield serve
    clear_url_caches()
    set_urlconf(None)


def organisation(kind: str, name: str, parent: Organisation | None = None, **more: object) -> Organisation:
    words = search_text(name, str(more.get("city", "")), parent.name if parent else "")
    return Organisation.objects.create(
        kind=kind, name=name, parent=parent, updated_at=clock.now(), search_text=words, **more
    )


@pytest.fixture
def places(db) -> dict[str, Organisation]:
    """Two districts with a school each, and two agencies."""
    region = organisation(Kind.REGION, "ROE 1")
    district = organisation(Kind.DISTRICT, "Payson CUSD 1", region)
    neighbour = organisation(Kind.DISTRICT, "Quincy SD 172", region)
    return {
        "region": region,
        "district": district,
        "school": organisation(Kind.SCHOOL, "Lincoln Elementary", district, city="Payson"),
        "neighbour": neighbour,
        "other_school": organisation(Kind.SCHOOL, "Adams Elementary", neighbour, city="Quincy"),
        "police": organisation(Kind.LAW_ENFORCEMENT, "Payson Police"),
        "clinic": organisation(Kind.MENTAL_HEALTH, "Riverside Clinic"),
    }


@pytest.fixture
def demo(places) -> dict[str, DemoAccount]:
    """The demo accounts by the local part of their address."""
    rows = demo_accounts(
        district=places["district"].pk, school=places["school"].pk,
        police=places["police"].pk, mental_health=places["clinic"].pk,
    )  # fmt: skip
    return {row.email.split("@")[0]: row for row in rows}


def sign_in(client: Client, email: str, password: str = PASSWORD, secret: str = SECRET) -> Client:
    """Both steps; asserts that they worked."""
    answer = client.post("/sign-in/", {"login": email, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"].startswith("/sign-in/code/")
    answer = client.post("/sign-in/code/", {"code": current_code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.fixture
def signed_in(demo) -> Callable[[str], Client]:
    """`signed_in("casey")`: a browser in which this demo person is signed in."""
    return lambda who: sign_in(Client(), demo[who].email)


@pytest.fixture
def account(db) -> Account:
    """A real (not a demo) person with a password, and nothing else yet."""
    made, token = services.create_account("system:test", "pat.novak@agency.example", "Pat Novak")
    assert services.accept_invitation(token, "seven quiet green boats")
    made.refresh_from_db()
    return made


@pytest.fixture
def as_login(monkeypatch) -> Iterator[Callable[[str], None]]:
    """`as_login("desk")`: the database sees that login, and the record that process. The roles vanish with the test."""
    mark = secrets.token_hex(4)
    monkeypatch.setattr(grants, "role", lambda login: f"test_{mark}_{login}")

    monkeypatch.setattr(audit, "_state", dict(audit._state))

    def become(login: str) -> None:
        audit.use(login, keyring().secret(f"mac.{login}"))
        with connection.cursor() as cursor:
            for name in grants.roles():
                cursor.execute(f"CREATE ROLE {grants.role(name)}")
            grants.apply(connection.connection, grants.collect(django_settings.INSTALLED_APPS))
            cursor.execute(f"GRANT {grants.role(login)} TO CURRENT_USER")
            cursor.execute(f"SET LOCAL ROLE {grants.role(login)}")

    yield become
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        assert "permission denied" in str(error)
        return True
    return False
