"""The public origin as reporters meet it: its own middleware and addresses, a WSGI application, a school to name."""

import secrets
from collections.abc import Callable

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from upstander import clock as the_clock
from upstander.intake.services import Receipt, Submission, receive


@pytest.fixture
def public(settings) -> None:
    """The settings of the public process."""
    from upstander import settings as house

    settings.ROOT_URLCONF = "upstander.urls.public"
    settings.MIDDLEWARE = house._PUBLIC_MIDDLEWARE
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES = house.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    engine = house.TEMPLATES[0]
    processors = [
        p for p in engine["OPTIONS"]["context_processors"] if "auth" not in p and "messages" not in p
    ]
    settings.TEMPLATES = [engine | {"OPTIONS": {"context_processors": processors}}]


@pytest.fixture
def web(public) -> Client:
    """A browser without cookies, JavaScript or past."""
    return Client(raise_request_exception=True)


@pytest.fixture
def app(public) -> WSGIHandler:
    """The WSGI application of the public process."""
    return WSGIHandler()


@pytest.fixture
def key() -> Callable[[], str]:
    """`key()` is a fresh idempotency key of 128 bits."""
    return lambda: secrets.token_urlsafe(16)


@pytest.fixture
def tell(db) -> Callable[..., Receipt]:
    """`tell("words", who="...")` stores a tip and gives its receipt."""

    def _tell(text: str = "Somebody is being hurt.", **more) -> Receipt:
        idempotency_key = more.pop("key", None) or secrets.token_urlsafe(16)
        return receive(Submission(channel=more.pop("channel", "web"), text=text, **more), idempotency_key)

    return _tell


@pytest.fixture
def school(db):
    """A school of the directory."""
    from upstander.directory.models import Organisation

    return Organisation.objects.create(
        kind="school",
        name="Lincoln Elementary",
        city="Springfield",
        search_text=" lincoln elementary springfield",
        updated_at=the_clock.now(),
    )
