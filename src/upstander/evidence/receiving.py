"""Files on their way in: begun, brought in chunks, sealed as they arrive. Runs in a process that can open none of it again."""

import hmac
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.evidence import tokens
from upstander.evidence.kinds import sniff
from upstander.evidence.limits import limits, room
from upstander.evidence.models import CHUNK
from upstander.evidence.tokens import Ticket
from upstander.ids import new_id
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

BODY = "evidence_chunk.body"

WORDS: dict[str, str | Promise] = {
    "empty": _("There is nothing in this file."),
    "too_large": _("This file is too large."),
    "too_many": _("These are too many files, or together they are too large."),
    "kind": _("We cannot take this kind of file. We can take pictures, videos, sound and PDF."),
    "gone": _("This file did not arrive, or its time is over. Please choose it again."),
    "late": _("This file was too slow: your words went first. You can send it again."),
    "chunk": _("This part of the file does not have the size that it must have."),
    "other": _("Another part of the file has come under this number."),
    "full": _("We cannot take files right now. Your words can be sent."),
}


class CannotTake(Exception):
    """Why a file, or a part of one, is not taken: `code` is a key of WORDS; `files` which ones, where several were at stake."""

    def __init__(self, code: str, files: dict[UUID, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.files = code, files or {}

    @property
    def words(self) -> str | Promise:
        """The same for people."""
        return WORDS[self.code]


def plain_name(name: str) -> str:
    """A file's name without a path and without what cannot be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[: tokens.NAME].strip()


def begin(size: int, name: str = "", *, exact: bool = True) -> Ticket:
    """Make room for a file of `size` bytes (or at most so many, where it is not `exact`); raises CannotTake."""
    most = limits().file
    if size < 1:
        raise CannotTake("empty")
    if exact and size > most:
        raise CannotTake("too_large")
    ticket = Ticket(new_id(), vault.new_key(), size, plain_name(name), clock.now().timestamp())
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(size), 0) FROM evidence_upload")
        if cursor.fetchone()[0] + min(size, most) > room():
            raise CannotTake("full")
        cursor.execute(
            "INSERT INTO evidence_upload (id, begun_at, size) VALUES (%s, %s, %s)",
            [ticket.id, clock.now(), min(size, most)],
        )
    return ticket


def chunks_of(size: int) -> int:
    """Into how many chunks a file is cut."""
    return -(-size // CHUNK)


def wanted(ticket: Ticket, n: int) -> int:
    """How many bytes chunk `n` must have; 0 where there is no such chunk."""
    return max(0, min(CHUNK, ticket.size - n * CHUNK)) if n >= 0 else 0


def take(ticket: Ticket, n: int, data: bytes) -> None:
    """Seal chunk `n` and store it; the same chunk again changes nothing. Raises CannotTake."""
    if len(data) != wanted(ticket, n) or not data:
        raise CannotTake("chunk")
    store(ticket, n, data)


def store(ticket: Ticket, n: int, data: bytes) -> None:
    """The same for a file whose size is not known yet."""
    kind = sniff(data) if n == 0 else ""
    if n == 0 and not kind:
        raise CannotTake("kind")
    mark = ticket.mark(tokens.MARK, n, data)
    body = seal(ticket.key, data, place(BODY, ticket.id, n))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO evidence_chunk (file_id, n, size, kind, mark, body) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (file_id, n) DO NOTHING RETURNING n",
                [ticket.id, n, len(data), kind, mark, body],
            )
            stored = cursor.fetchone()
    except IntegrityError:  # the upload's row is gone: taken over, or cleared away
        raise CannotTake("gone") from None
    if not stored and not hmac.compare_digest(_mark(ticket.id, n), mark):
        raise CannotTake("other")


def _mark(file_id: UUID, n: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM evidence_chunk WHERE file_id = %s AND n = %s", [file_id, n])
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def take_whole(data: bytes, name: str) -> Ticket:
    """The ticket of a small file that lies in memory already; raises CannotTake."""
    ticket = begin(len(data), name)
    for n in range(chunks_of(ticket.size)):
        take(ticket, n, data[n * CHUNK : (n + 1) * CHUNK])
    return ticket


def kind_of(ticket: Ticket) -> str:
    """The kind of a file that has arrived, by its first bytes; empty where it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind FROM evidence_chunk JOIN evidence_upload u ON u.id = file_id WHERE file_id = %s AND n = 0", [ticket.id]
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def missing(ticket: Ticket) -> list[int]:
    """The numbers of the chunks that have not arrived; raises CannotTake where the upload is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM evidence_upload WHERE id = %s", [ticket.id])
        if cursor.fetchone() is None:
            raise CannotTake("gone")
        cursor.execute("SELECT n FROM evidence_chunk WHERE file_id = %s", [ticket.id])
        there = {row[0] for row in cursor.fetchall()}
    return [n for n in range(chunks_of(ticket.size)) if n not in there]
