"""Starting the sandboxed process (`sandbox`), feeding it a file piece by piece, and taking its answer in time."""

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from upstander.evidence import getting_on

FAULTS = frozenset({"too_large", "bomb", "damaged"})
"""What the process may say of a file. Whoever has taken it over may say anything: that is no word of it that we repeat."""

SCRIPT = Path(__file__).with_name("sandbox.py")
SOUND = Path(__file__).with_name("sandbox_sound.py")
SECONDS = 60.0  # for the whole job
MOST = 4_000_000  # bytes of an answer
MOST_SOUND = 20_000_000  # of one that is heard: ten minutes
# One thread each: what cannot start a thread must not try. PATH so that the system's libraries find nothing by it.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "PATH": "/nowhere"}
# A picture of 64 by 64 points.
_WHITE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC"
)


class Failed(Exception):
    """The job came to no answer: it took too long, or the process died of what it read. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def hashes(kind: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    """See `sandbox.hashes`; raises Failed."""
    return _read(_run("hash", kind, pieces))


def makes_pdq() -> bool:
    """Whether pictures get PDQ hashes here; raises Failed."""
    return "pdq" in hashes("png", [_WHITE])


def picture(kind: str, pieces: Iterable[bytes]) -> tuple[dict[str, int], bytes]:
    """See `sandbox.shown`; raises Failed, with the fault of the picture as its code."""
    head, _line, data = _run("show", kind, pieces).partition(b"\n")
    told = _read(head)
    if "fault" in told or not data.startswith(b"\xff\xd8\xff"):
        raise Failed(told.get("fault", "damaged"))
    if set(told) != {"width", "height", "frames"} or not all(type(n) is int for n in told.values()):
        raise Failed("died")
    return told, data


def sound(kind: str, pieces: Iterable[bytes]) -> tuple[dict[str, int], bytes]:
    """See `sandbox_sound.played`; raises Failed, with the fault of the file as its code."""
    head, _line, data = _started([str(SOUND), kind], pieces, MOST_SOUND).partition(b"\n")
    told = _read(head)
    if "fault" in told or not data.startswith(b"RIFF"):
        raise Failed(told.get("fault", "damaged"))
    if set(told) != {"seconds", "cut"} or not all(type(n) is int for n in told.values()):
        raise Failed("died")
    return told, data


def _read(answer: bytes) -> dict[str, Any]:
    """An answer; raises Failed for one that the process of ours does not give."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        raise Failed("died") from None
    if not isinstance(found, dict):
        raise Failed("died")
    if "fault" in found and (not isinstance(found["fault"], str) or found["fault"] not in FAULTS):
        raise Failed("died")
    return found


class _Guard(threading.Thread):
    """Ends the process when its time is over. While it is the process that is waited for, and not the next piece for it, that
    counts as getting on: it cannot last."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(name="sandbox guard", daemon=True)
        self._process, self._got_on = process, getting_on.listener()
        self._waits, self._end = threading.Event(), threading.Event()

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Within the block the process is waited for."""
        self._waits.set()
        try:
            yield
        finally:
            self._waits.clear()

    def run(self) -> None:
        until = time.monotonic() + SECONDS
        while not self._end.wait(1.0):
            if time.monotonic() > until:
                self._process.kill()
                return
            if self._waits.is_set():
                self._got_on()

    def end(self) -> None:
        """The process has answered, or is given up."""
        self._end.set()


def _run(job: str, kind: str, pieces: Iterable[bytes]) -> bytes:
    """What the process answers that reads pictures and hashes."""
    return _started([str(SCRIPT), job, kind], pieces, MOST)


def _started(script: list[str], pieces: Iterable[bytes], most: int) -> bytes:
    """What the process answers, at most so many bytes; it gets nothing of this one but two pipes."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", *script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )
    assert process.stdin and process.stdout
    guard = _Guard(process)
    guard.start()
    answer: list[bytes] = []
    reader = threading.Thread(target=lambda: answer.append(process.stdout.read(most + 1)))  # type: ignore[union-attr]
    reader.start()
    try:
        with suppress(BrokenPipeError):  # it has given up reading: its answer says why
            for piece in pieces:
                with guard.computing():
                    process.stdin.write(piece)
        with suppress(BrokenPipeError):
            process.stdin.close()
        with guard.computing():
            reader.join(SECONDS)
        if answer and len(answer[0]) > most:
            raise Failed("died")
        process.wait(SECONDS)
    finally:
        guard.end()
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()
    return answer[0] if answer else b""
