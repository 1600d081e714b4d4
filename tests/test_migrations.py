"""A new version goes over the running one: no migration may break the processes that are still the old version."""

from pathlib import Path

import pytest
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
