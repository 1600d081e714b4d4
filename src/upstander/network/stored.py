"""Files that belong to something: taken over from an upload, opened again piece by piece behind the reader's wall."""

from collections.abc import Iterator
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from upstander import clock
from upstander.markings import Level
from upstander.network import arriving, pictures, walls
from upstander.network.arriving import BODY, PDF, CannotTake, Ticket
from upstander.network.models import StoredFile, Upload, UploadChunk
from upstander.vault.envelope import open_bytes, place, seal

_KEY = "network_storedfile.sealed_key"
_ARRIVED = "SELECT body FROM network_uploadchunk WHERE file_id = %s AND n = %s"
_KEPT = "SELECT body FROM network_filechunk WHERE file_id = %s AND n = %s"


@transaction.atomic
def keep(ticket: Ticket) -> StoredFile:
    """Take a file over: from now on nothing is added to it. Raises CannotTake where it is not whole, or taken over already.

    A picture is drawn anew and becomes another file; what came goes.
    """
    head = _whole(ticket)
    media = arriving.media_of(head)
    if media in pictures.KINDS:
        found = _kept_whole(*drawn(ticket), ticket.name)
        spent(ticket)
        return found
    if media != PDF:
        raise CannotTake("kind", ticket.name)
    return _kept(ticket, media)


def drawn(ticket: Ticket) -> tuple[str, bytes]:
    """The kind and the pixels of a picture that has arrived; raises CannotTake."""
    if ticket.size > pictures.LARGEST:
        raise CannotTake("too_large", ticket.name)
    try:
        numbers = range(arriving.chunks_of(ticket.size))
        return pictures.drawn_anew(b"".join(_opened(_ARRIVED, ticket.id, ticket.key, n) for n in numbers))
    except pictures.TooManyPixels:
        raise CannotTake("pixels", ticket.name) from None
    except pictures.NoPicture:
        raise CannotTake("kind", ticket.name) from None


def spent(ticket: Ticket) -> None:
    """What arrived goes: what is kept of it lies elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM network_uploadchunk WHERE file_id = %s", [ticket.id])
        cursor.execute("DELETE FROM network_upload WHERE id = %s", [ticket.id])


def media(ticket: Ticket) -> str:
    """What has arrived, by its first bytes; raises CannotTake for one that is not whole."""
    return arriving.media_of(_whole(ticket))


def _whole(ticket: Ticket) -> bytes:
    """The first piece of a file that is here whole, and not taken over yet; raises CannotTake."""
    if not Upload.objects.filter(pk=ticket.id).exists():
        raise CannotTake("gone", ticket.name)
    sizes = dict(UploadChunk.objects.filter(file_id=ticket.id).values_list("n", "size"))
    if sum(sizes.values()) != ticket.size or set(sizes) != set(range(arriving.chunks_of(ticket.size))) or not sizes:
        raise CannotTake("gone", ticket.name)
    return _opened(_ARRIVED, ticket.id, ticket.key, 0)


def _kept_whole(media: str, data: bytes, name: str) -> StoredFile:
    return _kept(arriving.take_whole(data, name), media)


def _kept(ticket: Ticket, media: str) -> StoredFile:
    made = StoredFile(
        id=ticket.id, media=media, size=ticket.size, chunks=arriving.chunks_of(ticket.size), at=clock.now(),
        sealed_key=seal(arriving.secret(b"key"), ticket.key, place(_KEY, ticket.id)),
    )  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO network_storedfile (id, media, size, chunks, sealed_key, at, kept_by)"
                " VALUES (%s, %s, %s, %s, %s, %s, network_member())",
                [made.id, made.media, made.size, made.chunks, bytes(made.sealed_key), made.at],
            )
    except IntegrityError:  # pressed twice: the other press has it
        raise CannotTake("gone", ticket.name) from None
    with connection.cursor() as cursor:  # sealed as it came: its key and its place are the same
        cursor.execute(
            "INSERT INTO network_filechunk (file_id, n, body)"
            " SELECT file_id, n, body FROM network_uploadchunk WHERE file_id = %s",
            [ticket.id],
        )
    spent(ticket)
    return made


def _opened(said: str, file_id: UUID, key: bytes, n: int) -> bytes:
    """Piece `n`; raises LookupError where the database shows none to who asks."""
    with connection.cursor() as cursor:
        cursor.execute(said, [file_id, n])
        row = cursor.fetchone()
    if row is None:
        raise LookupError("a piece of this file is not to be read")
    return open_bytes(key, row[0], place(BODY, file_id, n))


class Pieces(Iterator[bytes]):
    """A file in pieces, one in memory at a time, each fetched behind the wall of who asked, in a transaction of its own.

    It is read by `sending.InPieces` through the shim, each time in another thread, while a slow line holds none.
    """

    def __init__(self, file: StoredFile, level: Level | str, member: UUID | None) -> None:
        self._file, self._level, self._member, self._n = file, level, member, 0
        self._key = open_bytes(arriving.secret(b"key"), file.sealed_key, place(_KEY, file.id))

    def __next__(self) -> bytes:
        if self._n >= self._file.chunks:
            raise StopIteration
        try:
            with walls.reading(self._level, self._member):
                piece = _opened(_KEPT, self._file.id, self._key, self._n)
        finally:
            if not connection.in_atomic_block:
                connection.close()  # back to the pool
        self._n += 1
        return piece
