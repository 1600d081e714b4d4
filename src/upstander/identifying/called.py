"""Names that the text says to be names, and names that somebody tried to hide."""

import re
from collections.abc import Iterator

from upstander.identifying import lists
from upstander.identifying.about import Found, Is, Reading
from upstander.identifying.values import Kind, Sure
from upstander.identifying.vocabulary import NAMED, NAMING

_FIRST = {words[0]: [w for w in NAMING if w[0] == words[0]] for words in NAMING}
_LEET = str.maketrans("0134578", "oieastb")
_CAMEL = re.compile(r"([A-Z][a-z]{2,15})([A-Z][a-z]{1,15}){1,4}")
_OF_PERSONS = frozenset("goes nicknamed nickname alias apodado apodada se le".split())
_SHORTEST, _LONGEST = 3, 12


def called(text: Reading) -> Iterator[Found]:
    """What stands behind "named", "goes by", "se llama"."""
    for at in range(len(text.tokens)):
        behind = at + 1 if text.word(at) in NAMED else at + _naming(text, at)
        if at < behind < len(text.tokens):
            found = list(_called(text, behind))
            yield from found or _nicknamed(text, at, behind)


def _nicknamed(text: Reading, at: int, behind: int) -> Iterator[Found]:
    """An ordinary word in capitals that somebody goes by: "Tank"."""
    person = text.word(at) in _OF_PERSONS or text.word(behind - 1) in ("himself", "herself", "him", "her")
    if person and text.tokens[behind].capital and not text.tokens[behind].first and text.close(behind - 1):
        yield (Kind.NAME, *text.span(behind, behind + 1), "name.called", Sure.LIKELY)


def _naming(text: Reading, at: int) -> int:
    for words in _FIRST.get(text.word(at), ()):
        if all(text.word(at + n) == word for n, word in enumerate(words)):
            return len(words)
    return 0


def _called(text: Reading, at: int) -> Iterator[Found]:
    token, kind = text.tokens[at], text.kinds[at]
    quoted = text.plain.gap(at - 1).strip().endswith(('"', "'"))
    told = kind in (Is.CLEAR, Is.DOUBTFUL, Is.SURNAME) or (kind is Is.UNKNOWN and len(token.text) > 2)
    if (
        kind is Is.DOUBTFUL
        and not token.capital
        or (kind is Is.UNKNOWN and not token.capital and not token.text.isalpha())
    ):
        told = quoted
    if not (told or (quoted and token.text.isalpha() and text.plain.gap(at).strip().startswith(('"', "'")))):
        return
    stop = at + 1
    while stop < len(text.tokens) and stop - at < 3 and text.close(stop - 1) and not text.owns(stop - 1):
        if not text.tokens[stop].capital or text.kinds[stop] is Is.ORDINARY or not token.capital:
            break
        stop += 1
    yield (Kind.NAME, *text.span(at, stop), "name.called", Sure.SURE if token.capital else Sure.LIKELY)


def hidden(text: Reading) -> Iterator[Found]:
    """Names whose letters stand apart, or that figures, a hyphen, a line's end or a missing blank hide."""
    yield from _apart(text)
    for at, token in enumerate(text.tokens):
        if any(c.isdigit() for c in token.word) and any(c.isalpha() for c in token.word):
            if token.word.translate(_LEET) in lists.given():
                yield (Kind.NAME, token.start, token.end, "name.hidden", Sure.LIKELY)
        elif (camel := _CAMEL.fullmatch(token.text)) and camel[1].lower() in lists.clear():
            yield (Kind.NAME, token.start, token.end, "name.hidden", Sure.LIKELY)
        elif _cut(text, at):
            yield (Kind.NAME, token.start, text.tokens[at + 1].end, "name.hidden", Sure.LIKELY)


def _cut(text: Reading, at: int) -> bool:
    """Whether this word and the next are one given name, cut by a hyphen or at the end of a line."""
    if at + 1 >= len(text.tokens) or text.plain.gap(at).strip(" ") not in ("-", "\n", "-\n", ".", "*", "_"):
        return False
    first, second = text.tokens[at].word, text.word(at + 1)
    words = sum(part in lists.ordinary() or len(part) == 1 for part in (first, second))
    return first + second in lists.clear() and words < 2 and first not in lists.clear()


def _apart(text: Reading) -> Iterator[Found]:
    """`M a r c u s`, `M.a.r.c.u.s`"""
    at = 0
    while at < len(text.tokens):
        end = at
        while (
            end < len(text.tokens)
            and len(text.tokens[end].text) == 1
            and (end == at or len(text.plain.gap(end - 1)) <= 3)
        ):
            end += 1
        if end - at >= _SHORTEST:
            yield from _spelled(text, at, end)
        at = max(end, at + 1)


def _spelled(text: Reading, begun: int, end: int) -> Iterator[Found]:
    letters = "".join(text.tokens[n].word for n in range(begun, end)).translate(_LEET)
    at = 0
    while at < len(letters):
        length = next(
            (
                n
                for n in range(min(_LONGEST, len(letters) - at), _SHORTEST - 1, -1)
                if _listed(letters[at : at + n])
            ),
            0,
        )
        if length:
            yield (
                Kind.NAME,
                text.tokens[begun + at].start,
                text.tokens[begun + at + length - 1].end,
                "name.hidden",
                Sure.LIKELY,
            )
        at += max(length, 1)


def _listed(word: str) -> bool:
    return word in lists.clear() or (len(word) > 4 and word in lists.surnames())
