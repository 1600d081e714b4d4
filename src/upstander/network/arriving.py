"""Files on their way into the network: begun, brought in pieces, sealed as they come (docs/decisions/0139).

The token of an upload holds the file's key, and is the only place of it until something takes the file over (`stored.keep`). It
is given to whoever brings the file and to nobody else.
"""

import hmac
from typing import Any, Final

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.config import config
from upstander.ids import new_id
from upstander.network import pictures
from upstander.ops.cutter import CHUNK, Arriving
from upstander.ops.formfiles import Keeper
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal
from upstander.vault.keys import derive, keyring
from upstander.vault.tickets import LASTS, NotOurs, Ticket, Tokens

__all__ = ["LASTS", "Ticket"]

MEGABYTE = 1_000_000
BODY, TOKEN = "network_filechunk.body", "network.token"
MARK = b"upstander/network-files/mark/1"
NAME = 200  # characters of a file's name that are kept
PDF = "application/pdf"
_STARTS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", PDF))

WORDS: dict[str, str | Promise] = {
    "empty": _("There is nothing in this file."),
    "too_large": _("This file is too large."),
    "kind": _("This is no picture (JPEG, PNG) and no PDF."),
    "pixels": _("This picture has too many pixels. Make it smaller."),
    "gone": _("This file did not arrive whole, or its time is over. Please choose it again."),
    "chunk": _("This part of the file does not have the size that it must have."),
    "other": _("Another part of the file has come under this number."),
    "full": _("We cannot take files right now. Try again later."),
    "many": _("You have brought as many files as one person may. Send the form that they are for, or try again in six hours."),
}


class CannotTake(ValueError):
    """Why a file, or a part of one, is not taken: `code` is a key of WORDS; said with the file's name where that is known."""

    def __init__(self, code: str, name: str = "") -> None:
        self.code, self.name = code, name
        said = str(WORDS[code] if code != "too_large" else too_large())
        super().__init__(f"{name}: {said}" if name else said)


def most() -> int:
    """Bytes of one file."""
    return config().network_file_mb * MEGABYTE


