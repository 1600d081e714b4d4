"""What lies in a `winmail.dat` (TNEF, MS-OXTNEF), which Outlook sends to those that it takes for Outlook: words and files.

Only the plain attributes are read: the words where they stand as text, and each file with its name. Words that stand there only
as compressed RTF are told as left out; beside them the mail itself nearly always has the same words as text.
"""

from dataclasses import dataclass

from upstander.inbound import mime_words as words

SIGNATURE = 0x223E9F78
MOST = 100  # files
_WORDS = 800_000  # bytes

_BODY = 0x0002800C
_CODEPAGE = 0x00069007
_FILE = 0x00069002  # a new file begins
_TITLE = 0x00018010
_DATA = 0x0006800F
_FILE_PROPERTIES = 0x00069005
_LONG_NAME = (
    b"\x1f\x00\x07\x37",
    b"\x1e\x00\x07\x37",
)  # PR_ATTACH_LONG_FILENAME, in UTF-16 and in the codepage


@dataclass(frozen=True)
class Opened:
    """`files`: (name, bytes) of each. `whole`: False where the file ends before it should, or is damaged."""

    text: str
    files: tuple[tuple[str, bytes], ...]
    whole: bool


def opened(data: bytes) -> Opened | None:
    """What is in `data`; None where it is no TNEF. Never raises."""
    if int.from_bytes(data[:4], "little") != SIGNATURE:
        return None
    text, page, at = b"", "cp1252", 6
    files: list[tuple[str, bytes]] = []
    while at + 9 <= len(data):
        attribute = int.from_bytes(data[at + 1 : at + 5], "little")
        end = at + 9 + int.from_bytes(data[at + 5 : at + 9], "little")
        if end + 2 > len(data):
            return Opened(_text(text, page), tuple(files), whole=False)
        value, at = data[at + 9 : end], end + 2
        if attribute == _BODY:
            text = value[:_WORDS]
        elif attribute == _CODEPAGE:
            page = f"cp{int.from_bytes(value[:4], 'little')}"
        elif attribute == _FILE and len(files) < MOST:
            files.append(("", b""))
        elif files and attribute in (_TITLE, _DATA, _FILE_PROPERTIES):
            files[-1] = _more(files[-1], attribute, value, page)
    return Opened(_text(text, page), tuple(f for f in files if f[1]), whole=at == len(data))


def _more(file: tuple[str, bytes], attribute: int, value: bytes, page: str) -> tuple[str, bytes]:
    if attribute == _DATA:
        return file[0], value
    name = _text(value, page) if attribute == _TITLE else _long_name(value, page)
    return words.one_line(name) or file[0], file[1]


def _long_name(properties: bytes, page: str) -> str:
    """The file's whole name out of its properties, where it is found; the title is a short one (`PICTUR~1.JPG`)."""
    for tag, charset in zip(_LONG_NAME, ("utf-16-le", page), strict=True):
        at = properties.find(tag)
        if at < 0 or properties[at + 4 : at + 8] != b"\x01\x00\x00\x00":
            continue
        length = int.from_bytes(properties[at + 8 : at + 12], "little")
        if 0 < length <= 1_000:
            return words.decoded(properties[at + 12 : at + 12 + length], charset).rstrip("\x00")
    return ""


def _text(value: bytes, page: str) -> str:
    return words.plain(words.decoded(value.rstrip(b"\x00"), page)).strip()
