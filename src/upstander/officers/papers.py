"""What may be kept as a file: a PDF or a picture, told by its first bytes, never by its name."""

from typing import Final

from django.utils.translation import gettext as _

from upstander.officers.errors import CannotDo

MOST: Final = 4_000_000
_KINDS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def media_of(content: bytes) -> str:
    """What it is. Raises CannotDo (field `file`) for what is empty, too large, or neither a PDF nor a picture."""
    if not content:
        raise CannotDo(_("This file is empty."), "file")
    if len(content) > MOST:
        raise CannotDo(_("This file is too large: at most 4 MB. Take a picture of it instead."), "file")
    for begins, media in _KINDS:
        if content.startswith(begins):
            return media
    raise CannotDo(_("Choose a PDF, or a picture as JPEG or PNG."), "file")
