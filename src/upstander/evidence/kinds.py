"""What a file is, by its first bytes only: never by its name, nor by what the browser says of it."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ENOUGH = 64  # first bytes that are looked at


class Kind(NamedTuple):
    """A kind of file that is taken: its code, its word, and whether a person at the desk can look at it, or listen to it."""

    code: str
    label: str | Promise
    shown: bool = False
    heard: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind("jpeg", _("Picture (JPEG)"), shown=True),
        Kind("png", _("Picture (PNG)"), shown=True),
        Kind("gif", _("Picture (GIF)"), shown=True),
        Kind("webp", _("Picture (WebP)"), shown=True),
        Kind("avif", _("Picture (AVIF)"), shown=True),
        Kind("heic", _("Picture (HEIC)")),
        Kind("pdf", _("Document (PDF)")),
        Kind("mp4", _("Video (MP4)")),
        Kind("mov", _("Video (QuickTime)")),
        Kind("3gp", _("Video (3GP)")),
        Kind("webm", _("Video (WebM)")),
        Kind("m4a", _("Sound (M4A)"), heard=True),
        Kind("mp3", _("Sound (MP3)"), heard=True),
        Kind("wav", _("Sound (WAV)"), heard=True),
        Kind("ogg", _("Sound (OGG)"), heard=True),
    )
}
# What a page offers to choose. Without image/heic a phone that takes such pictures hands over JPEGs.
ACCEPT = "image/jpeg,image/png,image/gif,image/webp,application/pdf,video/*,audio/*"

# Of ISO base media files the brand at byte 8 says what they are.
_BRANDS = {
    b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"hevc": "heic", b"heim": "heic", b"mif1": "heic",
    b"msf1": "heic", b"qt  ": "mov", b"M4A ": "m4a", b"M4B ": "m4a", b"3gp4": "3gp", b"3gp5": "3gp", b"3gp6": "3gp",
    b"3gp7": "3gp", b"3g2a": "3gp", b"isom": "mp4", b"iso2": "mp4", b"iso4": "mp4", b"iso5": "mp4", b"iso6": "mp4",
    b"mp41": "mp4", b"mp42": "mp4", b"avc1": "mp4", b"M4V ": "mp4", b"MSNV": "mp4", b"dash": "mp4",
}  # fmt: skip
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"), (b"%PDF-", "pdf"),
    (b"\x1aE\xdf\xa3", "webm"), (b"ID3", "mp3"), (b"\xff\xfb", "mp3"), (b"\xff\xf3", "mp3"), (b"\xff\xf2", "mp3"),
    (b"OggS", "ogg"),
)  # fmt: skip


def _riff(head: bytes) -> str:
    return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12], "")


def _boxed(head: bytes) -> str:
    return _BRANDS.get(head[8:12], "")


_CONTAINERS: tuple[tuple[int, bytes, Callable[[bytes], str]], ...] = (
    (0, b"RIFF", _riff),
    (4, b"ftyp", _boxed),
)


def sniff(head: bytes) -> str:
    """The code of the kind whose files begin like `head`; empty for one that is not taken."""
    for at, mark, inner in _CONTAINERS:
        if head[at : at + 4] == mark:
            return inner(head)
    return next((kind for start, kind in _STARTS if head.startswith(start)), "")
