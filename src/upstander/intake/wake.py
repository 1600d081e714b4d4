"""Waking the desk after a tip is stored, without the reporter's request waiting for it (decisions 12).

A NOTIFY inside the tip's transaction would hold a global lock through its commit. So one thread a process, with a connection
of its own, says it afterwards, at most ten times a second however many tips came. Losing it does no harm: everybody polls.
"""

import logging
import threading
from functools import partial

import psycopg
from django.db import connection

from upstander.ops import watchdog
from upstander.ops.logs import event

CHANNEL = "upstander_intake"
PAUSE = 0.1  # seconds between two NOTIFYs
IDLE = 0.25  # seconds after which a line that nobody needs is closed
PATIENCE = 5.0  # seconds that saying it may take; then on another line

_log = logging.getLogger(__name__)
_pending = threading.Event()
_lock = threading.Lock()
_thread: list[threading.Thread] = []


def wake() -> None:
    """Say, soon and once, that there is something new. Costs the caller microseconds and never fails."""
    _pending.set()
    if not _thread or not _thread[0].is_alive():
        _start()


def _start() -> None:
    with _lock:
        if _thread and _thread[0].is_alive():
            return
        params = connection.get_connection_params()
        thread = threading.Thread(target=_loop, args=(params,), name="intake-wake", daemon=True)
        _thread[:] = [thread]
        thread.start()


def _loop(params: dict[str, object]) -> None:
    line: psycopg.Connection | None = None
    pause = threading.Event()
    while True:
        if not _pending.wait(IDLE if line else None) and line:
            line.close()
            line = None
            continue
        _pending.clear()
        try:
            line = line or psycopg.connect(**params, autocommit=True)  # type: ignore[arg-type]
            with watchdog.house().within(PATIENCE, partial(watchdog.hang_up, line)):
                line.execute(f"NOTIFY {CHANNEL}")
        except psycopg.Error:
            event(_log, logging.WARNING, "could not wake the desk; it polls")
            if line:
                line.close()
            line = None
        pause.wait(PAUSE)
