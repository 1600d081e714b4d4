"""Schools and districts (the directory's, and whatever is written as one), streets, and places beside words about one person."""

import re
from collections.abc import Iterator
from functools import lru_cache

from upstander.identifying.about import Found, Is, Reading
from upstander.identifying.values import Kind, Known, Sure, Words
from upstander.identifying.vocabulary import NO_SCHOOL, SCHOOL_KINDS, STATES

_TYPED_SMALL = (
    ("high", "school"),
    ("middle", "school"),
    ("elementary", "school"),
    ("grade", "school"),
    ("junior", "high"),
    ("elementary",),
)
_GENERIC = STATES | NO_SCHOOL
_NOT_SHORT = frozenset("dhs hhs idhs hs nhs ohs ghs jhs".split()) - frozenset(("ghs",))
_SHORT = re.compile(r"[A-Z]{2,5}(?:HS|JHS)|[A-Z]{1,3}HS")
_DISTRICT = re.compile(
    r"(?i:\b(?:(?:school )?district|dist\.?|unit|distrito(?: escolar)?)) ?(?:No\.? ?|#)?(?P<n>\d{1,3}"
    r"|[A-Z]-?\d{1,3})\b|\b[UD]-?\d{2,3}\b"
)
_CODE = re.compile(r"\b(?:CUSD|CCSD|CHSD|CUD|USD|ESD|SD|HSD|THSD)\b {0,2}(?:No\.? ?|#)?\d{1,3}[A-Z]?\b")
_STREET_TYPE = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|terrace|ter|circle"
    r"|cir|highway|hwy|parkway|pkwy|trail|alley)"
)
_STREET = re.compile(
    rf"(?i)\b\d{{1,6}}(?: ?1/2)?[ ,]{{1,3}}(?:(?:N|S|E|W|NE|NW|SE|SW|north|south|east|west)\.?\s{{1,3}})?"
    rf"(?:[A-Za-z0-9'.-]{{1,24}}\s{{1,3}}){{1,4}}?{_STREET_TYPE}\b\.?"
)
_STREET_ONLY = re.compile(
    rf"\b(?:[A-Z][A-Za-z'-]{{1,24}}|\d{{1,3}}(?:st|nd|rd"
    rf"|th))\s{{1,3}}(?:[A-Z][A-Za-z'-]{{1,24}}\s{{1,3}})?(?i:{_STREET_TYPE})\b\.?"
)
_CALLE = re.compile(
    r"(?i)\b(?:calle|avenida|av\.|bulevar|callejon|carretera)\s{1,3}(?:(?:de|del|la|el|los"
    r"|las)\s{1,3}){0,2}[A-Z0-9][\w'-]{1,24}(?:\s{1,3}[A-Z][\w'-]{1,24}){0,2}(?:,? {0,2}(?:#|num\.? ?"
    r"|numero )?\d{1,6})?"
)
_ZIP = re.compile(
    r"\b(?:IL|Ill\.?|Illinois|zip|ZIP|codigo postal|[A-Z]{2}),?(?: code)?(?: is)?[ ,]{1,3}\d{5}(?:-\d{4})?\b"
)
_BOX = re.compile(r"(?i)\bP\.? ?O\.? ?box \d{1,6}\b")
_ABBREVIATED = frozenset("st dr ct ter cir pl".split())
_NOT_STREET = frozenset("dr st ct pl way place court drive ter cir trail terrace".split())


def taken(found: Iterator[Found], text: Reading) -> tuple[list[Found], frozenset[int]]:
    """The findings, and the words that they cover: names are not looked for there."""
    kept = list(found)
    words: set[int] = set()
    for _kind, start, end, _why, sure in kept:
        if sure > Sure.PERHAPS:
            words.update(range(text.plain.token_at(start), text.plain.token_at(end - 1) + 1))
    return kept, frozenset(words)


