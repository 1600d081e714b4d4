"""Structured logs without content: what happened where, never what anybody wrote and never who asked.

An exception's message may hold a reporter's words (a database error quotes the row), so only its class and
its frames are written. Requests are not logged; refusals and errors in them are logged by the status and the name of the view.
"""

import json
import logging
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from upstander import clock

_OWN = "upstander"
_REQUESTS = "django.request"
LOG_SIZE = 10 * 2**20  # bytes; a larger log is put aside when its process starts


# Libraries that put a request's or an exception's own words into the message before they log it.
_FILLED_IN = ("django.security", "asyncio")


def _template(record: logging.LogRecord) -> str:
    """What happened, as the program's text says it; the logger's name alone where values stand in the text already."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    return "" if record.name.startswith(_FILLED_IN) else record.msg


def _refused(record: logging.LogRecord) -> dict[str, Any]:
    """What Django logs of a request that it did not answer with a page: the status and the view by its name, never the address,
    which may hold what somebody typed. A refusal (4xx) is what the house is there to do, not something amiss."""
    status = getattr(record, "status_code", None)
    if not isinstance(status, int):
        return {}
    view = getattr(getattr(getattr(record, "request", None), "resolver_match", None), "view_name", None)
    said: dict[str, Any] = {"status": status}
    return said | ({"level": "info"} if 400 <= status < 500 else {}) | ({"view": view} if view else {})


class ContentFree(logging.Formatter):
    """One JSON line a record. The text of foreign libraries' records is dropped unless it is a constant."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # the template, not what was filled in: `%s` stands where a value was
            "event": _template(record),
        }
        if record.name.startswith(_OWN):
            line |= getattr(record, "what", {})
        if record.name == _REQUESTS:
            line |= _refused(record)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["frames"] = [f"{f.filename.rsplit('/', 3)[-1]}:{f.lineno} {f.name}" for f in frames[-12:]]
        return json.dumps(line)


def configure(_: Any = None) -> None:
    """Send every record through ContentFree to standard error; Django's mails and request logs stay off."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ContentFree())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OWN).setLevel(logging.INFO)
    for name in ("django", _REQUESTS, "django.security"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def event(logger: logging.Logger, level: int, name: str, **what: int | float | str | None) -> None:
    """Log the event `name` (a constant) with codes, ids and numbers only."""
    logger.log(level, name, extra={"what": what})


def uncaught_too() -> None:
    """From now on an exception that ends this process or a thread is logged as everything is: without its message."""
    log = logging.getLogger(f"{_OWN}.uncaught")
    sys.excepthook = lambda kind, error, trace: log.critical("uncaught", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.critical("uncaught", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    threading.excepthook = in_thread


def log_file(path: Path) -> Path:
    """`path`, made with its folder and for its owner's eyes only, and a large file put aside as `<name>.1`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if path.stat().st_size > LOG_SIZE:
            path.replace(path.with_name(f"{path.name}.1"))
    path.touch(mode=0o600)
    path.chmod(0o600)  # also one that an earlier version made
    return path
