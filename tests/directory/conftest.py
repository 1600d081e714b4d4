"""The desk's directory pages in the test process, and files made up for importers."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

from upstander import clock
from upstander.people.models import Account, RoleGrant

Rows = Sequence[Sequence[object]]
_LEFT_OUT = ("people.middleware", "whitenoise")  # tested in their own rooms


@pytest.fixture
def as_csv() -> Callable[[Rows], bytes]:
    """Rows as the bytes of a CSV."""

    def make(rows: Rows) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue().encode()

    return make


@pytest.fixture
def as_xlsx() -> Callable[[dict[str, Rows]], bytes]:
    """Sheets as the bytes of an Excel file."""

    def make(sheets: dict[str, Rows]) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make


@pytest.fixture
def desk(db, settings) -> Iterator[Callable[..., Client]]:
    """`desk("programme_admin")`: a browser at the desk of somebody with these roles; `desk(None)`: of a stranger."""
    settings.PROCESS = "desk"
    kept = [m for m in django_settings._STAFF_MIDDLEWARE if not any(part in m for part in _LEFT_OUT)]
    settings.MIDDLEWARE = kept
    settings.SESSION_ENGINE = "upstander.people.sessions.desk"
    settings.SESSION_COOKIE_NAME = "upstander_desk"
    settings.ROOT_URLCONF = "tests.directory.desk_site"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    import_module(settings.ROOT_URLCONF)
    clear_url_caches()
    set_urlconf(None)

    def browser(*roles: str | None) -> Client:
        client = Client()
        if roles != (None,):
            email = f"{'-'.join(map(str, roles)) or 'nobody'}@desk.example"
            account = Account.objects.create_user(email, name="Alex Brandt")
            for role in roles:
                RoleGrant.objects.create(
                    account=account, role=role, granted_by="system:test", starts_at=clock.now()
                )
            client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    yield browser
    clear_url_caches()
    set_urlconf(None)
