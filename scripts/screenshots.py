"""`make screenshots`: the product in a temporary folder, the walk through it, the pictures and the page of the documentation.

Writes docs/images/walk/*.webp, docs/images/desk.webp and docs/walk.md; docs/walk-of-a-month.md with its pictures; and
docs/walk-by-night.md with its own, where there is what it needs (Kannel, baresip, espeak-ng, sox).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from walk import Places, walk

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0  # seconds until the product must answer


def main() -> int:
    """Take the pictures; the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="upstander-walk-"))
    folder.chmod(0o755)
    try:
        with running(folder, free_port()) as places:
            walk(places, ROOT / "docs")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    import walk_by_night  # they set Django up, which the other walk does not need
    import walk_of_a_month

    walk_of_a_month.walk_of_a_month(ROOT / "docs")
    if missing := walk_by_night.missing():
        print(f"The walk by night is left as it is: {missing}", file=sys.stderr)
    else:
        walk_by_night.walk_by_night(ROOT / "docs")
    return 0


def free_port() -> int:
    """A port with the next two free as well, as far as one can know."""
    for port in range(18000, 19000, 10):
        try:
            for offset in range(3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        return port
    raise RuntimeError("no three free ports between 18000 and 19000")


@contextmanager
def running(folder: Path, port: int) -> Iterator[Places]:
    """`upstander up` on `folder`, ready; stopped at the end."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL" and "UPSTANDER" not in name}
    command = [sys.executable, "-m", "upstander", "up", "--port", str(port), "--data", str(folder)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        places = Places(*(f"http://localhost:{port + n}" for n in range(3)))
        for origin in (places.public, places.desk, places.school):
            _wait(origin, process)
        yield places
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait(origin: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"{origin}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError("upstander up has ended; start it by hand to see why") from None
            time.sleep(0.5)
    raise RuntimeError(f"{origin} is not ready after {PATIENCE:g} s")


if __name__ == "__main__":
    sys.exit(main())
