"""Every process has its own login, which may do what its rooms say and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, QueryCanceled

from upstander.config import ConfigError
from upstander.ops import grants, logins, prepare
from upstander.ops.pg import Embedded

TABLES = """
CREATE SEQUENCE running_seq;
CREATE TABLE note (
    id bigserial PRIMARY KEY, running bigint DEFAULT nextval('running_seq'), words text, state text
);
CREATE TABLE secret (words text);
CREATE FUNCTION harmless() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION mighty() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM secret';
"""
GRANTED: grants.Granted = {
    "public": {"note": ["INSERT (words)"]},
    "desk": {"note": ["SELECT", "INSERT", 'UPDATE ("state")'], "mighty()": ["EXECUTE"]},
}


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "db.json"


@pytest.fixture(scope="module")
def made(private_server: Embedded, keys_file: Path) -> Iterator[logins.Logins]:
    """A database with the tables above and the rights above, and its logins."""
    with psycopg.connect(private_server.admin_dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE grants_here")
    made = logins.create(keys_file, private_server.admin_dsn("grants_here"))
    with psycopg.connect(made.dsn("owner"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute(TABLES)
        grants.apply(connection, GRANTED)
    yield made


def run(made: logins.Logins, login: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(made.dsn(login)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_login_may_do_what_was_granted_sequences_included(made: logins.Logins):
    run(made, "public", "INSERT INTO note (words) VALUES ('a')")
    run(made, "desk", "INSERT INTO note (words) VALUES ('b')")
    run(made, "desk", "UPDATE note SET state = 'read'")
    assert run(made, "desk", "SELECT count(*) FROM note WHERE running IS NOT NULL")[0] == (2,)


@pytest.mark.parametrize(
    ("login", "statement"),
    [
        ("public", "SELECT words FROM note"),
        ("public", "INSERT INTO note (state) VALUES ('x')"),
        ("public", "SELECT mighty()"),
        ("desk", "UPDATE note SET words = 'x'"),
        ("desk", "DELETE FROM note"),
        ("desk", "SELECT * FROM secret"),
        ("school", "SELECT * FROM note"),
        ("school", "SELECT nextval('running_seq')"),
        ("relay", "CREATE TABLE mine ()"),
        ("relay", "CREATE TEMPORARY TABLE mine (words text)"),
        ("sealer", "CREATE SCHEMA mine"),
        ("worker", "CREATE ROLE mine"),
        ("worker", "SET ROLE upstander_desk"),
        ("public", "SET ROLE upstander_owner"),
        ("owner", "SET ROLE upstander_admin"),
    ],
)
def test_what_was_not_granted_is_refused(made: logins.Logins, login: str, statement: str):
    with pytest.raises(InsufficientPrivilege):
        run(made, login, statement)


def test_a_function_with_its_callers_rights_is_everybodys_one_with_the_owners_must_be_listed(
    made: logins.Logins,
):
    assert run(made, "events", "SELECT harmless()") == [(1,)]
    assert run(made, "desk", "SELECT mighty()") == [(0,)]
    assert run(made, "school", "SELECT similarity('a', 'a')") == [(1.0,)]


def test_no_login_is_a_superuser_or_makes_roles_or_databases(made: logins.Logins):
    assert not run(
        made,
        "owner",
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'upstander%' AND rolname <> 'upstander_admin' "
        "AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)",
    )


def test_a_right_that_is_no_longer_listed_is_taken_away(made: logins.Logins):
    with psycopg.connect(made.dsn("owner")) as connection:
        grants.apply(connection, GRANTED | {"school": {"note": ["SELECT"]}})
    run(made, "school", "SELECT * FROM note")
    with psycopg.connect(made.dsn("owner")) as connection:
        grants.apply(connection, GRANTED)
    with pytest.raises(InsufficientPrivilege):
        run(made, "school", "SELECT * FROM note")


def test_statements_that_take_too_long_are_cut(made: logins.Logins):
    shown = "SELECT name, setting FROM pg_settings WHERE name LIKE '%%timeout'"
    public = dict(run(made, "public", shown))
    assert public["statement_timeout"] == "5000"
    assert public["lock_timeout"] == "2000"
    assert public["idle_in_transaction_session_timeout"] == "10000"
    with psycopg.connect(made.dsn("public"), options="-c statement_timeout=50ms") as connection:
        with pytest.raises(QueryCanceled):
            connection.execute("SELECT pg_sleep(5)")


def test_logins_made_again_keep_their_passwords_and_nobody_else_can_read_them(
    private_server: Embedded, made: logins.Logins, keys_file: Path
):
    admin = private_server.admin_dsn("grants_here")
    assert keys_file.stat().st_mode & 0o777 == 0o600
    assert len(set(json.loads(keys_file.read_text()).values())) == len(grants.LOGINS) + 1
    assert logins.create(keys_file, admin).dsn("desk") == made.dsn("desk")
    assert logins.read(keys_file, admin).dsn("desk") == made.dsn("desk")


def test_a_database_role_that_may_not_make_logins_is_refused_in_words(made: logins.Logins, tmp_path: Path):
    with pytest.raises(ConfigError, match="CREATEROLE"):
        logins.create(tmp_path / "db.json", made.dsn("desk"))


def test_what_makes_no_sense_is_refused_with_the_rooms_name(
    monkeypatch: pytest.MonkeyPatch, made: logins.Logins
):
    monkeypatch.setattr(grants, "GRANTS", {"desk": {"note": "SELECT, DROP"}})
    with pytest.raises(ConfigError, match="upstander.ops.grants: desk: note: 'DROP'"):
        grants.collect(["upstander.ops"])
    monkeypatch.setattr(grants, "GRANTS", {"nobody": {"note": "SELECT"}})
    with pytest.raises(ConfigError, match="no login 'nobody'"):
        grants.collect(["upstander.ops"])
    with psycopg.connect(made.dsn("owner")) as connection, pytest.raises(ConfigError, match="'nowhere'"):
        grants.apply(connection, {"desk": {"nowhere": ["SELECT"]}})


def test_clauses_are_read_as_they_are_written():
    written = "SELECT (a, b),INSERT,  UPDATE(c)"
    assert grants._clauses("", written) == ['SELECT ("a", "b")', "INSERT", 'UPDATE ("c")']


def test_a_version_with_a_login_that_was_never_made_says_so_before_it_changes_anything(
    made: logins.Logins, monkeypatch: pytest.MonkeyPatch
):
    prepare.known(made.dsn("owner"))
    monkeypatch.setattr(grants, "LOGINS", (*grants.LOGINS, "newcomer"))
    with pytest.raises(ConfigError, match=r"lacks: upstander_newcomer\. Run `upstander up` once"):
        prepare.known(made.dsn("owner"))
