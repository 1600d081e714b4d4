"""Bytes of a mail as words: any charset that a mail may name, wrongly or not at all, and words encoded in headers (RFC 2047).

Nothing here raises, whatever the bytes are.
"""

import base64
import binascii
import codecs
import re
import unicodedata

# Charsets of texts that are known to occur in mails, by the names that Python gives them. Not the others: some of Python's codecs
# are no charsets (`rot13`, `unicode_escape`).
_KNOWN = re.compile(
    r"utf-(7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|ascii|iso8859-\d+|cp\d{3,4}|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|hz|big5|"
    r"big5hkscs|euc_(jp|jis_2004|jisx0213|kr)|shift_jis\w*|iso2022_\w+|johab|tis-620|ptcp154|kz1048"
)
# A narrow name is often given to what was written in the wider charset; the wider reads both.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_ALSO = {
    "iso-8859-8-i": "iso8859-8",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "unicode-1-1-utf-7": "utf-7",
    "ks_c_5601-1987": "cp949",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_ENCODED = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_BETWEEN = re.compile(rb"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")  # what makes `gpj.exe` read as a picture
_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decoded(data: bytes, charset: str = "") -> str:
    """`data` as text: in the charset that was named, where it is one and fits, else UTF-8, else Windows-1252."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    for name in (_canonical(charset), "utf-8"):
        try:
            if name:
                return data.decode(name)
        except (UnicodeError, ValueError):
            continue
    wrong = _canonical(charset)
    fits = wrong not in ("", "utf-8", "utf-7") and not wrong.startswith(("utf-16", "utf-32"))
    return data.decode(wrong if fits else "cp1252", "replace")


def _canonical(charset: str) -> str:
    """Python's name of a charset that we take, or empty."""
    name = charset.strip("\"' \t").lower()
    try:
        found = codecs.lookup(_ALSO.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(found, found) if _KNOWN.fullmatch(found) else ""


def plain(text: str) -> str:
    """`text` with its lines ended alike, without control characters, NUL and what is no character."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def header(raw: bytes, most: int) -> str:
    """A header's words on one line, at most `most` characters, encoded words decoded."""
    out: list[str] = []
    at, joined = 0, _BETWEEN.sub(rb"\1", raw[: most * 40])
    pending: tuple[str, bytes] = ("", b"")  # words of one charset may be cut within a character
    for found in _ENCODED.finditer(joined):
        charset = found[1].decode("latin-1").partition("*")[0].lower()
        data = _word(found[2], found[3])
        if found.start() != at or pending[0] != charset:
            out.append(decoded(pending[1], pending[0]))
            out.append(decoded(joined[at : found.start()]))
            pending = (charset, b"")
        pending, at = (charset, pending[1] + data), found.end()
    out += (decoded(pending[1], pending[0]), decoded(joined[at:]))
    return one_line("".join(out))[:most]


def _word(how: bytes, data: bytes) -> bytes:
    return from_base64(data) if how in b"bB" else binascii.a2b_qp(data, header=True)


def one_line(text: str) -> str:
    """`text` on one line, without what turns the direction of writing."""
    return " ".join(_TURNED.sub("", unicodedata.normalize("NFC", plain(text))).split())


def from_base64(data: bytes) -> bytes:
    """What base64 holds, however broken: what is none of its characters is left out, as is an unfinished end."""
    pure = _BASE64.sub(b"", data)
    return base64.b64decode(pure[: len(pure) - len(pure) % 4] + _end(pure))


def _end(pure: bytes) -> bytes:
    rest = pure[len(pure) - len(pure) % 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def from_uuencode(data: bytes) -> bytes:
    """What uuencoding holds; lines that are none are left out."""
    out = bytearray()
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")):
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(out)
