"""A text as it is read: hidden characters gone, look-alikes as the plain letter or digit, each with its place in the original.

Whoever hides a name from a machine ("Ma​rcus", "Ｍarcus", "Маrcus", "M a r c u s") must not hide it from the check.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_ALIKE = str.maketrans(
    "аАеЕоОрРсСуУхХіІјЈѕЅһԁӏкКмМтТвВнНαΑορΡτΤυΥιΙκΚνΝεΕηΗχΧβΒζΖΜΥΟøØłŁđĐıſʼ",
    "aAeEoOpPcCyYxXiIjJsShdlkKmMtTbBhHaAopPtTuYiIkKvNeEnHxXbBzZMYOoOlLdDis'",
)
"""Cyrillic, Greek and struck-through letters that look like plain Latin ones, or are read as such."""

_SAME = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u0060\u00b4\u2032\uff07", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043", "-"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02\u00ab\u00bb\u2039\u203a\u300c\u300d", '"'),
    **dict.fromkeys("\u2028\u2029\u0085\x0b\x0c\r", "\n"),
    **dict.fromkeys("\u2024\u3002\uff0e\u00b7\u2022", "."),
    "\t": " ",
    "\u3164": "",  # letters and marks that are nothing but a blank
    "\uffa0": "",
    "\u115f": "",
    "\u1160": "",
    "\u2800": "",
}

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*+")
_ENDS = re.compile(r"[.!?;:\n\"(*>\[\]{}|/]")
_ABBREVIATED = frozenset(
    "mr mrs ms mx dr st jr sr prof sgt lt capt det ofc supt rev hon sra srta dra ud no vs etc".split()
)
_LONGEST = 4
"""Characters that one character may become: a hostile one ("﷽") must not make a text a hundred times as long."""


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """What one character is read as: nothing for a hidden one; a letter without its accent; a digit of any script as 0 to 9."""
    if character in _SAME:
        return _SAME[character]
    if character.isascii():
        return character if character.isprintable() or character == "\n" else ""
    if unicodedata.category(character) in ("Cf", "Cc", "Cn", "Co", "Cs", "Mn", "Me"):
        return ""
    wide = unicodedata.normalize("NFKD", character)[:_LONGEST]
    kept = "".join(_SAME.get(c, c) for c in wide if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in kept)
    return " " if digits and not digits.strip() and "\n" not in digits else digits.translate(_ALIKE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the plain text: as it is written, folded, and where; `first` where it begins a sentence or a line."""

    text: str
    word: str
    start: int
    end: int
    first: bool

    @property
    def capital(self) -> bool:
        """Whether it is written as a name is."""
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        """Whether it is written in capitals throughout."""
        return len(self.text) > 1 and self.text.isupper()


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as it is read, its words, where each sentence ends (as a count of words), and the way back to the original."""

    text: str
    tokens: tuple[Token, ...]
    sentence: tuple[int, ...] = field(repr=False)  # for each word the number of its sentence
    places: tuple[int, ...] = field(repr=False)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where plain characters stand in the text that was given."""
        return self.places[start], self.places[end - 1] + 1

    def gap(self, at: int) -> str:
        """What stands between a word and the next."""
        return (
            self.text[self.tokens[at].end : self.tokens[at + 1].start]
            if at + 1 < len(self.tokens)
            else "\n\n"
        )

    def token_at(self, place: int) -> int:
        """The first word that ends behind this place of the plain text."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].end <= place:
                low = middle + 1
            else:
                high = middle
        return low


def plain(text: str) -> Plain:
    """The text as it is read. Takes anything, never fails; its work grows as the text does."""
    kept: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for one in _plain(character):
            kept.append(one)
            places.append(at)
    read = "".join(kept)
    found, sentence = _tokens(read)
    return Plain(read, found, sentence, tuple(places))


def _tokens(text: str) -> tuple[tuple[Token, ...], tuple[int, ...]]:
    found: list[Token] = []
    sentence: list[int] = []
    number, before = 0, 0
    for match in _WORD.finditer(text):
        between = text[before : match.start()]
        first = not found or bool(_ENDS.search(between)) and not _shortened(found[-1], between)
        if first and found and _parts(between, found[-1]):
            number += 1
        raw = match[0]
        found.append(Token(raw, raw.casefold(), match.start(), match.end(), first))
        sentence.append(number)
        before = match.end()
    return tuple(found), tuple(sentence)


def _shortened(word: Token, between: str) -> bool:
    """Whether the dot belongs to the word: `Mr.`, `J.`"""
    return between.strip() == "." and (
        word.word in _ABBREVIATED or (len(word.text) == 1 and word.text.isupper())
    )


def _parts(between: str, word: Token) -> bool:
    """Whether a sentence ends here: a mark with a blank behind it, or an empty line; a line's end alone does not."""
    return bool(
        re.search(r"[.!?](?:[\")\s]|$)|\n[^\S\n]{0,20}\n|\n[^\S\n]{0,20}[-*]", between)
    ) and not _shortened(word, between)


def folded(text: str) -> tuple[str, ...]:
    """The words of a name as names are compared: small letters, no accents, no apostrophes."""
    return tuple(word.casefold().replace("'", "") for word in _WORD.findall("".join(map(_plain, text))))


def runs(plain_text: Plain) -> Iterator[tuple[int, int]]:
    """Sentences, as half-open ranges of words."""
    begun = 0
    for at in range(1, len(plain_text.tokens) + 1):
        if at == len(plain_text.tokens) or plain_text.sentence[at] != plain_text.sentence[begun]:
            yield begun, at
            begun = at
