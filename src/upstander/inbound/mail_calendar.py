"""Answers of calendars: a program says by mail that somebody accepts or declines an invitation of ours (RFC 6047, METHOD:REPLY).

Whose invitation it was is not known here: whoever invites hears of it (`inbound.calendar_answered`), by ids and a digest of the
address alone. What a person wrote into such a mail is a person's words, and goes the way of every mail.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from upstander.config import config
from upstander.inbound.mail_address import is_ours
from upstander.inbound.mime import Bounds, Part, cut
from upstander.inbound.mime_html import text_of
from upstander.inbound.mime_letter import address
from upstander.ops import events

_MOST = 100_000  # bytes of a calendar, and of words beside it, that are looked at
_FOLDED = re.compile(r"\r?\n[ \t]")
# (each letter can be read in one way only, and is never given back: strangers write these lines)
_LINE = re.compile(r"([A-Za-z-]{1,40}+)((?:;(?:[^:;\r\n\"]++|\"[^\"\r\n]*+\"){0,20}+){0,20}+):([^\r\n]{0,500})")
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_KINDS = ("text/calendar", "application/ics")
_BY_GOOGLE = "calendar-notification@google.com"  # it writes about the event; a person's note stands in the calendar


@dataclass(frozen=True, slots=True)
class Answer:
    """`uid`: of the invitation; `words`: whether a person wrote something beside the press."""

    uid: UUID
    says: str
    words: bool


def answer(raw: bytes) -> Answer | None:
    """What a calendar answers to an invitation of ours; None for any other mail."""
    calendars, words = [], ""
    top = cut(raw, bounds=Bounds())
    by_google = address(top.first("sender")).lower() == _BY_GOOGLE
    for part in _leaves(top):
        if part.kind in _KINDS:
            calendars.append(part.text(_MOST))
        elif part.kind == "text/plain" and not part.attached:
            words += "" if by_google else part.text(_MOST)
        elif part.kind == "text/html" and not part.attached:
            words += "" if by_google else text_of(part.text(_MOST))
        else:
            words += "a file"
    found = next(filter(None, map(_read, calendars)), None)
    return Answer(found.uid, found.says, found.words or bool(words.strip())) if found else None


def tell(found: Answer, arrival: UUID, sender: str, at: datetime, *, proven: bool) -> None:
    """Whoever invites hears of it. `proven`: as far as can be known, it is from whom it says."""
    events.tell(
        "inbound.calendar_answered", arrival_id=arrival, uid=found.uid, sender=digest(sender), says=found.says, at=at,
        proven=proven,
    )  # fmt: skip


def digest(sender: str) -> bytes:
    """An address as it is told: known again by who knows it, and not to be read."""
    return hashlib.sha256(sender.strip().lower().encode("utf-8", "replace")).digest()


def _leaves(part: Part) -> Iterator[Part]:
    if part.kind.startswith("multipart/"):
        for child in part.children():
            yield from _leaves(child)
    else:
        yield part


def _read(text: str) -> Answer | None:
    lines = [found for line in _FOLDED.sub("", text).splitlines()[:2000] if (found := _LINE.fullmatch(line.strip()))]
    said: dict[str, tuple[str, str]] = {}
    for line in lines:
        said.setdefault(line[1].upper(), (line[2].upper(), line[3].strip()))
    organizer = said.get("ORGANIZER", ("", ""))[1].lower().removeprefix("mailto:")
    if said.get("METHOD", ("", ""))[1].upper() != "REPLY":
        return None
    if organizer != config().mail_from.lower() and not is_ours(organizer, config()):
        return None
    says = re.search(r"PARTSTAT=\"?([A-Z-]+)", said.get("ATTENDEE", ("", ""))[0])
    try:
        uid = UUID(said.get("UID", ("", ""))[1])
    except ValueError:
        return None
    words = any(said.get(name, ("", ""))[1].strip() for name in ("COMMENT", "X-RESPONSE-COMMENT"))
    words = words or "X-RESPONSE-COMMENT=" in said.get("ATTENDEE", ("", ""))[0]
    return Answer(uid, _ANSWERS.get(says[1], "other"), words) if says else None
