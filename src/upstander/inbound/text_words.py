"""What a text message says, and whether it is one of the words that carriers demand to be obeyed (CTIA)."""

import codecs
import re
from typing import Any

from upstander.inbound.routing import Refuse

STOP = frozenset("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT OPTOUT REVOKE".split())
HELP = frozenset("HELP INFO".split())
START = frozenset("START UNSTOP".split())
YES = frozenset("YES SI SÍ".split())  # starts only who has stopped: else it is an answer
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_CODE = re.compile(r"\s*1[\s,.:;#*-]*([0-9A-Za-z]{5})[\s.!]*")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def words_of(fields: dict[str, Any]) -> str:
    """The words of a text, whichever carrier brought it; raises Refuse where the fields are not a text's."""
    if isinstance(text := fields.get("text"), str):
        return _NOT_TEXT.sub("\ufffd", text).strip()
    body, charset, coding = fields.get("body"), fields.get("charset"), fields.get("coding")
    if not isinstance(body, bytes) or not isinstance(charset, str) or not isinstance(coding, str):
        raise Refuse("not_a_text")
    return _NOT_TEXT.sub("\ufffd", _decoded(body, charset, coding)).strip()


def _decoded(body: bytes, charset: str, coding: str) -> str:
    """Kannel hands over the raw bytes. Eight-bit ones without a charset are tried as UTF-8, then taken for Latin-1."""
    if coding == "2" and charset.upper() in ("", "UTF-16", "UCS-2", "UTF-16BE"):
        return body.decode("utf-16-be", "replace")
    try:
        if charset and charset.upper() != "8-BIT":
            return body.decode(codecs.lookup(charset).name, "replace")
    except (LookupError, ValueError):  # no such charset, or no name of any (a NUL in it)
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1")


def keyword(text: str) -> str:
    """`stop`, `help`, `start` or `yes` where the whole text is one such word; else empty. In a sentence it is none."""
    bare = _EDGES.sub("", text).upper()
    for name, words in (("stop", STOP), ("help", HELP), ("start", START), ("yes", YES)):
        if bare in words:
            return name
    return ""


def notice_code(text: str) -> str:
    """The code of a text that says `1 CODE`, in capitals; else empty."""
    found = _CODE.fullmatch(text)
    return found[1].upper() if found else ""
