"""Cutting a multipart form into fields and pieces of files while its bytes come. No input or output here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

CHUNK = 262_144  # bytes of a file in one piece; the last may have fewer
PARTS = 60  # of one form
Piece = tuple["Arriving", bytes, bool]  # of which file, its bytes, whether they are the last


class Broken(Exception):
    """What comes is no form (400), or too much of one (413)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Arriving:
    """A file of the form, as far as it has come. `outcome`: the field that stands for it in the end."""

    name: str
    whose: str = ""  # who brings it, as the application names them
    ticket: Any = None  # of whoever keeps it
    n: int = 0
    size: int = 0
    fault: str = ""
    outcome: tuple[str, str] | None = None
    waiting: bytearray = field(default_factory=bytearray)


def boundary_of(content_type: bytes) -> bytes:
    """The boundary of a multipart form; empty for anything else."""
    kind, options = parse_options_header(content_type)
    return options.get(b"boundary", b"") if kind == b"multipart/form-data" else b""


class Cutter:
    """`write` takes bytes and gives the pieces of files that are ready; `fields` fills with the rest, `words` bytes at most."""

    def __init__(self, boundary: bytes, words: int, fault: str = "") -> None:
        """`fault`: what is wrong with every file from the first: none of its bytes is kept."""
        self._fault = fault
        self.fields: list[tuple[str, str]] = []
        self._room, self._parts, self._over = words, 0, False
        self._pieces: list[Piece] = []
        self._name, self._field = "", bytearray()
        self._file: Arriving | None = None
        self._header, self._value, self._headers = bytearray(), bytearray(), dict[bytes, bytes]()
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part,
                    "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._header_done,
                    "on_headers_finished": self._named,
                    "on_part_data": self._data,
                    "on_part_end": self._done,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise Broken(400) from None

    def write(self, data: bytes) -> Iterator[Piece]:
        """The pieces that these bytes complete; raises Broken."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise Broken(400) from None
        pieces, self._pieces = self._pieces, []
        yield from pieces

    def _part(self) -> None:
        self._parts += 1
        if self._parts > PARTS:
            raise Broken(413)
        self._headers, self._field, self._file, self._name = {}, bytearray(), None, ""

    def _header_done(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _named(self) -> None:
        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._file = Arriving(options[b"filename"].decode("utf-8", "replace"), fault=self._fault)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            self._room -= end - start
            if self._room < 0:
                raise Broken(413)
            self._field += data[start:end]
            return
        file = self._file
        if file.fault:
            return  # it comes in vain; the words behind it do not
        file.waiting += data[start:end]
        while len(file.waiting) > CHUNK:
            self._pieces.append((file, bytes(file.waiting[:CHUNK]), False))
            del file.waiting[:CHUNK]

    def _done(self) -> None:
        if self._file is not None:
            self._pieces.append((self._file, bytes(self._file.waiting), True))
            self._file.waiting = bytearray()
        elif self._name:
            self.fields.append((self._name, self._field.decode("utf-8", "replace")))

    def _end(self) -> None:
        self._over = True

    @property
    def whole(self) -> bool:
        """Whether the form has ended as one does."""
        return self._over
