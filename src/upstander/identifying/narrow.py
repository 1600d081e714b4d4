"""Descriptions that fit one person, or few: ages, grades, "the only", an office, several traits together."""

import re
from collections.abc import Iterator

from upstander.identifying.about import Found, Reading
from upstander.identifying.values import Kind, Sure
from upstander.identifying.vocabulary import PERSONS, tables

_AGES = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        r"\b(?:[4-9]|1\d|2[0-5])[ -]?(?:year|yr)s?[ -]{0,2}olds?\b",
        r"\b(?:four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
        r"|eighteen|nineteen)[ -]years?[ -]olds?\b",
        r"\b(?:[4-9]|1\d) ?(?:yo|y/o|y\.o\.)(?!\w)",
        r"\b(?:aged|age|edad) (?:of )?(?:[4-9]|1\d)\b(?! ?(?:to|-|through|and|or|a|y) ?\d)",
        r"\b(?:is|was|turned|turns|hes|shes|he's|she's) (?:only |just |almost )?(?:1[0-9])(?= ?(?:[.,;!?]"
        r"|and |years|$))",
        r"\b(?:brothers|sisters|siblings|cousins|twins|hermanos|hermanas),? (?:ages|aged|de) \d{1,2}\b",
        r"\bde (?:[4-9]|1\d) anos\b",
        r"\btiene (?:[4-9]|1\d) anos\b",
    )
)
_MANY = re.compile(r"(?i)\b(?:olds|ages)\b")
_GRADES = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        r"\b(?:1st|2nd|3rd|[4-9]th|1[0-2]th|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
        r"|tenth|eleventh|twelfth)[ -]?grade(?:r|rs)?\b(?!s)",
        r"\bgrade (?:[1-9]|1[0-2])\b(?! ?(?:to|-|through|and|or) ?\d)",
        r"\bin (?:[1-9]th|1[0-2]th|1st|2nd|3rd)\b(?= ?(?:[.,;!?]|and |at |who |$))",
        r"\b(?:freshman|sophomore|kindergartner)\b(?! (?:class|year|orientation|students|seminar))",
        r"\b(?:a|the|one|this|that|is|was) (?:high school )?(?:junior|senior)(?= (?:at|in|who|on|named|with"
        r"|student|boy|girl)\b|[.,;])",
        r"\b(?:de|en) (?:primer|primero|segundo|tercer|tercero|cuarto|quinto|sexto|septimo|octavo|noveno"
        r"|decimo) (?:grado|ano|semestre)\b",
    )
)

_GROUP = (
    r"(?:student|students|girl|girls|boy|boys|kid|kids|child|pupil|freshman|sophomore|junior|senior|teacher"
    r"|player|member|family|person|one|male"
    r"|female|teen|daughter|son|\d{1,2}(?:st|nd|rd|th)[ -]graders?|\w{5,8}[ -]graders?|alumno|alumna"
    r"|alumnos|alumnas|nina|nino|chica|chico|estudiante"
    r"|estudiantes|familia|maestra|maestro)"
)
_ONLY = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        rf"\b(?:only|sole|lone|single)(?: [\w'-]{{1,20}}){{0,3}} {_GROUP}\b",
        rf"\b(?:one|two|three) of (?:the |our |their |only )?(?:two|three|four|five|few|handful)(?: of)?(?:"
        rf" [\w'-]{{1,20}}){{0,3}} {_GROUP}\b",
        rf"\b(?:unica|unico|unicos|unicas)(?: [\w'-]{{1,20}}){{0,3}} {_GROUP}\b",
        rf"\b(?:la|el) {_GROUP}(?: [\w'-]{{1,20}}){{0,2}} (?:unica|unico)\b",
        rf"\b(?:newest|new|first|tallest|smallest|shortest|oldest|youngest|openly \w{{3,12}})(?:"
        rf" (?!all\b)[\w'-]{{1,20}}){{0,2}} {_GROUP} (?:in|on|at|from|to ever|of|with|who)\b",
        rf"\b(?:una|uno|dos) de l[ao]s (?:dos|tres|cuatro|pocos|pocas)(?: [\w'-]{{1,20}}){{0,3}} {_GROUP}\b",
        r"\b(?:identical |fraternal )?twins?\b(?= (?:brother|sister|boys|girls|who|in|at|from|son|daughter)|[.,;])",
    )
)
_NOT_ONLY = re.compile(r"(?i)\b(?:not only|no solo|only (?:a|the|one in|when|if|by|to|for|in|after) )")
_ROLES = re.compile(
    r"(?i)\b(?:valedictorian|salutatorian|homecoming (?:king|queen)|prom (?:king|queen)|drum major"
    r"|(?:starting )?quarterback|point guard|goalkeeper|goalie"
    r"|(?:class|student council|student body|senior class|junior class) (?:president|treasurer|secretary)"
    r"|president of the \w{2,12} (?:club|class|council)"
    r"|captain of (?:the )?[\w' ]{2,24}|(?:team|squad|football|cheer|basketball|soccer|volleyball"
    r"|wrestling) captain|first[- ]chair \w{3,12}|lead in the (?:play|musical)"
    r"|(?:foreign )?exchange student|abanderad[oa]|capitan(?:a)? del equipo|president[ea] (?:del|de la)"
    r" (?:club|clase|consejo)|reina (?:de|del) \w{3,14})\b"
)
_OFFICE_KIN = re.compile(
    r"(?i)\b(?:principal|superintendent|teacher|coach|mayor|sheriff|officer|custodian|janitor|secretary"
    r"|nurse|pastor|counselor|chief|judge|board member|bus driver|dean)'s "
    r"(?:\w{3,12} )?(?:son|daughter|kid|child|nephew|niece|grandson|granddaughter|wife|husband|stepson"
    r"|stepdaughter|brother|sister|car|house|home)\b"
    r"|\b(?:hij[oa]|sobrin[oa]|niet[oa]|hijastr[oa]) (?:del|de la) (?:director|directora|maestr[oa]"
    r"|entrenador|alcalde|sheriff|policia|superintendente|conserje|pastor)\b"
)

