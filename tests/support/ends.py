"""The process `inbound`, which stands open to carriers, as the supervisor starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection

from tests.support import kannel
from tests.support.eventually import eventually


class EndPoint:
    """One end-point; keywords set UPSTANDER_ variables. Between tests it does not run: a test's database is emptied then."""

    def __init__(self, folder: Path, **variables: object) -> None:
        self.port = kannel._free_port()
        s = connection.settings_dict
        query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
        where = "" if query else f"{s['HOST']}:{s['PORT']}"
        self._env = os.environ | {
            "UPSTANDER_DSN": f"postgresql://{quote(s['USER'])}:{quote(s['PASSWORD'])}@{where}/{s['NAME']}?{query}",
            "UPSTANDER_INBOUND_PORT": str(self.port),
            "UPSTANDER_INBOUND_URL": self.url,
        }
        self._env |= {f"UPSTANDER_{name.upper()}": str(value) for name, value in variables.items()}
        self._log = folder / "inbound.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "upstander", "run", "inbound"]
            self._process = subprocess.Popen(command, env=self._env, stdout=log, stderr=log, start_new_session=True)
        eventually(lambda: kannel._answers(self.port), 30)

    def stop(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def said(self) -> str:
        return self._log.read_text()