def too_large() -> str:
    """That a file is too large, with the limits."""
    limits = {"most": config().network_file_mb, "picture": pictures.LARGEST // MEGABYTE}
    return _("This file is too large: at most %(most)s megabytes, a picture at most %(picture)s.") % limits


def secret(use: bytes) -> bytes:
    """The network's own key for files, one for each use. Nobody else has what it is made of (the secret `partners`)."""
    return derive(keyring().secret("partners"), b"", b"upstander/network-files/1/" + use)


_tokens: Final = Tokens(lambda: secret(b"token"), place(TOKEN, "upload"))
hide = _tokens.hide


def reveal(token: str) -> Ticket:
    """What `hide` hid; raises CannotTake where it is not ours or its time is over."""
    try:
        return _tokens.reveal(token)
    except NotOurs:
        raise CannotTake("gone") from None


def plain_name(name: str) -> str:
    """A file's name without a path and without what is no letter to a reader."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable() and c not in '"<>').strip()[-NAME:]


def media_of(head: bytes) -> str:
    """What a file is by its first bytes, never by its name; empty for what is not taken."""
    return next((media for start, media in _STARTS if head.startswith(start)), "")


def begin(size: int, name: str = "", *, exact: bool = True, by: int | None = None) -> Ticket:
    """Make room for a file of `size` bytes (or at most so many, where it is not `exact`), which account `by` brings; None: the
    house itself. Raises CannotTake, also where `by` has begun as many that belong to nothing as anybody may (MOST_OPEN)."""
    if size < 1:
        raise CannotTake("empty")
    if exact and size > most():
        raise CannotTake("too_large")
    now = clock.now()
    ticket = Ticket(new_id(), vault.new_key(), size, plain_name(name), now.timestamp())
    with transaction.atomic(), connection.cursor() as cursor:
        if by is not None:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('upstander.network_upload'), %s)", [by % 2**31])
            cursor.execute("SELECT count(*) FROM network_upload WHERE by = %s", [by])
            if cursor.fetchone()[0] >= MOST_OPEN:
                raise CannotTake("many")
        cursor.execute("SELECT coalesce(sum(size), 0) FROM network_upload")
        if cursor.fetchone()[0] + min(size, most()) > config().upload_room_mb * MEGABYTE:
            raise CannotTake("full")
        cursor.execute(
            "INSERT INTO network_upload (id, begun_at, size, by) VALUES (%s, %s, %s, %s)", [ticket.id, now, min(size, most()), by]
        )
    return ticket


def chunks_of(size: int) -> int:
    """Into how many pieces a file is cut."""
    return -(-size // CHUNK)


def take(ticket: Ticket, n: int, data: bytes) -> None:
    """Seal piece `n` and store it; the same piece again changes nothing. Raises CannotTake."""
    wanted = max(0, min(CHUNK, ticket.size - n * CHUNK)) if n >= 0 else 0
    if len(data) != wanted or not data:
        raise CannotTake("chunk")
    store(ticket, n, data)


def store(ticket: Ticket, n: int, data: bytes) -> None:
    """The same of a file whose size is not known yet."""
    if n == 0 and not media_of(data):
        raise CannotTake("kind")
    mark = ticket.mark(MARK, n, data)
    values: list[Any] = [ticket.id, n, len(data), mark, seal(ticket.key, data, place(BODY, ticket.id, n))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM network_upload WHERE id = %s", [ticket.id])
        if cursor.fetchone() is None:  # taken over, or cleared away
            raise CannotTake("gone")
        cursor.execute(
            "INSERT INTO network_uploadchunk (file_id, n, size, mark, body) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (file_id, n) DO NOTHING",
            values,
        )
        if not cursor.rowcount:
            cursor.execute("SELECT mark FROM network_uploadchunk WHERE file_id = %s AND n = %s", [ticket.id, n])
            row = cursor.fetchone()
            if row is None or not hmac.compare_digest(bytes(row[0]), mark):
                raise CannotTake("other")


def missing(ticket: Ticket) -> list[int]:
    """The numbers of the pieces that have not come; raises CannotTake where the upload is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM network_upload WHERE id = %s", [ticket.id])
        if cursor.fetchone() is None:
            raise CannotTake("gone")
        cursor.execute("SELECT n FROM network_uploadchunk WHERE file_id = %s", [ticket.id])
        there = {row[0] for row in cursor.fetchall()}
    return [n for n in range(chunks_of(ticket.size)) if n not in there]


def take_whole(data: bytes, name: str, by: int | None = None) -> Ticket:
    """The ticket of a file that lies in memory already; raises CannotTake. `by`: as in `begin`."""
    ticket = begin(len(data), name, by=by)
    for n in range(chunks_of(ticket.size)):
        take(ticket, n, data[n * CHUNK : (n + 1) * CHUNK])
    return ticket


def _store(file: Arriving, data: bytes, last: bool) -> None:
    """In a thread: store a piece of a form's file, or remember why not. A fault of the file is no fault of the form."""
    try:
        if data and not file.fault:
            file.ticket = file.ticket or begin(most(), file.name, exact=False, by=int(file.whose))
            file.size += len(data)
            if file.size > most():
                raise CannotTake("too_large")
            store(file.ticket, file.n, data)
            file.n += 1
    except CannotTake as error:
        file.fault = error.code
    except (IntegrityError, DatabaseError, InterfaceError):
        file.fault = "full"
    finally:
        if not connection.in_atomic_block:
            connection.close()  # back to the pool
    if last:
        file.outcome = _outcome(file)


def _outcome(file: Arriving) -> tuple[str, str] | None:
    """The field that the form gets in the file's place; None where no file was chosen."""
    if file.fault:
        return "upload_fault", f"{file.fault}:{plain_name(file.name)}"
    if file.ticket is None:
        return ("upload_fault", f"empty:{plain_name(file.name)}") if file.name else None
    ticket = file.ticket
    return "upload", hide(Ticket(ticket.id, ticket.key, file.size, ticket.name, ticket.at))


MOST_OF_A_FORM = 5  # files that one form brings
MOST_OPEN = 20  # files that one person has begun, and that belong to nothing yet
stream = Keeper(_store, _outcome, lambda: MOST_OF_A_FORM * most())
