"""A new version goes over the running one: no migration may break the processes that are still the old version."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

SRC = Path(__file__).resolve().parents[1] / "src"

# Written before the first release, when there was no running version to break.
BEFORE_THE_FIRST_RELEASE = frozenset(
    {
        "0002_order_and_guard",
        "0003_requests_queue",
        "0005_words_are_counted",
        "0006_a_row_says_itself_why",
        "0009_two_carriers_of_calls",
    }
)

TWO_LOCKS_BEFORE_THE_FIRST_RELEASE = frozenset({"0007_which_mail_was_refused", "0013_exclusion"})


@pytest.mark.django_db
def test_every_migration_may_run_while_the_old_version_still_does(capsys: pytest.CaptureFixture[str]):
    rooms = [p.parent.name for p in (SRC / "upstander").glob("*/migrations")]
    linter = MigrationLinter(
        str(SRC),
        include_apps=rooms,
        ignore_name=sorted(BEFORE_THE_FIRST_RELEASE),
        no_cache=True,
        quiet=["ok", "warning"],
    )
    linter.lint_all_migrations()
    assert linter.nb_valid + linter.nb_warnings > 10, "migrations were read"
    assert not linter.has_errors, capsys.readouterr().out


def held(sql: str) -> set[str]:
    """The tables of before that a migration keeps writers out of: whose triggers, columns or references it makes."""
    names = re.findall(r'(?:REFERENCES|ALTER TABLE|TRIGGER \w+[^;]*? ON)\s+"?(\w+)"?', sql)
    made = set(re.findall(r'CREATE TABLE "(\w+)"', sql))
    return set(names) - made


@pytest.mark.django_db
def test_no_migration_holds_the_outbox_and_what_a_judgement_writes_before_it():
    """A judgement writes notices and referrals, then owes messages. A migration that had the outbox, and then asked for those
    (as a foreign key to them does), would wait for the judgement, which waits for it: PostgreSQL ends one of the two.
    """
    found = set()
    for app, name in MigrationLoader(connection).disk_migrations:
        if (SRC / "upstander" / app / "migrations").is_dir() and name not in TWO_LOCKS_BEFORE_THE_FIRST_RELEASE:
            tables = held(call_command("sqlmigrate", app, name, stdout=StringIO()))
            if "delivery_delivery" in tables and len(tables) > 1:
                found.add((app, name, *sorted(tables)))
    assert found == set()
