"""The user agent, `baresip`: its configuration, written anew at each start, and its process, which never outlives ours."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from upstander.config import ConfigError
from upstander.delivery.telephone.lines import SINK
from upstander.delivery.telephone.sounds import silence
from upstander.ops import procs

PROGRAM = "baresip"
MODULES = ("g711.so", "aufile.so", "aubridge.so", "account.so", "menu.so", "ctrl_tcp.so")
_FOLDERS = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules", "/usr/lib64/baresip/modules")
_END_WITHIN = 3.0  # seconds
_LISTENS = "0A"  # the state of a listening socket in /proc/net/tcp
_FORBIDDEN = frozenset('"<>;\\ \t\r\n')


@dataclass(frozen=True)
class Trunk:
    """How calls leave: the provider's (or the house's own exchange's) `host` and `port`, and who we are there.

    `number` is what the other end sees as the caller; `domain` the name behind it, the host where it is empty; `user` and
    `password` answer the exchange's challenge, where it makes one, and are registered where `register`. `address` and `listen`
    are our own end, `rtp` the range of its ports for sound.
    """

    host: str
    number: str
    port: int = 5060
    domain: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    register: bool = False
    transport: str = "udp"
    address: str = "127.0.0.1"
    listen: int = 5500
    rtp: str = "25000-25900"

    def __post_init__(self) -> None:
        """Raises ConfigError for what would be read as something else in the agent's own files."""
        for name in ("host", "number", "domain", "user", "password"):
            if _FORBIDDEN & set(getattr(self, name)):
                setting = f"UPSTANDER_SIP_{'TRUNK' if name == 'host' else name.upper()}"
                raise ConfigError(f"{setting}: no blanks, quotes, semicolons, backslashes or angle brackets")

    @property
    def realm(self) -> str:
        """The name behind the @ of every number."""
        return self.domain or self.host


def modules() -> Path | None:
    """The folder with the agent's modules; None where one that is needed is missing."""
    found = (Path(folder) for folder in _FOLDERS)
    return next((f for f in found if all((f / module).exists() for module in MODULES)), None)


def program() -> str | None:
    """Where the agent is; None for nowhere."""
    return shutil.which(PROGRAM)


def accounts(trunk: Trunk, lines: int) -> list[str]:
    """The addresses of the accounts, one a line: commands and events name an account by its address, so that no two are spelled
    the same, and yet the number and the exchange's name are the same for whoever reads them, for a domain has no capitals.

    An exchange that is known by an address of digits alone has no letters to spell; there the domain is a line's name.
    """
    if sum(c.isalpha() for c in trunk.realm) >= 8:
        spelled = _spelled(trunk.realm.lower())
        return [f"sip:{trunk.number}@{next(spelled)}" for _ in range(lines)]
    return [f"sip:{trunk.number}@line{n}.invalid" for n in range(lines)]


def _spelled(domain: str) -> Iterator[str]:
    """A domain in all its spellings, the plain one first."""
    letters = [i for i, c in enumerate(domain) if c.isalpha()][:8]
    for capitals in product((False, True), repeat=len(letters)):
        at = {i for i, capital in zip(letters, capitals, strict=True) if capital}
        yield "".join(c.upper() if i in at else c for i, c in enumerate(domain))


class Agent:
    """One run of the agent. Its folder holds its configuration (with the trunk's password: 0700) and the lines' slots."""

    def __init__(self, trunk: Trunk, lines: int, folder: Path) -> None:
        """Write the configuration and start the process; raises OSError where that cannot be."""
        self._port = _free_port()
        self.lines = [(a, folder / f"line{n}.wav") for n, a in enumerate(accounts(trunk, lines))]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / "config", _configuration(trunk, lines, self._port, silence(folder)))
        _write(folder / "accounts", _accounts(trunk, self.lines))
        _write(folder / "contacts", "")
        # what it writes to its screen names every number that it dials
        self._process = subprocess.Popen(
            [program() or PROGRAM, "-f", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=procs.tied_to_parent(signal.SIGKILL),
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def port(self) -> int:
        """Where its control line is. Raises OSError while it does not listen there itself: the line knows no password, and what
        listens there in its place could say that a key was pressed."""
        if not listens(self.pid, self._port):
            raise ConnectionRefusedError("the agent does not listen")
        return self._port

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """Hang up every call and end; at once where it does not."""
        self._process.terminate()
        try:
            self._process.wait(_END_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def taken(trunk: Trunk) -> list[int]:
    """Of the ports that an agent of this trunk listens on (its own, and the next for TLS, which it takes in any case) those that
    it would not get now: where one is missing it ends at once."""
    udp, tcp, own = socket.SOCK_DGRAM, socket.SOCK_STREAM, trunk.listen
    found = set()
    for kind, port in ((udp, own), (tcp, own), (tcp, own + 1)):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == tcp:  # as the agent does: what is left of its own calls is no obstacle
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((trunk.address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:  # an address that is not ours is another fault, said as such
                    found.add(port)
    return sorted(found)


def listens(pid: int, port: int) -> bool:
    """Whether the process `pid` itself listens on `port` of 127.0.0.1, by the kernel's word. Raises OSError where it has none."""
    here = f"{int.from_bytes(socket.inet_aton('127.0.0.1'), sys.byteorder):08X}:{port:04X}"
    rows = (row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:])
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1] == here and row[3] == _LISTENS}
    return bool(sockets) and any(os.readlink(one) in sockets for one in Path(f"/proc/{pid}/fd").iterdir())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _configuration(trunk: Trunk, lines: int, control: int, quiet: Path) -> str:
    """Every line needs a sink of its own, the control line listens on this machine only, nothing is redialled."""
    plain = {
        "poll_method": "epoll",
        "sip_listen": f"{trunk.address}:{trunk.listen}",
        "net_interface": trunk.address,
        "call_max_calls": str(2 * lines + 2),
        "audio_player": "aubridge,sink",
        "audio_alert": "aubridge,alert",
        "audio_source": f"aufile,{quiet}",
        "ausrc_srate": "8000",
        "auplay_srate": "8000",
        "ausrc_channels": "1",
        "auplay_channels": "1",
        "audio_txmode": "poll",
        "ausrc_format": "s16",
        "auplay_format": "s16",
        "rtp_ports": trunk.rtp,
        "module_path": str(modules() or _FOLDERS[0]),
        "ctrl_tcp_listen": f"127.0.0.1:{control}",
        "redial_attempts": "0",
    }
    loaded = [f"module{'_app' if m in MODULES[3:] else ''} {m}" for m in MODULES]
    return "\n".join([*(f"{name} {value}" for name, value in plain.items()), *loaded, ""])


def _accounts(trunk: Trunk, lines: list[tuple[str, Path]]) -> str:
    user = f';auth_user="{trunk.user}";auth_pass="{trunk.password}"' if trunk.user else ""
    way = f';outbound="sip:{trunk.host}:{trunk.port};transport={trunk.transport}"'
    codecs = ";audio_codecs=PCMU/8000/1,PCMA/8000/1"
    rows = [
        f"<{account}>;regint={600 if trunk.register and n == 0 else 0}{user}{way}"
        f";audio_source=aufile,{slot};audio_player=aubridge,{SINK.format(n)}{codecs}"
        for n, (account, slot) in enumerate(lines)
    ]
    return "\n".join([*rows, ""])
