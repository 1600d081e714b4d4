"""The logins of the processes and what each may do (decisions 1). Each room says it for its own tables.

    GRANTS = {"desk": {"intake_tip": "SELECT, UPDATE (status, klass)"}}

What stands nowhere is refused. Behind the walls of the network (decision 122) a login plays one of LEVELS: rooms grant
to `read_open`, `read_fouo`, `read_les` and `read_staff`, and never to the login itself. Functions with the owner's rights must be
listed: `"name(types)": "EXECUTE"`.
"""

import re
from collections import defaultdict
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from psycopg import Connection, sql

from upstander.config import ConfigError

LOGINS = ("public", "desk", "school", "events", "relay", "worker", "sealer", "custody", "inbound", "router", "caller", "network")
LEVELS = ("open", "fouo", "les", "staff")
# Who plays which level: the network's pages all of them; the relay reads what it mails as its reader could, and only reads.
PLAYED = {"network": LEVELS, "relay": LEVELS[:3]}
SCHEMA = "public"
_READERS = tuple(f"read_{level}" for level in LEVELS)
_PRIVILEGE = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|USAGE|EXECUTE)\s*(?:\(([\w\s,]+)\))?\s*(?:,|$)")

Granted = dict[str, dict[str, list[str]]]  # login -> object -> privileges, each one clause

# What the house itself needs: every process shows that it lives, and sees whether the database is up to date.
GRANTS: dict[str, dict[str, str]] = {
    login: {"ops_heartbeat": "SELECT, INSERT, UPDATE", "django_migrations": "SELECT"} for login in LOGINS
}


def collect(apps: list[str]) -> Granted:
    """What the rooms among `apps` (INSTALLED_APPS) grant; raises ConfigError for what makes no sense."""
    granted: Granted = defaultdict(lambda: defaultdict(list))
    for app in apps:
        name = f"{app}.grants"
        if not app.startswith("upstander.") or find_spec(name) is None:
            continue
        for login, objects in import_module(name).GRANTS.items():
            if login not in LOGINS and login not in _READERS:
                raise ConfigError(f"{name}: there is no login '{login}'")
            for table, words in objects.items():
                granted[login][table] += _clauses(f"{name}: {login}: {table}", words)
    return _played(granted)


def _played(granted: Granted) -> Granted:
    """The same, with what each level may do that a login plays: all that is the login's own, and what lies behind the walls."""
    for login, levels in PLAYED.items():
        for level in levels:
            to = granted[f"{login}_{level}"]
            for table, clauses in granted[login].items():
                to[table] += clauses
            for table, clauses in granted[f"read_{level}"].items():
                to[table] += [c for c in clauses if login == "network" or c.startswith("SELECT")]
    given = {login: objects for login, objects in granted.items() if login not in _READERS}
    # of a function, or of what may only be added to, nothing is left for who only reads
    return {login: {name: clauses for name, clauses in objects.items() if clauses} for login, objects in given.items()}


def _clauses(where: str, words: str) -> list[str]:
    """`SELECT, UPDATE (a, b)` as ["SELECT", 'UPDATE ("a", "b")']."""
    found, end = [], 0
    while end < len(words.rstrip().rstrip(",")):
        match = _PRIVILEGE.match(words, end)
        if not match:
            raise ConfigError(f"{where}: '{words[end:].strip()}' is not understood")
        columns = [f'"{column.strip()}"' for column in (match[2] or "").split(",") if column.strip()]
        found.append(f"{match[1]} ({', '.join(columns)})" if columns else match[1])
        end = match.end()
    return found


def role(login: str) -> str:
    """The database's name for `login`."""
    return f"upstander_{login}"


def roles() -> tuple[str, ...]:
    """The names of all logins, and of the levels that some of them play."""
    return (*LOGINS, *(f"{login}_{level}" for login, levels in PLAYED.items() for level in levels))


def apply(connection: Connection[Any], granted: Granted) -> int:
    """Take every right away and give the granted ones, in one transaction; how many statements gave them.

    `connection` is the owner's. Raises ConfigError for a table, column or function that does not exist.
    """
    everybody = sql.SQL(", ").join(sql.Identifier(role(name)) for name in roles())
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('upstander.grants'))")
        _take_away(connection, everybody)
        given = _own_functions(connection, everybody)
        for login, objects in granted.items():
            for name, clauses in objects.items():
                given += _give(connection, sql.Identifier(role(login)), name, clauses)
    return given


def _take_away(connection: Connection[Any], roles: sql.Composable) -> None:
    """Only from what is the owner's: an extension's functions are not ours to forbid."""
    schema = sql.Identifier(SCHEMA)
    for kind in ("TABLES", "SEQUENCES"):
        connection.execute(
            sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM PUBLIC, {}").format(sql.SQL(kind), schema, roles)
        )
    for (function,) in _functions(connection, callers_rights_only=False):
        connection.execute(
            sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC, {}").format(sql.SQL(function), roles)
        )


def _functions(connection: Connection[Any], *, callers_rights_only: bool) -> list[tuple[str]]:
    return connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = %s::regnamespace"
        " AND proowner = current_user::regrole AND prokind = 'f' AND (NOT %s OR NOT prosecdef)",
        [SCHEMA, callers_rights_only],
    ).fetchall()


def _own_functions(connection: Connection[Any], roles: sql.Composable) -> int:
    """A function that runs with its caller's rights gives none away: everybody may call it."""
    found = _functions(connection, callers_rights_only=True)
    for (function,) in found:
        connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), roles))
    return len(found)


def _give(connection: Connection[Any], to: sql.Identifier, name: str, clauses: list[str]) -> int:
    if "(" in name:
        found = connection.execute("SELECT to_regprocedure(%s)::text", [name]).fetchone()
        what = sql.SQL("FUNCTION {}").format(sql.SQL(found[0])) if found and found[0] else None
    else:
        found = connection.execute(
            "SELECT relkind::text FROM pg_class WHERE relname = %s AND relnamespace = %s::regnamespace",
            [name, SCHEMA],
        ).fetchone()
        kind = "SEQUENCE" if found and found[0] == "S" else "TABLE"
        what = sql.SQL(f"{kind} {{}}").format(sql.Identifier(SCHEMA, name)) if found else None
    if what is None:
        raise ConfigError(f"A room grants rights on '{name}', which does not exist in the database")
    connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(", ".join(clauses)), what, to))
    if any(clause.startswith("INSERT") for clause in clauses):
        for (sequence,) in connection.execute(_SEQUENCES, [name, name]):
            connection.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.SQL(sequence), to))
    return 1


# The sequences that a table's columns own, and those that their defaults call.
_SEQUENCES = """
SELECT s.oid::regclass::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
WHERE d.classid = 'pg_class'::regclass AND d.refobjid = %s::regclass AND d.deptype IN ('a', 'i')
UNION
SELECT s.oid::regclass::text FROM pg_attrdef a
JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
WHERE a.adrelid = %s::regclass
"""
