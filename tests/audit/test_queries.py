"""Reading the record: an object's own timeline, and nothing about what the reader may not see."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.audit.conftest import sql
from upstander.audit import queries, services
from upstander.audit.cli import audit
from upstander.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entries(db: None) -> None:
    for number, (actor, act, kind, thing) in enumerate([
        ("account:1", "tip.viewed", "tip", "a"), ("account:2", "tip.viewed", "tip", "b"),
        ("account:1", "tip.claimed", "tip", "a"), ("account:1", "referral.viewed", "referral", "a"),
    ]):  # fmt: skip
        services.record(actor, act, kind, thing, number=number)


def test_an_objects_timeline_holds_its_own_entries_in_order() -> None:
    assert [(line.act, line.detail) for line in queries.for_object("tip", "a")] == [
        ("tip.viewed", {"number": 0}),
        ("tip.claimed", {"number": 2}),
    ]
    assert queries.for_object("tip", "c") == []


def test_a_long_timeline_shows_its_latest_entries() -> None:
    assert [line.act for line in queries.for_object("tip", "a", limit=1)] == ["tip.claimed"]


def only_tip_a(kind: str, ids: frozenset[str]) -> set[str]:
    return {"a"} & ids if kind == "tip" else set()


def test_what_spans_objects_shows_only_those_that_the_reader_may_see() -> None:
    assert [line.act for line in queries.by_actor("account:1", only_tip_a)] == ["tip.viewed", "tip.claimed"]
    assert list(queries.by_actor("account:2", only_tip_a)) == []
    assert {line.object_id for line in queries.since(None, only_tip_a)} == {"a"}
    assert len(list(queries.since(None, queries.everything))) == 4


def test_the_filter_is_asked_once_a_kind_not_once_an_entry() -> None:
    asked = []

    def may_see(kind: str, ids: frozenset[str]) -> frozenset[str]:
        asked.append((kind, ids))
        return ids

    list(queries.since(None, may_see))
    assert sorted(asked) == [("referral", {"a"}), ("tip", {"a", "b"})]


def test_since_means_from_that_moment_on() -> None:
    last = Entry.objects.latest("id").at
    assert len(list(queries.since(last + timedelta(seconds=1), queries.everything))) == 0
    assert len(list(queries.since(last - timedelta(days=1), queries.everything))) == 4


def run(*arguments: str) -> str:
    done = CliRunner().invoke(audit, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_an_auditor_reads_and_that_is_on_record_too() -> None:
    assert run("show", "--object", "tip", "a").count("tip a") == 2
    assert run("show", "--actor", "account:2", "--json").count('"object_id":"b"') == 1
    assert run("show", "--since", "2020-01-01").count("audit.read") == 3
    read = Entry.objects.filter(act="audit.read").order_by("id").first()
    assert (read.actor, read.detail) == ("system:admin", {"by": None, "of": "tip:a", "since": None})


def test_an_auditor_says_what_to_show() -> None:
    assert CliRunner().invoke(audit, ["show"]).exit_code == 2


def test_verification_without_a_key_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(services._state, "keys", None)
    done = CliRunner().invoke(audit, ["verify"])
    assert done.exit_code == 2
    assert "NOT CHECKED: This process has no key file: set UPSTANDER_KEYS" in done.output


def test_verification_of_a_database_without_the_tables_is_no_clean_bill() -> None:
    sql("DROP TABLE audit_seal")
    done = CliRunner().invoke(audit, ["verify", "--json"])
    assert done.exit_code == 2
    assert '"result": "unchecked"' in done.output
