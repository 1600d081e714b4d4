"""What is done between the database's start and the processes': tables, rights, static files, the sandbox's demo.

It runs in a process of its own, as the owner of the tables, and ends: no process that stays holds the owner's password.
"""

import hashlib
import json
import logging
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from upstander.config import Config, ConfigError, config
from upstander.ops import rundir
from upstander.ops.logs import event
from upstander.ops.progress import say, step

_log = logging.getLogger(__name__)


def main() -> None:
    """Prepare the database that UPSTANDER_DSN names (the owner's address); raises what goes wrong."""
    import django

    django.setup()
    settings = config()
    known(settings.dsn)
    migrate()
    with step("rights of each process's login"):
        allow(settings.dsn)
    collect_static()
    if settings.mode == "sandbox" and find_spec("upstander.demo"):
        _demo(settings)


def known(owner: str) -> None:
    """Raise ConfigError, before anything is changed, where a login or a level of this version was never made."""
    from upstander.ops import grants

    wanted = {grants.role(name) for name in grants.roles()}
    with psycopg.connect(owner) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(wanted)])}
    if missing := sorted(wanted - there):
        raise ConfigError(
            f"This version has logins that the database lacks: {', '.join(missing)}. Run `upstander up` once with DATABASE_URL"
            " and all key files together, which makes them (docs/administrators/backup.md, Upgrade)."
        )


def migrate() -> None:
    """Bring the tables up to date, if they are not."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from upstander.ops.migrating import quickly

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        with step(f"migrations ({len(missing)})"), quickly():
            call_command("migrate", interactive=False, verbosity=0)
    connection.close()


def allow(owner: str) -> None:
    """Give each login the rights that the rooms list, and no others, through the owner's address."""
    from django.conf import settings

    from upstander.ops import grants

    with psycopg.connect(owner) as connection:
        grants.apply(connection, grants.collect(settings.INSTALLED_APPS))


def collect_static() -> None:
    """Gather, hash and compress the static files if any has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    mark = Path(settings.STATIC_ROOT) / ".sources"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    with step("static files"):
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(digest.hexdigest())


def _demo(settings: Config) -> None:
    """Load the demo where there is nothing yet. Without it the house works as well, so a failure does not stop it."""
    demo: Any = import_module("upstander.demo")
    try:
        with step("demo state (fictional)"):
            demo.load()
        sign_ins = list(demo.sign_ins())
    except Exception as error:  # noqa: BLE001 - whatever it is, the house starts without a demo
        _log.exception("prepare.demo_failed")
        event(_log, logging.ERROR, "prepare.demo_failed", kind=type(error).__name__)
        say("  The demo state could not be loaded; everything else starts without it.")
        sign_ins = []
    path = rundir.folder(settings) / "sign-ins.json"
    path.write_text(json.dumps(sign_ins))
