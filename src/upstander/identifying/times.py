"""Exact days and times. Beside words about one person they narrow; in an invitation they are only what they are."""

import re
from collections.abc import Iterator

from upstander.identifying.about import Found, Reading
from upstander.identifying.values import Kind, Sure
from upstander.identifying.vocabulary import DIAS, MESES, MONTHS, WEEKDAYS

_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
_MES = "(?:" + "|".join(sorted(MESES, key=len, reverse=True)) + ")"
_DAY = "(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + ")"
_DIA = "(?:" + "|".join(sorted(DIAS, key=len, reverse=True)) + ")"
_TH = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? ?(?:of |de |del )?(?:19|20)\d{2}\b)?"

_DATES = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        rf"\b{_MONTH}\.? {{0,2}}(?:the )?{_TH}(?!\d|:|[-–]\d{{4}}){_YEAR}",
        rf"\b{_TH} (?:of )?{_MONTH}\b\.?{_YEAR}",
        rf"\b(?:el )?(?:dia )?(?:3[01]|[12]\d|0?[1-9]|primero)o? de {_MES}\b{_YEAR}",
        r"(?<![\d/.-])(?:0?[1-9]|1[0-2])[/.-](?:3[01]|[12]\d|0?[1-9])[/.-](?:(?:19|20)\d{2}|\d{2})(?![\d/-])",
        r"(?<![\d/.-])(?:3[01]|[12]\d|0?[1-9])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19|20)\d{2}(?![\d/-])",
        r"(?<![\d/.-])(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:3[01]|[12]\d|0?[1-9])(?![\d/-])",
        r"(?:(?<=\bon )|(?<=\bel ))(?:0?[1-9]|1[0-2])/(?:3[01]|[12]\d|0?[1-9])(?![\d/])",
    )
)
_RELATIVE = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        rf"\b(?:last|this|next|this past|on|every|since) {_DAY}\b(?: (?:morning|afternoon|evening|night))?",
        rf"\b{_DAY} (?:morning|afternoon|evening|night)\b",
        r"\b(?:yesterday|tomorrow|tonight|last night|this morning|this afternoon|earlier today|the day before)\b",
        rf"\b(?:el|este|cada|pasado|proximo) {_DIA}\b(?: pasado| por la \w{{5,6}})?",
        r"\b(?:ayer|anoche|anteayer|pasado manana|esta manana|esta tarde|esta noche)\b",
        r"\b(?:\w{3,6} )?(?:days?|weeks?) (?:ago|before|after) (?:the )?(?:homecoming|prom|graduation"
        r"|thanksgiving|christmas|halloween)\b",
        r"\bhace (?:\w{2,6} )?(?:dias?|semanas?)\b",
    )
)
_TIMES = tuple(
    re.compile(f"(?i){pattern}")
    for pattern in (
        r"(?<![\d:])(?:[01]?\d|2[0-3])[:h][0-5]\d(?: ?[ap]\.? ?m\b\.?| hours| horas)?(?!\d)",
        r"\b(?:1[0-2]|0?[1-9]) ?(?:[ap]\.?m\b\.?|o'clock)",
        r"\b(?:[01]\d|2[0-3])[0-5]\d (?:hours|hrs|horas)\b",
        r"\ba las? (?:\w{3,6}|\d{1,2})(?: y (?:media|cuarto)| en punto| de la (?:manana|tarde|noche))",
    )
)
_BORN = re.compile(
    r"(?i)\b(?:DOB|born(?: on)?|birth(?:day|date)?|nacid[oa]|nacio|nacimiento)\b[ :.,]{0,3}(?:is |was |on |el |es )?$"
)
_LESSON = re.compile(
    r"(?i)\b(?:during |in |after |before |en |durante )?(?:(?:his|her|my|their|su) )?"
    r"(?:(?:1st|2nd|3rd|[4-9]th|first|second|third|fourth|fifth|sixth|seventh|eighth) (?:period|hour)"
    r"|(?:primera|segunda|tercera|cuarta|quinta|sexta) (?:hora|clase)|(?:period|hour) [1-9]\b)"
)


def times(text: Reading) -> Iterator[Found]:
    """Days, times of the clock, lessons."""
    for pattern in _DATES:
        for found in pattern.finditer(text.plain.text):
            born = _BORN.search(text.plain.text[max(0, found.start() - 24) : found.start()])
            yield Kind.DATE, found.start(), found.end(), "date", Sure.SURE if born else _sure(text, found)
    for pattern in _RELATIVE:
        for found in pattern.finditer(text.plain.text):
            if text.of_person_at(found.start()):
                yield Kind.DATE, found.start(), found.end(), "date.relative", Sure.LIKELY
    for pattern in _TIMES:
        for found in pattern.finditer(text.plain.text):
            yield Kind.TIME, found.start(), found.end(), "time", _sure(text, found)
    for found in _LESSON.finditer(text.plain.text):
        yield Kind.TIME, found.start(), found.end(), "time.lesson", Sure.LIKELY


def _sure(text: Reading, found: re.Match[str]) -> Sure:
    return Sure.LIKELY if text.of_person_at(found.start()) else Sure.PERHAPS
