"""A real mail server in a process of its own, which misbehaves as it is told.

    with SmtpServer(folder) as server:
        server.behave(data="451 4.3.0 try later", times=3)
        ...
        server.messages()

What may be said for each phase (`connect`, `helo`, `mail`, `rcpt`, `data`): an answer ("550 5.1.1 nobody"),
"hang" (no answer ever), "die" (the line is cut; for `data`: after the whole mail was received, before the
answer), or a number of seconds to wait before going on as usual. `times` bounds how often the phases that
are named misbehave, `match` limits `rcpt` and `data` to recipients in which that text occurs. Refusing
connections is `stop()`.

Runs by itself for benches: `python -m tests.support.smtp_server FOLDER PORT [--bare]`.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.eventually import eventually

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Received:
    """A mail as it arrived. `at` counts seconds on the machine's monotonic clock; `answered`: whether we
    said so.
    """

    at: float
    recipient: str
    raw: bytes
    answered: bool
    sender: str = ""

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class SmtpServer:
    """The test's side: starts, stops, instructs and reads the server's process."""

    def __init__(self, folder: Path, *, record: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.record = folder, record
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "SmtpServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; returns when a connection is possible."""
        arguments = [str(self.folder), str(self.port), *([] if self.record else ["--bare"])]
        self._process = subprocess.Popen([sys.executable, "-m", __name__, *arguments], cwd=ROOT)
        eventually(self._listens)

    def stop(self) -> None:
        """End the server: connections are refused from now on. Mails stay."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def behave(self, *, times: int | None = None, match: str = "", **phases: str | float) -> None:
        """From the next command on; without arguments: well."""
        rule = {"phases": phases, "times": times, "match": match, "serial": time.monotonic()}
        spare = self.folder / "behaviour.new"
        spare.write_text(json.dumps(rule))
        spare.replace(self.folder / "behaviour.json")

    def messages(self, *, answered_only: bool = False) -> list[Received]:
        """What has arrived, in order."""
        path = self.folder / "mails.jsonl"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        mails = [
            Received(r["at"], r["to"], r["raw"].encode("latin-1"), r["answered"], r["from"])
            for r in map(json.loads, lines)
        ]
        return [mail for mail in mails if mail.answered or not answered_only]

    def count(self) -> int:
        """How many have arrived (cheap)."""
        path = self.folder / "mails.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Behaviour:
    """The present rule, read anew whenever its file changes."""

    def __init__(self, path: Path) -> None:
        self._path, self._stamp = path, 0
        self._rule: dict[str, Any] = {"phases": {}, "times": None, "match": ""}

    def of(self, phase: str, recipient: str = "") -> str | float | None:
        """What `phase` is to do now; None: as usual."""
        self._refresh()
        what = self._rule["phases"].get(phase)
        if what is None or self._rule["times"] == 0 or self._rule["match"] not in recipient:
            return None
        if self._rule["times"] is not None:
            self._rule["times"] -= 1
        return what

    def _refresh(self) -> None:
        try:
            stamp = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if stamp != self._stamp:
            self._stamp, self._rule = stamp, json.loads(self._path.read_text())


class _Protocol(SMTP):
    """aiosmtpd with a say before the greeting."""

    behaviour: _Behaviour

    async def _handle_client(self) -> None:
        if answer := await _act(self, self.behaviour.of("connect")):
            await self.push(answer)
            self.transport.close()
            return
        await super()._handle_client()

    async def handle_exception(self, error: Exception) -> str:
        return "451 4.3.0 the test server failed"


async def _act(server: SMTP, what: str | float | None) -> str | None:
    """Do what was told: wait, hang, cut the line; returns an answer to give, None to go on as usual."""
    if isinstance(what, int | float):
        await asyncio.sleep(what)
        return None
    if what == "hang":
        await asyncio.sleep(3600)
    if what == "die":
        server.transport.abort()
        await asyncio.sleep(3600)
    return what


class _Handler:
    def __init__(self, folder: Path, behaviour: _Behaviour, *, record: bool) -> None:
        self._behaviour, self._record = behaviour, record
        self._file = os.open(folder / "mails.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ):
        answer = await _act(server, self._behaviour.of("helo"))
        session.host_name = hostname
        return [answer] if answer else lines

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str):
        session.host_name = hostname
        return await _act(server, self._behaviour.of("helo")) or "250 test"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ):
        if answer := await _act(server, self._behaviour.of("mail")):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ):
        if answer := await _act(server, self._behaviour.of("rcpt", address)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):
        at, recipient = time.monotonic(), envelope.rcpt_tos[0]
        what = self._behaviour.of("data", recipient)
        if what in ("die", "hang"):
            self._write(at, recipient, envelope, answered=False)
        if answer := await _act(server, what):
            return answer
        self._write(at, recipient, envelope, answered=True)
        return "250 2.0.0 taken"

    def _write(self, at: float, recipient: str, envelope: Envelope, *, answered: bool) -> None:
        raw = envelope.original_content.decode("latin-1") if self._record else ""
        line = {"at": at, "to": recipient, "raw": raw, "answered": answered, "from": envelope.mail_from}
        os.write(self._file, json.dumps(line).encode() + b"\n")


async def _serve(folder: Path, port: int, *, record: bool) -> None:
    behaviour = _Behaviour(folder / "behaviour.json")
    handler = _Handler(folder, behaviour, record=record)

    def protocol() -> SMTP:
        made = _Protocol(handler, hostname="test", ident="test", timeout=3600, enable_SMTPUTF8=True)
        made.behaviour = behaviour
        return made

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="A mail server that does as it is told")
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--bare", action="store_true", help="record arrivals only, not the mails")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(given.folder, given.port, record=not given.bare))


if __name__ == "__main__":
    main()
