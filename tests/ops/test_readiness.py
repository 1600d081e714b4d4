"""Ready means: a tip that is received now is kept. Whoever asks never waits long for the answer."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from upstander.ops import readiness
from upstander.ops.pg import Embedded
from upstander.ops.readiness import Readiness


@pytest.fixture
def parameters(private_server: Embedded) -> Iterator[dict[str, Any]]:
    """How to reach a database that has every migration, as far as its table of migrations says."""
    with psycopg.connect(private_server.admin_dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE ready_here")
    dsn = private_server.admin_dsn("ready_here")
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE django_migrations (app text, name text)")
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO django_migrations VALUES (%s, %s)", sorted(readiness._wanted_migrations())
            )
    yield dict(conninfo_to_dict(dsn))
    with psycopg.connect(private_server.admin_dsn(), autocommit=True) as connection:
        connection.execute("DROP DATABASE ready_here WITH (FORCE)")


def test_a_database_that_may_lose_data_is_not_ready(parameters: dict[str, Any]):
    # the tests' own server runs with all three off
    assert Readiness(lambda: parameters).reasons() == (
        "fsync_off",
        "full_page_writes_off",
        "synchronous_commit_off",
    )


def test_a_missing_migration_is_seen(parameters: dict[str, Any]):
    with psycopg.connect(**parameters) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'ops'")
    assert "migrations_missing" in Readiness(lambda: parameters).reasons()


def test_a_database_that_is_gone_is_named(parameters: dict[str, Any]):
    assert Readiness(lambda: parameters | {"dbname": "nowhere"}).reasons() == ("database_unreachable",)


def test_a_line_that_died_is_made_again(parameters: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readiness, "_FRESH", 0.0)
    ready = Readiness(lambda: parameters)
    assert "fsync_off" in ready.reasons()
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ready_here' "
            "AND pid <> pg_backend_pid()"
        )
    assert "fsync_off" in ready.reasons()


def test_a_server_that_says_nothing_is_reported_within_the_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readiness, "LIMIT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        ready = Readiness(lambda: {"host": "127.0.0.1", "port": port, "dbname": "x", "user": "x"})
        begun = time.monotonic()
        assert ready.reasons() == ("database_slow",)
        assert ready.reasons() == ("database_slow",)
        assert time.monotonic() - begun < 2


def test_the_answer_is_given_again_without_asking_again(parameters: dict[str, Any]):
    asked = []

    def counted() -> dict[str, Any]:
        asked.append(1)
        return parameters

    ready = Readiness(counted)
    first = ready.reasons()
    assert [ready.reasons() for _ in range(50)] == [first] * 50
    assert len(asked) == 1
