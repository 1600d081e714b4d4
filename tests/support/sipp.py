"""SIPp (Debian's `sip-tester`) as the telephone network: an implementation of SIP that is not ours, whose numbers each behave in
a way of their own (`sipp.xml`). It answers until it is stopped.
"""

import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.eventually import eventually

SCENARIO = Path(__file__).with_name("sipp.xml")
NUMBERS = {
    "busy": "+12175559486",
    "unknown": "+12175559404",
    "nowhere": "+12175559604",
    "timed_out": "+12175559408",
    "rings_on": "+12175559180",
    "silent": "+12175559200",
    "hangs_up": "+12175559201",
    "early": "+12175559183",
    "again": "+12175559202",
    "mangled": "+12175559999",
    "no_sound": "+12175559998",
}
ANSWERS = "+121755570"  # and two digits: picks up and presses 1


def there() -> bool:
    """Whether it is installed."""
    return shutil.which("sipp") is not None


class Sipp:
    """One run of it, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = ["sipp", "-sf", str(SCENARIO), "-i", "127.0.0.1", "-p", str(self.port), "-nostdin", "-aa"]
        with (self._folder / "sipp.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        eventually(self._listens)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        return f":{self.port:04X} " in Path("/proc/net/udp").read_text()
