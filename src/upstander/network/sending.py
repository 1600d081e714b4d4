"""A file on its way to whoever may read it: small ones whole, large ones in pieces, each fetched behind the reader's wall."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from upstander.network import pictures, walls
from upstander.network.models import StoredFile
from upstander.network.standing import Standing
from upstander.network.stored import Pieces


class InPieces(StreamingHttpResponse):
    """An answer whose pieces need nothing of its request: the shim closes it and fetches them as the line takes them."""

    piece_by_piece = True


def answer(who: Standing, file: StoredFile, name: str) -> HttpResponseBase:
    """The whole file, streamed. `who` was looked at already; the database looks again at each piece."""
    level = walls.STAFF if who.staff else who.level
    assert level is not None
    made = InPieces(Pieces(file, level, who.member_id), content_type=file.media)
    made["Content-Length"] = str(file.size)
    return _named(made, file.media, name)


def small(content: bytes, media: str, name: str) -> HttpResponseBase:
    """The same of a file that lies in one row."""
    return _named(HttpResponse(content, content_type=media), media, name)


def _named(made: HttpResponseBase, media: str, name: str) -> HttpResponseBase:
    made["Content-Disposition"] = content_disposition_header(media not in pictures.KINDS, name) or "attachment"
    made["Cache-Control"] = "private, no-store"
    return made
