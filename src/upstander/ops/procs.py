"""Processes that do not outlive whoever started them.

On Linux the kernel sends a signal to a child whose parent died (PR_SET_PDEATHSIG), also after kill -9. It
watches the parent *thread*, so children are started from the main thread; a change of user clears it, so it
is set after that.
"""

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Container
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _prctl(option: int, value: int) -> None:
    if _libc is not None:
        _libc.prctl(option, value, 0, 0, 0)


def tied_to_parent(sig: int) -> Callable[[], None]:
    """For `Popen(preexec_fn=...)`: the child gets `sig` when this process dies; it ends at once if it has."""
    parent = os.getpid()

    def tie() -> None:
        _prctl(_PR_SET_PDEATHSIG, sig)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def die_with_parent() -> None:
    """In a worker process that a server's main process started: end when that main process dies.

    Does nothing in a process that has no parent of the `multiprocessing` kind.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent.pid:
        os._exit(1)


def adopt_orphans() -> None:
    """Grandchildren whose parent died become children of this process, which can then reap them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def reap_orphans(ours: Container[int | None]) -> None:
    """Let the ended grandchildren go that this process adopted; `ours` are its own children, whose end others ask for."""
    while _libc is not None:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in ours:
            return
        with suppress(ChildProcessError):
            os.waitpid(ended.si_pid, os.WNOHANG)


def raise_file_limit(wanted: int = 8192) -> int:
    """Let this process and its children open `wanted` files, or as many as the system allows; the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft


def alive(pid: int) -> bool:
    """Whether a process with this id exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def end_group(pgid: int, seconds: float = 2.0) -> None:
    """Kill whatever is left of a process group and wait up to `seconds` until it is gone."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            os.killpg(pgid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        with suppress(ChildProcessError):
            while os.waitpid(-pgid, os.WNOHANG)[0]:
                pass
        time.sleep(0.01)