def schools(text: Reading) -> Iterator[Found]:
    """Schools and districts: known ones, what is written as one, short names, numbers of districts."""
    whole, cores, shorts = _index(text.known)
    for at, token in enumerate(text.tokens):
        if length := text.longest(at, whole):
            yield Kind.SCHOOL, *text.span(at, at + length), "school.known", _known_sure(text, at, at + length)
        elif end := _core(text, at, cores):
            yield Kind.SCHOOL, *text.span(at, end), "school.known", _known_sure(text, at, end)
        elif (
            token.shouted
            and (token.word in shorts or _SHORT.fullmatch(token.text))
            and token.word not in _NOT_SHORT
        ):
            known = token.word in shorts
            if known or text.of_person(at) or not text.known.schools:
                yield Kind.SCHOOL, token.start, token.end, "school.short", Sure.LIKELY
            else:
                yield Kind.SCHOOL, token.start, token.end, "school.short", Sure.PERHAPS
        yield from _formed(text, at)
    for pattern in (_CODE, _DISTRICT):
        for found in pattern.finditer(text.plain.text):
            yield Kind.SCHOOL, found.start(), found.end(), "school.form", Sure.LIKELY


def _known_sure(text: Reading, at: int, end: int) -> Sure:
    """Ordinary words in small letters ("our hope center") are a school's name only where somebody may be at it."""
    if any(text.tokens[n].capital or text.kinds[n] not in (Is.ORDINARY, Is.DOUBTFUL) for n in range(at, end)):
        return Sure.SURE
    return Sure.LIKELY if text.of_person(at) else Sure.PERHAPS


@lru_cache(maxsize=4)
def _index(known: Known) -> tuple[frozenset[Words], frozenset[Words], frozenset[str]]:
    """Whole names of two words or more; names without "high school" and the like; initials."""
    cores = frozenset(core for name in known.schools if (core := _bare(name)) and len(core[0]) > 1)
    whole = frozenset(name for name in known.schools if len(name) > 1 and set(name) - SCHOOL_KINDS)
    shorts = frozenset(
        "".join(w[0] for w in name)
        for name in known.schools
        if 3 <= len(name) <= 6 and set(name) & SCHOOL_KINDS
    )
    return whole, cores, frozenset(short for short in shorts if short[-1] == "s" and short.isalpha())


def _bare(name: Words) -> Words:
    """A school's name without its kind and number."""
    while name and (name[-1] in SCHOOL_KINDS or name[-1].isdigit()):
        name = name[:-1]
    while name and name[0] in ("escuela", "colegio", "the"):
        name = name[1:]
    return name


def _core(text: Reading, at: int, cores: frozenset[Words]) -> int:
    """Where a known name with a kind of school behind (in Spanish before) it ends: "lincoln hs", "Lincoln Middle"; 0 for none."""
    for length in sorted(text.matching(at, cores), reverse=True) if cores else ():
        end = at + length
        while end < len(text.tokens) and text.close(end - 1) and text.word(end) in SCHOOL_KINDS:
            end += 1
        if end > at + length:
            return end
        before = {text.word(at - 1), text.word(at - 2)} & {
            "escuela",
            "secundaria",
            "primaria",
            "preparatoria",
            "colegio",
        }
        if before and text.tokens[at].capital:
            return end
    return 0


def _formed(text: Reading, at: int) -> Iterator[Found]:
    """What is written as a school's name is: ends at this word."""
    word = text.word(at)
    if word in ("escuela", "secundaria", "primaria", "preparatoria", "colegio"):
        yield from _spanish(text, at)
    small = next((len(t) for t in _TYPED_SMALL if all(text.word(at + n) == w for n, w in enumerate(t))), 0)
    capital = text.tokens[at].capital and word in (
        "high",
        "middle",
        "elementary",
        "academy",
        "university",
        "college",
        "hs",
        "jhs",
    )
    if not (small or capital) or at == 0 or not text.close(at - 1):
        return
    end = at + max(small, 1)
    if text.word(end) == "school" and text.close(end - 1):
        end += 1
    begun = at
    while (
        begun > 0
        and text.close(begun - 1)
        and text.tokens[begun - 1].capital
        and at - begun < 4
        and not text.owns(begun - 1)
    ):
        begun -= 1
        if text.tokens[begun].first:
            break
    yield from _formed_of(text, begun, at, end)


