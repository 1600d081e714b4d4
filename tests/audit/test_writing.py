"""An entry is written with what it records, says what was said, and cannot be changed by whoever writes."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.conftest import sql
from upstander.audit import services
from upstander.audit.grants import GRANTS
from upstander.audit.models import Entry

plain = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
details = st.dictionaries(
    plain, st.recursive(numbers | plain, lambda v: st.lists(v, max_size=3), max_leaves=5), max_size=4
)


@pytest.mark.django_db
def test_an_entry_is_lost_with_the_transaction_that_it_records() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record("account:1", "tip.viewed", "tip", 1)
        1 / 0  # noqa: B018
    assert not Entry.objects.exists()


@pytest.mark.django_db
@settings(deadline=None, max_examples=150)
@given(details)
def test_the_mac_verifies_over_what_postgresql_gives_back(detail: dict) -> None:
    process, actor, act, kind, object_id, text, nonce, mac = services.row(
        "reporter", "a", "tip", 7, **{"x": detail}
    )
    stored = sql("SELECT %s::jsonb::text", text)[0][0]
    again = services.canonical(json.loads(stored))
    key = services.held(f"mac.{process}")
    assert services.entry_mac(key, process, actor, act, kind, object_id, again, nonce) == mac


def test_what_json_has_no_word_for_is_refused_before_it_is_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        services.row("reporter", "a", "tip", 7, seconds=float("nan"))


def test_without_a_key_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(services._state, "key", b"")
    with pytest.raises(RuntimeError, match="audit has no key"):
        services.row("reporter", "a", "tip", 7)


@pytest.mark.django_db
def test_number_time_transaction_and_cluster_come_from_the_database() -> None:
    services.record("account:1", "tip.viewed", "tip", 1)
    entry = Entry.objects.get()
    assert entry.xid == sql("SELECT pg_current_xact_id()::text::bigint")[0][0]
    assert entry.cluster == sql("SELECT system_identifier FROM pg_control_system()")[0][0]
    assert entry.at is not None


@pytest.fixture
def stranger(db: None) -> str:
    """A login that somebody gave every right, but that owns nothing."""
    sql("CREATE ROLE audit_stranger; GRANT audit_stranger TO CURRENT_USER")
    sql("GRANT ALL ON audit_entry, audit_seal TO audit_stranger")
    services.record("account:1", "tip.viewed", "tip", 1)
    return "audit_stranger"


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET cluster = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_but_the_owner_changes_or_removes_even_with_the_right_to(
    stranger: str, table: str, change: str
) -> None:
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        sql(f"SET LOCAL ROLE {stranger}")
        sql(change.format(table))
    assert Entry.objects.count() == 1


def login_of(process: str) -> str:
    """A login that has what the grants give to this process."""
    role = f"audit_login_{process}"
    sql(f"CREATE ROLE {role}; GRANT {role} TO CURRENT_USER")
    for table, words in GRANTS[process].items():
        sql(f"GRANT {words} ON {table} TO {role}")
    return role


@pytest.mark.django_db
@pytest.mark.parametrize("login", GRANTS)
def test_a_login_writes_in_its_own_name_and_in_no_other(login: str) -> None:
    role, tail = login_of(login), services.row("account:1", "tip.viewed", "tip", 1)[1:]
    insert = f"INSERT INTO audit_entry ({services.COLUMNS}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s)"
    sql(f"SET LOCAL ROLE {role}")
    for process in (*GRANTS, "admin", "", login[1:], f"x{login}"):
        if process == login:
            sql(insert, process, *tail)
        else:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                sql(insert, process, *tail)
    sql("RESET ROLE")
    assert [e.process for e in Entry.objects.all()] == [login]
    sql(insert, "admin", *tail)  # the owner, at the command line


@pytest.mark.django_db
@pytest.mark.parametrize("login", GRANTS)
def test_a_login_writes_entries_but_can_date_change_or_remove_none(login: str) -> None:
    role = login_of(login)
    values = (login, *services.row("account:1", "tip.viewed", "tip", 1)[1:])
    forbidden = ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry", "UPDATE audit_seal SET n = 1"]
    forbidden += [
        "DELETE FROM audit_seal",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry (at) VALUES (now())",
    ]
    forbidden += ["INSERT INTO audit_entry (xid) VALUES (1)", "INSERT INTO audit_entry (id) VALUES (1)"]
    forbidden += ["SELECT mac FROM audit_entry"] if login != "sealer" else []
    forbidden += ["SELECT act FROM audit_entry"] if login not in ("sealer", "desk") else []
    forbidden += ["INSERT INTO audit_seal (n) VALUES (1)"] if login != "sealer" else []
    sql(f"SET LOCAL ROLE {role}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_entry ({services.COLUMNS}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s)", values
        )
    for statement in forbidden:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            sql(statement)
    sql("RESET ROLE")
    assert Entry.objects.count() == 1
