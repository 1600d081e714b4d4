"""Writing the call sheet every minute to a place that survives: whole or not at all, the one before kept beside it.

The worker reads the rows (a chore), a thread of its own typesets and writes, for a thousand Criticals take seconds in which
the worker must beat and index; when the file lies on its disk, the next look notes that. What fails is logged, and the desk
turns red because nothing was noted.
"""

import logging
import os
import secrets
import stat
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from upstander import clock
from upstander.actions import callsheet, callsheet_words
from upstander.actions.models import CallSheet
from upstander.config import config
from upstander.ops.logs import event
from upstander.web import paper
from upstander.web.paper import Document

NAME, BEFORE = "call-sheet.pdf", "call-sheet-before.pdf"
EVERY = timedelta(minutes=1)
LOOK = timedelta(seconds=2)

_log = logging.getLogger(__name__)
_said: set[Path] = set()  # folders of which the log has been told


def folder() -> Path:
    """Where the sheet is kept."""
    return config().call_sheet or config().data / "call-sheet"


def keep(place: Path, made: bytes) -> None:
    """Put `made` in place of the sheet in `place`, which becomes the one before. Whoever looks, at any moment and after any
    kill, finds a whole sheet. Raises OSError."""
    _there(place)
    _clear(place)
    new, sheet = place / f".{secrets.token_hex(8)}.new", place / NAME
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    if sheet.exists():
        linked = place / f".{secrets.token_hex(8)}.before"
        _also(sheet, linked)
        linked.replace(place / BEFORE)
        linked.unlink(missing_ok=True)  # (renaming onto another name of the same file does nothing: so it is after a kill)
    new.replace(sheet)
    _on_disk(place)


def _there(place: Path) -> None:
    """The folder; closed to others where it is made here. One that was there before is its administrator's: that others may read
    it is said once, and by `upstander doctor`."""
    try:
        place.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if open_to_others(place) and place not in _said:
            _said.add(place)
            event(_log, logging.WARNING, "call_sheet.folder_open")


def open_to_others(place: Path) -> bool:
    """Whether anybody but its owner may look into the folder; the sheets in it are their owner's alone. Raises OSError."""
    return bool(stat.S_IMODE(place.stat().st_mode) & 0o077)


def _also(sheet: Path, name: Path) -> None:
    """The same file under another name; a copy where the file system knows no links."""
    try:
        os.link(sheet, name)
    except OSError:
        name.write_bytes(sheet.read_bytes())
        name.chmod(0o600)


def _clear(place: Path) -> None:
    """What a writer that was killed left behind."""
    for left in (*place.glob(".*.new"), *place.glob(".*.before")):
        left.unlink(missing_ok=True)


def _on_disk(place: Path) -> None:
    """The names, too, are written to the disk; some network file systems cannot, and need not."""
    with suppress(OSError):
        here = os.open(place, os.O_RDONLY)
        try:
            os.fsync(here)
        finally:
            os.close(here)


@dataclass(slots=True)
class _Made:
    """A sheet under way: of which moment, with how many Criticals, and what becomes of it."""

    at: datetime
    criticals: int
    written: Future[datetime]


def _write(document: Document, at: datetime, place: Path) -> datetime:
    keep(place, paper.pdf(document, at))
    return clock.now()


class Keeper:
    """One look after another: `turn` begins a sheet when its time has come, and notes one that lies on its disk."""

    def __init__(self) -> None:
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="call-sheet")
        self._under_way: _Made | None = None
        self._began: datetime | None = None

    def turn(self) -> bool:
        """What is to be done now. Never says that there is more: a minute is often enough. Raises the database's errors."""
        if self._under_way is not None and self._under_way.written.done():
            made, self._under_way = self._under_way, None
            self._note(made)
        now = clock.now()
        late = self._began is None or now - self._began >= EVERY or now < self._began
        if self._under_way is None and late:
            self._begin(now)
            self._began = now
        return False

    def _begin(self, now: datetime) -> None:
        with transaction.atomic():
            sheet = callsheet.read(now)
        written = self._hand.submit(_write, callsheet_words.document(sheet), now, folder())
        self._under_way = _Made(now, len(sheet.criticals), written)

    def _note(self, made: _Made) -> None:
        error = made.written.exception()
        if error is not None:  # it is red at the desk in two more minutes, because nothing is noted
            event(_log, logging.ERROR, "call_sheet.not_written", kind=type(error).__name__)
            return
        noted = {"read_at": made.at, "written_at": made.written.result(), "criticals": made.criticals}
        CallSheet.objects.update_or_create(pk=CallSheet.ONLY, defaults=noted)

    def wait(self, seconds: float) -> None:
        """Until what is under way lies on its disk, or failed; for tests and for who ends. Raises TimeoutError."""
        if self._under_way is not None:
            self._under_way.written.exception(seconds)