def _formed_of(text: Reading, begun: int, at: int, end: int) -> Iterator[Found]:
    while begun < at and text.word(begun) in _GENERIC:
        begun += 1
    named = [n for n in range(begun, at) if text.word(n) not in _GENERIC]
    if not named:
        told = text.kinds[at - 1] in (Is.CLEAR, Is.SURNAME) and not text.tokens[at - 1].capital
        if told:
            yield Kind.SCHOOL, *text.span(at - 1, end), "school.form", Sure.LIKELY
        return
    if text.word(end) in (
        "association",
        "act",
        "students",
        "teachers",
        "principals",
        "athletes",
    ) and text.close(end - 1):
        return
    plainly = any(text.kinds[n] is not Is.ORDINARY for n in named) or not text.tokens[begun].first
    heading = begun in text.headings and all(text.kinds[n] is Is.ORDINARY for n in named)
    sure = Sure.SURE if plainly and not heading else Sure.PERHAPS
    yield Kind.SCHOOL, *text.span(begun, end), "school.form", sure


def _spanish(text: Reading, at: int) -> Iterator[Found]:
    """ "la secundaria Benito Juarez", "Escuela Primaria Roble" """
    stop = at + 1
    while stop < len(text.tokens) and text.close(stop - 1) and stop - at < 6:
        if not text.tokens[stop].capital and text.word(stop) not in (
            "de",
            "del",
            "la",
            "secundaria",
            "primaria",
            "preparatoria",
        ):
            break
        stop += 1
    while stop > at + 1 and not text.tokens[stop - 1].capital:
        stop -= 1
    if any(
        text.word(n) not in SCHOOL_KINDS and text.tokens[n].capital and text.word(n) not in _GENERIC
        for n in range(at + 1, stop)
    ):
        yield Kind.SCHOOL, *text.span(at, stop), "school.form", Sure.LIKELY


def streets(text: Reading) -> Iterator[Found]:
    """Addresses and streets."""
    for pattern in (_STREET, _CALLE, _BOX):
        for found in pattern.finditer(text.plain.text):
            if pattern is not _STREET or _is_street(found[0]):
                yield Kind.ADDRESS, found.start(), found.end(), "address.street", Sure.SURE
    for found in _ZIP.finditer(text.plain.text):
        yield Kind.ADDRESS, found.start(), found.end(), "address.zip", Sure.LIKELY
    for found in _STREET_ONLY.finditer(text.plain.text):
        last = found[0].rstrip(".").split()[-1].casefold()
        saint = text.plain.text[found.end() : found.end() + 2].strip()[:1].isupper()
        if last not in _NOT_STREET or (last in _ABBREVIATED and not saint):
            sure = Sure.LIKELY if text.of_person_at(found.start()) else Sure.PERHAPS
            yield Kind.ADDRESS, found.start(), found.end(), "address.street_only", sure


def _is_street(shown: str) -> bool:
    """Whether it is written as an address: "12 Oak St", not "5 members found a way"."""
    words = shown.replace(",", " ").rstrip(".").split()
    sure = words[-1].casefold() not in (
        "way",
        "place",
        "court",
        "drive",
        "trail",
        "road",
        "street",
        "st",
        "dr",
        "pl",
    )
    return (
        sure
        and words[-1].casefold() != "ct"
        or any(word[0].isupper() or word[0].isdigit() for word in words[1:-1])
    )


def places(text: Reading) -> Iterator[Found]:
    """Cities and counties, where the sentence speaks of one person."""
    at = 0
    while text.known.places and at < len(text.tokens):
        length = text.longest(at, text.known.places) if text.tokens[at].capital else 0
        if length and text.word(at) not in STATES:
            sure = Sure.LIKELY if text.of_person(at) else Sure.PERHAPS
            yield Kind.PLACE, *text.span(at, at + length), "place", sure
        at += max(length, 1)
