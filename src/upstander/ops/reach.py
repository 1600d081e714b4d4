"""How a command reaches the database: the running one, or one that it starts for itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from upstander.config import Config, ConfigError
from upstander.ops import logins, rundir
from upstander.ops.pg import Embedded


@contextmanager
def database(settings: Config) -> Iterator[str]:
    """The owner's address of the database, for the time of a command.

    UPSTANDER_DSN if it is set; else the database of the house that runs on this data folder; else DATABASE_URL's
    server; else the embedded server, started now and stopped at the end. Raises ConfigError where there is none yet.
    """
    if settings.dsn:
        yield settings.dsn
        return
    keys = settings.data / "keys" / "db.json"
    server = rundir.noted_database(settings) or os.environ.get("DATABASE_URL")
    if server and _answers(address := logins.read(keys, server).dsn(logins.OWNER)):
        yield address
        return
    if not keys.exists():
        raise ConfigError(f"There is no database in {settings.data} yet: run `upstander up` once")
    if not (settings.data / "pg" / "data").is_dir():
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
