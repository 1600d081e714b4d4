"""Opening a file, piece by piece: with the desk's key while it is in quarantine, with custody's when it is sealed."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from upstander.evidence import getting_on
from upstander.evidence.adopting import NAME, info
from upstander.evidence.models import File
from upstander.evidence.receiving import BODY
from upstander.vault.envelope import CannotOpen, open_bytes, open_text, place
from upstander.vault.keys import keyring


def key_of(file_id: UUID, audience: str) -> bytes:
    """The file's key; raises CannotOpen where this audience has none (any more), or this process is not that audience."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_version, wrapped FROM evidence_file_key WHERE file_id = %s AND audience = %s",
            [file_id, audience],
        )
        row = cursor.fetchone()
    if row is None:
        raise CannotOpen("there is no key to this file for whoever asks")
    return keyring().unwrap(audience, row[0], row[1], info(file_id, audience))


def pieces(file: File, key: bytes) -> Iterator[bytes]:
    """The file in chunks, one in memory at a time; raises CannotOpen for one that is missing, moved or changed."""
    for n in range(file.chunks):
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM evidence_chunk WHERE file_id = %s AND n = %s", [file.id, n])
            row = cursor.fetchone()
        getting_on.got_on()
        if row is None:
            raise CannotOpen("a chunk of this file is not to be read")
        yield open_bytes(key, row[0], place(BODY, file.id, n))


def name_of(file: File) -> str:
    """What the reporter called it, at the desk; empty where the desk may not know."""
    try:
        return open_text(key_of(file.id, "desk"), file.sealed_name, place(NAME, file.id))
    except CannotOpen:
        return ""