_TRAITS = tuple(
    (kind, re.compile(rf"(?i)\b(?:{'|'.join(patterns)})\b"))
    for kind, patterns in tables("traits.toml").items()
)
_TOGETHER = 2


def narrow(text: Reading) -> Iterator[Found]:
    """Ages, grades, and descriptions that fit few."""
    yield from _years(text)
    yield from _alone(text)
    yield from _traits(text)


def _years(text: Reading) -> Iterator[Found]:
    whole = text.plain.text
    for pattern in _AGES:
        for found in pattern.finditer(whole):
            yield (
                Kind.AGE,
                found.start(),
                found.end(),
                "age",
                Sure.PERHAPS if _MANY.fullmatch(found[0].split()[-1]) else Sure.LIKELY,
            )
    for pattern in _GRADES:
        for found in pattern.finditer(whole):
            one = text.of_person_at(found.start()) or found[0].casefold().endswith(
                ("grader", "freshman", "sophomore", "kindergartner")
            )
            yield Kind.GRADE, found.start(), found.end(), "grade", Sure.LIKELY if one else Sure.PERHAPS


def _alone(text: Reading) -> Iterator[Found]:
    whole = text.plain.text
    for pattern in _ONLY:
        for found in pattern.finditer(whole):
            if not _NOT_ONLY.search(whole[max(0, found.start() - 5) : found.start() + 12]):
                yield Kind.NARROW, found.start(), found.end(), "narrow.only", Sure.LIKELY
    for found in _ROLES.finditer(whole):
        yield Kind.NARROW, found.start(), found.end(), "narrow.role", Sure.LIKELY
    for found in _OFFICE_KIN.finditer(whole):
        yield Kind.NARROW, found.start(), found.end(), "narrow.kin", Sure.LIKELY


def _traits(text: Reading) -> Iterator[Found]:
    """Two traits of different kinds or more in a sentence about one person; a grade or an age is one, too."""
    by_sentence: dict[int, dict[str, tuple[int, int]]] = {}
    aged = [("years", (start, end)) for _kind, start, end, _why, sure in _years(text) if sure > Sure.PERHAPS]
    traits = [
        (name, found.span()) for name, pattern in _TRAITS for found in pattern.finditer(text.plain.text)
    ]
    for name, span in [*traits, *aged]:
        at = text.plain.token_at(span[0])
        if at < len(text.tokens) and _names_one(text, at):
            by_sentence.setdefault(text.plain.sentence[at], {}).setdefault(name, span)
    for kept in by_sentence.values():
        if len(kept) >= _TOGETHER:
            for start, end in kept.values():
                yield Kind.NARROW, start, end, "narrow.traits", Sure.LIKELY


def _names_one(text: Reading, at: int) -> bool:
    """Whether the sentence speaks of one person, or the words at hand do: "tall blind sophomore"."""
    return text.of_person(at) or any(
        text.word(n) in PERSONS and text.word(n)[-1:] != "s" for n in range(at + 1, at + 3)
    )
