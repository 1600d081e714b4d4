"""The words that a pack's phrases know, and how a word that somebody spelled in another way is one of them.

Only words that the phrases know are looked for: whatever else stands in a text stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from upstander.packs.phrases import APOSTROPHES, SHORTEST_STEM, Phrase, fold
from upstander.packs.signals import SECTIONS, Signals

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_LONG = re.compile(r"(.)\1{2,}")
_MARKS = re.compile(r"[^\w]+|_+")
_LEET = str.maketrans("034578$@|+", "oeastbsalt")
_LETTERS = 2  # a word in which figures stand for letters has so many letters still
_ONES = ("i", "l")  # what 1 and ! stand for
LONGEST = 40  # letters: what is longer is no misspelled word, and its every spelling would take for ever to try
_ALIKE = str.maketrans("аеорсухіѕһԁӏкмтвнαορυι", "aeopcyxishdlkmtbhaopui")
"""Cyrillic and Greek letters that look like Latin ones."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and beginnings of words that phrases know; other spellings; words whose misspellings are looked for."""

    words: frozenset[str]
    stems: dict[str, tuple[str, ...]]
    spellings: dict[str, tuple[str, ...]]
    starred: frozenset[str]
    abbreviations: frozenset[str]
    near: dict[str, str] = field(repr=False)

    def knows(self, word: str) -> bool:
        """Whether some phrase speaks of this word."""
        return word in self.words or bool(self.stem(word))

    def stem(self, word: str) -> tuple[str, ...]:
        """The beginnings (`shoot*`) that this word has."""
        return tuple(s for s in self.stems.get(word[:SHORTEST_STEM], ()) if word.startswith(s))

    def read(self, raw: str) -> tuple[str, ...]:
        """The known words that `raw` (as it was typed, without spaces) stands for, or itself in plain letters."""
        typed = _APOSTROPHES.sub("'", _HIDDEN.sub("", raw).lower())
        plain = fold(typed)
        if len(plain) > LONGEST:
            return _parts(plain)
        for one in (typed, plain):
            if one in self.spellings:
                return self.spellings[one]
        guesses = [plain, *_guesses(plain)]
        for one in guesses:
            if one in self.spellings:
                return self.spellings[one]
            if one in self.words:
                return (one,)
        for one in guesses:
            if one.isalnum() and self.stem(one):
                return (one,)
        return self._repaired(plain) or _parts(plain)

    def _repaired(self, plain: str) -> tuple[str, ...]:
        """A word with stars in it, or with one slip of the finger."""
        if "*" in (starred := plain.strip("*")):  # no pattern is made of it: `re` would keep the word in its cache
            return tuple([word for word in sorted(self.starred) if _fits(word, starred)][:1])
        for one in _without_one(plain) if len(plain) > SHORTEST_STEM + 2 else ():
            if one in self.near:
                return (self.near[one],)
        return ()

    def split(self, letters: str) -> tuple[str, ...]:
        """Letters that stood apart (`k i l l m e`), as known words; none where they are not such words."""
        fewest: list[int | None] = [0, *[None] * len(letters)]  # words up to each letter; None: not of words alone
        came_from = [0] * (len(letters) + 1)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 16), end):
                before, known, word = fewest[start], fewest[end], letters[start:end]
                if before is None or word not in self.words or (len(word) == 1 and word not in "ai"):
                    continue
                if known is None or before + 1 < known:
                    fewest[end], came_from[end] = before + 1, start
        if fewest[-1] is None:
            return ()
        cuts = [len(letters)]
        while cuts[-1]:
            cuts.append(came_from[cuts[-1]])
        return tuple(letters[start:end] for end, start in pairwise(cuts))[::-1]


def _parts(plain: str) -> tuple[str, ...]:
    """What stands between marks, as it is."""
    return tuple(part for part in _MARKS.split(plain) if part)


def _fits(word: str, starred: str) -> bool:
    """Whether `word` is what `starred` stands for, each star one letter."""
    return len(word) == len(starred) and all(
        c in (w, "*") and (c == w or "a" <= w <= "z") for w, c in zip(word, starred, strict=True)
    )


def _guesses(plain: str) -> Iterator[str]:
    """What else the letters may stand for: figures for letters, letters held down, letters of another script."""
    ways = [plain]
    if not plain.isascii() and any("a" <= c <= "z" for c in plain):
        ways.append(plain.translate(_ALIKE))
    if sum(c.isalpha() for c in plain) >= _LETTERS and not plain.isalpha():
        ways += [plain.translate(_LEET | {ord("1"): one, ord("!"): one}) for one in _ONES]
    for way in ways:
        if way != plain:
            yield way
        if _LONG.search(way):
            yield _LONG.sub(r"\1\1", way)
            yield _LONG.sub(r"\1", way)


def _without_one(word: str) -> Iterator[str]:
    """The word itself, and with each of its letters left out."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def lexicon(signals: Signals) -> Lexicon:
    """The lexicon of a pack's signals."""
    phrases = [p for section in SECTIONS for own in signals.of(section).values() for p in own]
    words, stems = _known((*phrases, *signals.idioms))
    spellings = {variant: tuple(fold(right).split()) for variant, right in signals.spellings.items()}
    near: dict[str, str] = {}
    for word in sorted(signals.typos):
        near |= dict.fromkeys(_without_one(word), word)
    return Lexicon(
        words=words | signals.fillers | {w for right in spellings.values() for w in right},
        stems=stems,
        spellings=spellings,
        starred=signals.starred,
        abbreviations=signals.abbreviations,
        near=near,
    )


def _known(phrases: Iterable[Phrase]) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    words: set[str] = set()
    stems: dict[str, set[str]] = {}
    for piece in (piece for phrase in phrases for piece in phrase.pieces):
        words |= piece.words
        for stem in piece.stems:
            stems.setdefault(stem[:SHORTEST_STEM], set()).add(stem)
    return frozenset(words), {start: tuple(sorted(found)) for start, found in stems.items()}


def script(character: str) -> str:
    """The name of a letter's script as Unicode writes it: LATIN, ARABIC, CJK."""
    return unicodedata.name(character, "").partition(" ")[0]
