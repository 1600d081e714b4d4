"""Making the database's roles: the owner of the tables, and one login a process, each with its own password.

The passwords stand in DATA/keys/db.json (0600). Each process is handed its own and no other.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import Connection, sql

from upstander.config import ConfigError
from upstander.ops.grants import LOGINS, PLAYED, SCHEMA, role, roles

OWNER = "owner"
# Statement, lock and idle-in-transaction time-outs in seconds; 0: none. Whoever waits longer has left.
TIMEOUTS: dict[str, tuple[int, int, int]] = {
    "owner": (0, 30, 600),
    "public": (5, 2, 10),
    "desk": (10, 3, 30),
    "school": (10, 3, 30),
    "events": (5, 2, 10),
    "relay": (10, 5, 30),
    "worker": (10, 5, 30),
    "sealer": (10, 10, 30),
    "custody": (10, 5, 300),
    "inbound": (5, 2, 10),
    "router": (10, 5, 30),
    "caller": (10, 5, 30),
    "network": (10, 3, 30),
}


class Logins:
    """The passwords of the owner and of the logins, and the addresses made of them."""

    def __init__(self, passwords: dict[str, str], server: str) -> None:
        self._passwords = passwords
        self._server = server

    def dsn(self, login: str) -> str:
        """The address of the database for `login` (one of LOGINS, or `owner`)."""
        return as_user(self._server, role(login), self._passwords[login])


def as_user(dsn: str, user: str, password: str) -> str:
    """The address `dsn` with another user and password."""
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{place}"))


def read(path: Path, server: str) -> Logins:
    """The logins whose passwords stand in `path`, on the server that `server` names; raises ConfigError."""
    try:
        return Logins(json.loads(path.read_text()), server)
    except FileNotFoundError:
        raise ConfigError(f"There is no {path}: `upstander up` makes the database's logins") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None


def create(path: Path, admin: str) -> Logins:
    """Make or renew the owner and the logins through the address `admin`; their passwords are kept in `path`.

    The admin needs CREATEROLE and must own the database, or be a superuser. Raises ConfigError.
    """
    passwords: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in (OWNER, *LOGINS) if name not in passwords]
    if missing:
        passwords |= {name: secrets.token_urlsafe(24) for name in missing}
        _write(path, passwords)
    try:
        with psycopg.connect(admin, connect_timeout=10) as connection:
            for name in (OWNER, *LOGINS):
                _role(connection, name, passwords[name])
            for login, levels in PLAYED.items():
                for level in levels:
                    _level(connection, login, f"{login}_{level}")
            _database(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigError(
            f"The database role of DATABASE_URL may not do what is needed: {error.diag.message_primary}. "
            "It must own the database and have CREATEROLE."
        ) from None
    except psycopg.OperationalError as error:
        raise ConfigError(f"The database cannot be reached: {error}") from None
    return Logins(passwords, admin)


def _write(path: Path, content: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    spare = path.with_suffix(".new")
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    spare.replace(path)


def _role(connection: Connection[Any], login: str, password: str) -> None:
    """The role as it must be. The server sees only the password's scram verifier."""
    name = role(login)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(name), sql.Literal(verifier)
        )
    )
    limits = zip(
        ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"),
        TIMEOUTS[login],
        strict=True,
    )
    for setting, seconds in limits:
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(name), sql.Identifier(setting), sql.Literal(f"{seconds}s")
            )
        )


def _level(connection: Connection[Any], login: str, level: str) -> None:
    """What `login` plays while it reads as somebody of this level. It has none of its rights until it says so (NOINHERIT), and
    nobody can sign in as it."""
    name = sql.Identifier(role(level))
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role(level)]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOCREATEDB NOCREATEROLE").format(name))
    players = sql.SQL(", ").join(sql.Identifier(role(one)) for one in (login, OWNER))
    connection.execute(sql.SQL("GRANT {} TO {}").format(name, players))


def _database(connection: Connection[Any]) -> None:
    """Who may connect (our roles only, and without temporary tables), and who may make tables."""
    database, schema = sql.Identifier(connection.info.dbname), sql.Identifier(SCHEMA)
    owner = sql.Identifier(role(OWNER))
    everybody = sql.SQL(", ").join(sql.Identifier(role(name)) for name in (OWNER, *LOGINS))
    used = sql.SQL(", ").join(sql.Identifier(role(name)) for name in (OWNER, *roles()))
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {everybody}",
        "GRANT CREATE ON DATABASE {database} TO {owner}",
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        "GRANT USAGE ON SCHEMA {schema} TO {used}",
        "GRANT CREATE ON SCHEMA {schema} TO {owner}",
    ):
        connection.execute(
            sql.SQL(statement).format(database=database, schema=schema, owner=owner, everybody=everybody, used=used)
        )
