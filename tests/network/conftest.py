"""The network's origin in the test process, behind the database's real walls."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.urls import clear_url_caches, set_urlconf
from psycopg import sql

from tests.network.judging import judged  # noqa: F401 - a fixture
from tests.people.conftest import PLAIN_FILES
from upstander.audit import services as audit
from upstander.ops import grants
from upstander.vault.keys import keyring


@pytest.fixture(scope="session")
def walled(django_db_setup, django_db_blocker) -> None:
    """The logins and levels of the network exist on the server, with their rights on this database."""
    wanted = [name for name in grants.roles() if name.split("_")[0] in ("network", "relay", "worker")]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        line = cursor.connection
        granted = grants.collect(django_settings.INSTALLED_APPS)
        line.execute("SELECT pg_advisory_lock(7305)")  # roles are the whole server's
        for name in wanted:
            role = sql.Identifier(grants.role(name))
            if not line.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [grants.role(name)]).fetchone():
                line.execute(sql.SQL("CREATE ROLE {} NOINHERIT").format(role))
            line.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
            line.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        line.execute("SELECT pg_advisory_unlock(7305)")
        grants._own_functions(line, sql.SQL(", ").join(sql.Identifier(grants.role(name)) for name in wanted))
        for name in wanted:
            for table, clauses in granted.get(name, {}).items():
                grants._give(line, sql.Identifier(grants.role(name)), table, clauses)


@pytest.fixture
def network(walled, db, settings, monkeypatch) -> Iterator[None]:
    """This process serves the network's origin, and writes its record."""
    settings.PROCESS = "network"
    settings.MIDDLEWARE = [*django_settings._STAFF_MIDDLEWARE, "upstander.network.middleware.Walls"]
    settings.SESSION_ENGINE = "upstander.people.sessions.network"
    settings.SESSION_COOKIE_NAME = "upstander_network"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_FILES}}
    settings.WHITENOISE_USE_FINDERS = True
    settings.ROOT_URLCONF = "upstander.urls.network"
    monkeypatch.setattr(audit, "_state", dict(audit._state))
    audit.use("network", keyring().secret("mac.network"))
    clear_url_caches()
    set_urlconf(None)
    yield
    clear_url_caches()
    set_urlconf(None)
