"""How a command reaches the database: the running one, or one that it starts for itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from upstander.config import Config, ConfigError
from upstander.ops import logins, rundir
from upstander.ops.pg import Embedded


def outside() -> str | None:
    """The address of an own server, as DATABASE_URL names it; None without one. Raises ConfigError."""
    address = os.environ.get("DATABASE_URL")
    return checked("DATABASE_URL", address) if address else None


def checked(variable: str, address: str) -> str:
    """`address`, if it is one; else ConfigError, which does not repeat what may hold a password."""
    try:
        conninfo_to_dict(address)
        parts = urlsplit(address)
        right = parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1
    except (ValueError, psycopg.Error):
        right = False
    if not right:
        raise ConfigError(
            f"{variable}: not an address of a database such as postgresql://login:password@host:5432/name"
        )
    return address


@contextmanager
def database(settings: Config) -> Iterator[str]:
    """The owner's address of the database, for the time of a command.

    UPSTANDER_DSN if it is set; else the database of the house that runs on this data folder; else DATABASE_URL's
    server; else the embedded server, started now and stopped at the end. Raises ConfigError where there is none yet.
    """
    if settings.dsn:
        yield checked("UPSTANDER_DSN", settings.dsn)
        return
    keys = settings.data / "keys" / "db.json"
    server = rundir.noted_database(settings) or outside()
    if server and _answers(address := logins.read(keys, server).dsn(logins.OWNER)):
        yield address
        return
    made = (settings.data / "pg" / "data").is_dir()
    if not keys.exists():
        if made:
            raise ConfigError(
                f"There is a database in {settings.data}, but not its {keys}: restore the folder of keys"
            )
        raise ConfigError(f"There is no database in {settings.data} yet: run `upstander up` once")
    if not made:
        raise ConfigError("The database is not running: start it, or `upstander up`")
    lock = rundir.Lock(settings)
    embedded = Embedded(settings.data / "pg", log=settings.data / "logs" / "postgres.log")
    try:
        yield logins.read(keys, embedded.start()).dsn(logins.OWNER)
    finally:
        embedded.stop()
        lock.release()


def _answers(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
