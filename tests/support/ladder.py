"""The caller as a process of its own, under its own login, before the trunk of a test."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.support.eventually import eventually
from tests.support.smtp_server import ROOT
from upstander.ops import grants

_ROLE = grants.role("caller")


def login() -> dict[str, str]:
    """The environment of a process that is the database's `upstander_caller`, with exactly the rights that the rooms grant it."""
    name = sql.Identifier(_ROLE)
    with connection.cursor() as cursor:
        line = cursor.connection
        line.execute("SELECT pg_advisory_lock(7305)")  # roles are the whole server's
        if not line.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_ROLE]).fetchone():
            line.execute(sql.SQL("CREATE ROLE {}").format(name))
        line.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        line.execute("SELECT pg_advisory_unlock(7305)")
        line.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        for table, clauses in grants.collect(settings.INSTALLED_APPS)["caller"].items():
            grants._give(line, name, table, clauses)
    s = connection.settings_dict
    query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
    place = "" if query else f"{s['HOST']}:{s['PORT']}"
    user = f"{quote(s['USER'])}:{quote(s['PASSWORD'])}"
    limits = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
    return {
        "UPSTANDER_DSN": f"postgresql://{user}@{place}/{s['NAME']}?{query}",
        "PGOPTIONS": f"-c role={_ROLE} {limits}",
    }


class CallerProcess:
    """One run of the caller; keywords set UPSTANDER_ variables."""

    def __init__(self, log: Path, **variables: object) -> None:
        self.log = log
        environment = os.environ | login() | {"UPSTANDER_PROCESS": "caller"}
        environment |= {f"UPSTANDER_{name.upper()}": str(value) for name, value in variables.items()}
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "upstander.delivery.caller.main"], cwd=ROOT, env=environment, stderr=file
            )

    def started(self) -> "CallerProcess":
        """Wait until it works."""
        eventually(lambda: self.said("caller-started"), 30)
        return self

    def said(self, event: str) -> bool:
        """Whether it has logged `event`."""
        return f'"{event}"' in self.log.read_text()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        return self.process.wait(30)
