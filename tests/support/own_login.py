"""One of our processes as a test starts it: under its own login of the test database, with exactly the rights it is granted."""

import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection
from psycopg import sql

from tests.support.smtp_server import ROOT
from upstander.ops import grants


def environment_of(login: str, rooms: Iterable[str]) -> dict[str, str]:
    """The environment of a process that is the database's `upstander_<login>`, with the rights that these rooms grant it."""
    role = grants.role(login)
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        line = cursor.connection
        line.execute("SELECT pg_advisory_lock(7305)")  # roles are the whole server's
        if not line.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            line.execute(sql.SQL("CREATE ROLE {}").format(name))
        # who is no superuser must be a member to play it
        line.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        line.execute("SELECT pg_advisory_unlock(7305)")
        line.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        for table, clauses in grants.collect(list(rooms))[login].items():
            grants._give(line, name, table, clauses)
    s = connection.settings_dict
    query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
    place = "" if query else f"{s['HOST']}:{s['PORT']}"
    user = f"{quote(s['USER'])}:{quote(s['PASSWORD'])}"
    limits = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
    return {
        "UPSTANDER_DSN": f"postgresql://{user}@{place}/{s['NAME']}?{query}",
        "PGOPTIONS": f"-c role={role} {limits}",
    }


class Logged:
    """A Python module as a process, whose log is a file."""

    def __init__(self, module: str, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module], cwd=ROOT, env=environment, stderr=file
            )

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM, also where it was frozen; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        return self.process.wait(seconds)

    def said(self, event: str) -> bool:
        """Whether it has logged `event`."""
        return f'"{event}"' in self.log.read_text()
