"""A mail cut into its parts (RFC 2045, 2046), within bounds: no bytes make this raise, loop, or take more memory than the mail.

The parser of Python's library is not used for that: it makes an object of each of five million empty parts, and raises at deep
nesting. Here a part is a place in the bytes that arrived; it is copied when it is read.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from upstander.inbound import mime_words as words

WORDS = 2_000_000  # bytes of a mail that are read as plain words, over all its parts
HTML = 1_000_000  # bytes of HTML, over all its parts
PARTS = 300  # of one mail that are looked at; what comes behind is told as left out
DEPTH = 12  # of parts within parts, forwarded mails included
HEADERS = 65_536  # bytes of one part's headers that are read
FIELDS = 400  # headers of one part
PARAMETERS = (
    2_000  # bytes of a header whose parameters are looked for: the library takes the square of that in time
)

_BLANK = re.compile(rb"\n\r?\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_NAME = re.compile(rb"([!-9;-~]{1,80})[ \t]*:[ \t]*(.*)", re.DOTALL)


@dataclass
class Bounds:
    """What is left of a mail's allowance, and whether something was left out because of it."""

    parts: int = PARTS
    words: int = WORDS
    html: int = HTML
    cut: bool = False


@dataclass(frozen=True)
class Part:
    """One part: its headers by name in lower case, and where its body lies in `raw`."""

    raw: bytes = field(repr=False)
    start: int
    end: int
    headers: dict[str, list[bytes]]
    depth: int = 0
    bounds: Bounds = field(default_factory=Bounds)
    default: str = "text/plain"

    def first(self, name: str) -> bytes:
        """The first header of this name; empty where there is none."""
        return self.headers.get(name, [b""])[0]

    @property
    def kind(self) -> str:
        """Its media type in lower case, such as `text/plain`."""
        return (
            self._message("content-type").get_content_type() if self.first("content-type") else self.default
        )

    def parameter(self, name: str, header: str = "content-type") -> str:
        """A parameter of a header (RFC 2231 too), in one line; empty where there is none."""
        try:
            found = self._message(header).get_param(name, header=header)
            if isinstance(found, tuple):
                return words.one_line(words.decoded(found[2].encode("latin-1", "replace"), found[0] or ""))
        except Exception:  # noqa: BLE001 - the library's reading of parameters raises in many ways on hostile ones
            return ""
        return words.header(str(found or "").encode("utf-8", "replace"), 400)

    @property
    def attached(self) -> bool:
        """Whether it says that it is an attachment, or has a file's name."""
        return self.first("content-disposition").strip().lower().startswith(b"attachment") or bool(self.name)

    @property
    def name(self) -> str:
        """Its file's name as the sender gave it, in one line."""
        return self.parameter("filename", "content-disposition") or self.parameter("name")

    def _message(self, name: str) -> Message:
        message = Message()
        message[name] = words.decoded(self.first(name)[:PARAMETERS])
        return message

    def body(self, most: int | None = None) -> bytes:
        """Its content with the transfer encoding undone; of the encoded bytes only the first `most`."""
        end = self.end if most is None else min(self.end, self.start + most)
        data = self.raw[self.start : end]
        encoding = self.first("content-transfer-encoding").strip().lower()
        if encoding == b"base64":
            return words.from_base64(data)
        if encoding == b"quoted-printable":
            return binascii.a2b_qp(data)
        if encoding in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
            return words.from_uuencode(data)
        return data

    def text(self, most: int) -> str:
        """Its content as words, of at most `most` bytes."""
        return words.plain(words.decoded(self.body(most), self.parameter("charset")))

    def children(self) -> Iterator["Part"]:
        """The parts of a multipart, or the one mail of a forwarded one, as far as the bounds allow."""
        if self.depth >= DEPTH:
            self.bounds.cut = True
            return
        inner = self._forwarded() if self.kind == "message/rfc822" else self._between()
        default = "message/rfc822" if self.kind == "multipart/digest" else "text/plain"
        for raw, start, end in inner:
            if self.bounds.parts <= 0:
                self.bounds.cut = True
                return
            self.bounds.parts -= 1
            yield cut(raw, start, end, self.depth + 1, self.bounds, default)

    def _forwarded(self) -> Iterator[tuple[bytes, int, int]]:
        """A forwarded mail: in place, or out of an encoding that it should not have."""
        if self.first("content-transfer-encoding").strip().lower() in (b"base64", b"quoted-printable"):
            inner = self.body()
            yield inner, 0, len(inner)
        else:
            yield self.raw, self.start, self.end

    def _between(self) -> Iterator[tuple[bytes, int, int]]:
        boundary = self.parameter("boundary").encode("utf-8", "replace")
        if not boundary:
            return
        line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
        since = -1
        for found in line.finditer(self.raw, self.start, self.end):
            if since >= 0:
                yield self.raw, since, _without_newline(self.raw, since, found.start())
            since = min(found.end() + 1, self.end)
            if found[1]:
                return
        if 0 <= since < self.end:  # never closed: the mail was cut off, or is badly made
            yield self.raw, since, self.end


def _without_newline(raw: bytes, start: int, end: int) -> int:
    """`end` before the line break that belongs to the boundary."""
    if raw[end - 1 : end] == b"\n":
        end -= 1
    if raw[end - 1 : end] == b"\r":
        end -= 1
    return max(start, end)


def cut(
    raw: bytes,
    start: int = 0,
    end: int | None = None,
    depth: int = 0,
    bounds: Bounds | None = None,
    default: str = "text/plain",
) -> Part:
    """The part that lies in `raw` from `start` to `end`; the whole mail where nothing else is said."""
    end = len(raw) if end is None else end
    if raw[start : start + 2] == b"\r\n" or raw[start : start + 1] == b"\n":
        head, begin = start, start + (1 if raw[start : start + 1] == b"\n" else 2)
    elif found := _BLANK.search(raw, start, end):
        head, begin = found.start(), found.end()
    else:
        head = begin = end
    headers = _headers(raw[start : min(head, start + HEADERS)])
    if not headers and begin == end and end > start:  # no header at all and no blank line: words only
        begin = start
    return Part(raw, begin, end, headers, depth, bounds or Bounds(), default)


def _headers(block: bytes) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    lines = _FOLDED.sub(b" ", block.replace(b"\x00", b"")).split(b"\n", FIELDS)[:FIELDS]
    for line in lines:
        if match := _NAME.fullmatch(line.rstrip(b"\r")):
            found.setdefault(match[1].decode("ascii").lower(), []).append(match[2].strip())
    return found
