"""Numbers by which a person or a case is known: telephone, Social Security, student and tip numbers, plates, rooms."""

import re
from collections.abc import Iterator

from upstander.identifying.about import Found, Reading
from upstander.identifying.values import Kind, Sure, bare
from upstander.identifying.vocabulary import SPOKEN, VEHICLES

_GROUPS = re.compile(r"(?<![\w.,/-])[+(]{0,2}\d{1,15}(?:[ .()/\n-]{1,3}\d{1,15}){0,30}(?![\w%])")
_DIGITS = re.compile(r"\d{1,15}")
_SSN = re.compile(r"\d{3}[- .]\d{2}[- .]\d{4}")
_SHAPED = re.compile(r"(?:\+?1[ .-]?)?\(?\d{3}\)?[ .\-/]{1,2}\d{3}[ .-]\d{4}|\d{3}[-.]\d{4}")
_DATED = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|(?:19|20)\d{2}(?: ?-"
    r" ?(?:19|20)?\d{2}){1,2}"
)
_LAW = re.compile(
    r"(?i)(?:P\.? ?A\.?|public act|ILCS|C\.?F\.?R\.?|part|section|sec\.?|§{1,2}|act|code|no\.|MD|title|USC"
    r"|U\.S\.C\.?)[ ]{0,2}$"
)
_LAW_BEHIND = re.compile(
    r"(?i) {0,2}(?:ILCS|ill\.|C\.?F\.?R|U\.?S\.?C|people|students|tips|schools|members|percent|dollars"
    r"|million|billion)\b"
)
_ID = re.compile(
    r"(?i)\b(?:(?:student|case|report|incident|badge|record|file|account|employee|passport|member|state"
    r"|school|lunch|pin|medicaid|policy)"
    r" ?(?:id|number|no|num|#)|s?id|pin|ssn|dob|pass(?:port)?|matricula|expediente|numero de (?:caso|alumno"
    r"|estudiante|expediente)"
    r"|seguro social)\b[ .:#]{0,3}(?:is |es |number |no\.? |#){0,2}[ #:]{0,2}(?P<id>[A-Z]{0,4}-?\d[\dA-Z-]{2,15})\b"
)
_HASHED = re.compile(r"(?<!\w)# ?(?P<id>\d{4,12})\b")
_ROOM = re.compile(
    r"(?i)\b(?:room|rm|locker|bus|apt|apartment|unit|suite|dorm|bed|cabin|trailer|lot|classroom|salon"
    r"|casillero|camion|autobus|departamento"
    r"|jersey|route)\.? {0,2}(?:no\.? |number |#|numero |num\. ){0,1} ?(?P<id>\d{1,5}[A-Z]?|[A-Z]-?\d{1,4})\b"
)
_TIP = re.compile(
    r"(?<![\w-])(?:[0-9A-Za-z]{4}[- ]){2,3}[0-9A-Za-z]{2,4}(?![\w-])|(?<![\w-])[0-9A-Za-z]{10}(?![\w-])"
    r"|(?<![\w-])[0-9A-Za-z]{16}(?![\w-])"
)
_TIP_LENGTHS = (10, 16)
_CROCKFORD = frozenset(
    "0123456789ABCDEFGHJKMNPQRSTVWXYZILOU"
)  # as `upstander.ids` mints them, and as people misread them
_PLATE = re.compile(
    r"(?i)\b(?:(?:license |licence )?plates?|tag|placas?|matricula)\b(?: (?:number|no|is|was|reads?|begins?"
    r"|starts?|with|numero|es|de|que|dice)|[ .:#]){0,5} ?"
    r"(?P<id>(?=[A-Z0-9 -]{0,8}\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{1,5})\b"
)
_BARE_PLATE = re.compile(r"\b(?:[A-Z]{2,3}[ -]?\d{3,5}|\d{2,3}[ -]?[A-Z]{2,3}|[A-Z]\d{2} ?\d{4})\b")
_NETWORK = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,12}[°NS]{0,2}[, ]{1,3}-?\d{1,3}\.\d{3,12}")


def numbers(text: Reading) -> Iterator[Found]:
    """Every number by which somebody or a case could be found."""
    yield from _marked(text)
    yield from _tips(text)
    yield from _plates(text)
    yield from _telephones(text)
    yield from _spoken(text)


def _marked(text: Reading) -> Iterator[Found]:
    for found in _SSN.finditer(text.plain.text):
        if not _touches_digit(text.plain.text, found):
            yield Kind.NUMBER, found.start(), found.end(), "number.ssn", Sure.SURE
    for pattern in (_ID, _HASHED):
        for found in pattern.finditer(text.plain.text):
            yield Kind.NUMBER, found.start("id"), found.end("id"), "number.id", Sure.SURE
    for found in _ROOM.finditer(text.plain.text):
        sure = Sure.LIKELY if text.of_person_at(found.start()) else Sure.PERHAPS
        yield Kind.NUMBER, found.start(), found.end(), "number.room", sure
    for found in _NETWORK.finditer(text.plain.text):
        yield Kind.NUMBER, found.start(), found.end(), "number.network", Sure.SURE
    for found in _COORDINATES.finditer(text.plain.text):
        yield Kind.NUMBER, found.start(), found.end(), "number.place", Sure.SURE


