"""A real Kannel (bearerbox and smsbox) with a telephone network behind it: a peer that speaks to its fake centre."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote_to_bytes

from tests.support.eventually import eventually
from upstander.ops.procs import tied_to_parent

BEARERBOX, SMSBOX = shutil.which("bearerbox", path="/usr/sbin:/usr/bin"), shutil.which("smsbox", path="/usr/sbin:/usr/bin")
MISSING = "" if BEARERBOX and SMSBOX else "there is no Kannel (apt-get install kannel, as root)"
USER, PASSWORD, TOKEN = "app", "secret", "t" * 24

_CONFIG = """
group = core
admin-port = {admin}
admin-interface = "127.0.0.1"
admin-password = bar
status-password = foo
smsbox-port = {box}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"
log-file = "{folder}/bearerbox.log"
store-type = spool
store-location = "{folder}/spool"
dlr-storage = spool
dlr-spool = "{folder}/dlrspool"
sms-resend-freq = 5
sms-combine-concatenated-mo = true
sms-combine-concatenated-mo-timeout = 3

group = smsc
smsc = fake
smsc-id = FAKE
port = {centre}
our-host = "127.0.0.1"
connect-allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = "127.0.0.1"
sendsms-port = {send}
sendsms-interface = "127.0.0.1"
http-request-retry = 100
http-queue-delay = 1
http-timeout = 20
log-file = "{folder}/smsbox.log"

group = sendsms-user
username = {user}
password = {password}
concatenation = true
max-messages = 10
user-allow-ip = "127.0.0.1"

group = sms-service
keyword = default
catch-all = true
max-messages = 0
accept-x-kannel-headers = true
post-url = "{end_point}/sms/kannel?key={token}&id=%I&from=%p&to=%P&charset=%C&coding=%c&udh=%u"
"""


@dataclass(frozen=True)
class Arrived:
    """A text as a telephone gets it from Kannel, long ones whole."""

    sender: str
    receiver: str
    alphabet: str
    words: str
    at: float = field(default_factory=time.monotonic, compare=False)  # when it was whole


class Kannel:
    """Started on entering, stopped on leaving. `end_point`: where texts are brought."""

    def __init__(self, folder: Path, end_point: str) -> None:
        self._folder = folder
        self._ports = {name: _free_port() for name in ("admin", "box", "centre", "send")}
        for name in ("spool", "dlrspool"):
            (folder / name).mkdir()
        written = _CONFIG.format(
            folder=folder, user=USER, password=PASSWORD, token=TOKEN, end_point=end_point, **self._ports
        )
        (folder / "kannel.conf").write_text(written)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._network: socket.socket | None = None
        self.arrived: list[Arrived] = []

    @property
    def send_url(self) -> str:
        """The address of sendsms."""
        return f"http://127.0.0.1:{self._ports['send']}/cgi-bin/sendsms"

    @property
    def status_url(self) -> str:
        """The address of its status."""
        return f"http://127.0.0.1:{self._ports['admin']}/status.txt?password=foo"

    def __enter__(self) -> Self:
        for program in (BEARERBOX, SMSBOX):
            with (self._folder / "said.txt").open("ab") as said:
                command = [str(program), "-v", "4", str(self._folder / "kannel.conf")]
                self._processes.append(subprocess.Popen(
                    command, stdout=said, stderr=said, env={"PATH": os.environ["PATH"]},
                    preexec_fn=tied_to_parent(signal.SIGTERM),  # a test run that is killed leaves no gateway behind
                ))  # fmt: skip
            port = self._ports["box" if program == BEARERBOX else "send"]
            eventually(lambda port=port: _answers(port), 20)
        self._network = socket.create_connection(("127.0.0.1", self._ports["centre"]), timeout=20)
        self._network.settimeout(None)  # a network may be silent for long
        threading.Thread(target=self._read, args=(self._network,), daemon=True).start()
        eventually(lambda: "online" in self._status(), 20)
        return self

    def __exit__(self, *_: object) -> None:
        if self._network:
            self._network.close()
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def bring(self, sender: str, receiver: str, words: str) -> None:
        """A text of somebody's telephone: in the small alphabet where it fits, else in UCS-2."""
        assert self._network
        if words.isascii():
            line = f"{sender} {receiver} text {words}"
        else:
            line = f"{sender} {receiver} ucs2 {''.join(f'%{b:02x}' for b in words.encode('utf-16-be'))}"
        self._network.sendall(line.encode() + b"\n")

    def bring_parts(self, sender: str, receiver: str, parts: list[str]) -> None:
        """A long text, as a telephone cuts it, in the order in which they come."""
        assert self._network
        for n in reversed(range(len(parts))):
            head = f"%05%00%03%07%{len(parts):02x}%{n + 1:02x}"
            self._network.sendall(f"{sender} {receiver} udh-text {head} {parts[n]}\n".encode())

    def _read(self, line: socket.socket) -> None:
        joined = _Joined()
        try:
            for raw in line.makefile("rb"):
                if whole := joined.take(raw.rstrip(b"\n")):
                    self.arrived.append(whole)
        except (OSError, ValueError):
            return

    def _status(self) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self._ports["admin"], timeout=5)
        try:
            line.request("GET", "/status.txt?password=foo")
            return line.getresponse().read().decode(errors="replace")
        except OSError:
            return ""
        finally:
            line.close()


class _Joined:
    """Puts the parts of long texts together, as a telephone does."""

    def __init__(self) -> None:
        self._parts: dict[tuple[bytes, int], dict[int, bytes]] = {}

    def take(self, raw: bytes) -> Arrived | None:
        """The text that is whole with this line, if one is."""
        sender, receiver, alphabet, rest = raw.split(b" ", 3)
        if alphabet != b"udh":
            return Arrived(sender.decode(), receiver.decode(), alphabet.decode(), _words(alphabet, _bytes(rest)))
        head, alphabet, rest = rest.split(b" ", 2)
        *_, reference, total, n = _bytes(head)
        parts = self._parts.setdefault((receiver, reference), {})
        parts[n] = _bytes(rest)
        if len(parts) < total:
            return None
        whole = b"".join(part for _, part in sorted(self._parts.pop((receiver, reference)).items()))
        return Arrived(sender.decode(), receiver.decode(), alphabet.decode(), _words(alphabet, whole))


def _bytes(encoded: bytes) -> bytes:
    return unquote_to_bytes(encoded.replace(b"+", b" "))


def _words(alphabet: bytes, raw: bytes) -> str:
    """The parts of long texts do not say in which alphabet they are: the large one is known by its control characters."""
    large = alphabet == b"ucs-2" or (alphabet == b"data" and any(byte < 9 for byte in raw))
    return raw.decode("utf-16-be" if large else "utf-8", "replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