def _touches_digit(text: str, found: re.Match[str]) -> bool:
    return text[found.start() - 1 : found.start()].isdigit() or text[found.end() : found.end() + 1].isdigit()


def _tips(text: Reading) -> Iterator[Found]:
    """What has the form of a tip's number (`K7F2-9QPX-3M`) or of a reporter's code of sixteen characters."""
    for found in _TIP.finditer(text.plain.text):
        shown = found[0]
        code = [c for c in shown.upper() if c in _CROCKFORD]
        told = re.search(r"(?i)\b(?:tip|tip number|receipt|code|reference|codigo|reporte)\b[ #:]{0,3}(?:is |number |no\.?"
                         r" ){0,2}$",
                         text.plain.text[max(0, found.start() - 24) : found.start()])  # fmt: skip
        mixed = any(c.isdigit() for c in shown) and any(c.isalpha() for c in shown)
        if len(code) not in _TIP_LENGTHS or len(code) != sum(c.isalnum() for c in shown):
            continue
        if told and (mixed or "-" in shown or shown.isupper()) and not shown.isalpha():
            yield Kind.TIP_NUMBER, found.start(), found.end(), "tip_number", Sure.SURE
        elif "-" in shown and (mixed or (shown.isupper() and not shown.replace("-", "").isdigit())):
            yield Kind.TIP_NUMBER, found.start(), found.end(), "tip_number", Sure.SURE
        elif mixed and sum(c.isdigit() for c in shown) >= 2 and not _is_sentence(shown):
            yield Kind.TIP_NUMBER, found.start(), found.end(), "tip_number", Sure.LIKELY


def _is_sentence(shown: str) -> bool:
    """Whether blanks part words and years rather than groups of a code: "days from 2024"."""
    return " " in shown and any(part.isalpha() and part.islower() for part in shown.split())


def _plates(text: Reading) -> Iterator[Found]:
    for found in _PLATE.finditer(text.plain.text):
        yield Kind.PLATE, found.start("id"), found.end("id"), "plate", Sure.SURE
    for found in _BARE_PLATE.finditer(text.plain.text):
        at = text.plain.token_at(found.start())
        if any(text.word(n) in VEHICLES for n in range(max(0, at - 12), at + 12)):
            yield Kind.PLATE, found.start(), found.end(), "plate", Sure.LIKELY


def _telephones(text: Reading) -> Iterator[Found]:
    """Groups of figures that are a telephone number, or a long number of something else."""
    for found in _GROUPS.finditer(text.plain.text):
        shown, start = found[0], found.start()
        digits = "".join(_DIGITS.findall(shown))
        if len(digits) < 6 or _is_law(text, found) or bare(shown) in text.known.ours or _SSN.fullmatch(shown):
            continue
        if _DATED.fullmatch(shown.strip()):
            continue
        spaced = all(len(group) <= 2 for group in _DIGITS.findall(shown))
        if inner := _SHAPED.search(shown):
            if bare(inner[0]) not in text.known.ours:
                yield Kind.PHONE, start + inner.start(), start + inner.end(), "phone", Sure.SURE
        elif (
            len(digits) in (10, 11)
            or (len(digits) == 7 and spaced)
            or (shown.startswith("+") and len(digits) < 16)
        ):
            yield Kind.PHONE, start, found.end(), "phone", Sure.LIKELY
        elif len(digits) >= 8 and (spaced or len(_DIGITS.findall(shown)) == 1):
            yield Kind.NUMBER, start, found.end(), "number.long", Sure.LIKELY
        elif len(_DIGITS.findall(shown)) == 1:
            yield Kind.NUMBER, start, found.end(), "number.long", Sure.PERHAPS


def _is_law(text: Reading, found: re.Match[str]) -> bool:
    whole = text.plain.text
    before = whole[max(0, found.start() - 16) : found.start()]
    return (
        bool(_LAW.search(before))
        or bool(_LAW_BEHIND.match(whole[found.end() : found.end() + 16]))
        or before.endswith("$")
    )


def _spoken(text: Reading) -> Iterator[Found]:
    """ "two one seven, five five five, zero one zero one": seven figures in words, or more."""
    at = 0
    while at < len(text.tokens):
        end = at
        while (
            end < len(text.tokens)
            and text.word(end) in SPOKEN
            and (end == at or len(text.plain.gap(end - 1)) <= 4)
        ):
            end += 1
        if end - at >= 7:
            yield Kind.PHONE, *text.span(at, end), "phone.spoken", Sure.SURE
        at = max(end, at + 1)
