"""Phrases against a sentence. Every answer is kept while a sentence is read, so the work grows with its length only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from upstander.packs.phrases import SHORTEST_STEM, Phrase, Piece
from upstander.packs.signals import Phrases, Signals
from upstander.signals.words import Sentence

MOST_FILLERS = 3
"""So many words that say nothing ("like, literally") may stand between two words of a phrase."""

Entry = tuple[int, str, Phrase]
First = tuple[frozenset[str], frozenset[str], bool]
"""The words and stems that a phrase can begin with, and whether it can begin with any word."""

_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of `id` at the words from `start` to before `end`."""

    id: str
    start: int
    end: int


class Index:
    """Phrases by what they can begin with. A phrase is tried only in a sentence that has one of its rarest words."""

    def __init__(self, phrases: Iterable[tuple[str, Phrase]], firsts: "Firsts") -> None:
        self._words: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[tuple[str, Entry]]] = {}
        self._any: list[Entry] = []
        self._keys: dict[str, set[int]] = {}
        self._stem_keys: dict[str, list[tuple[str, int]]] = {}
        for number, (id, phrase) in enumerate(phrases):
            entry = (number, id, phrase)
            words, stems, anything = firsts.of(phrase.pieces)
            if anything:
                self._any.append(entry)
            for word in words:
                self._words.setdefault(word, []).append(entry)
            for stem in stems:
                self._stems.setdefault(stem[:SHORTEST_STEM], []).append((stem, entry))
            self._key(number, firsts.rarest(phrase))

    def _key(self, number: int, rarest: First) -> None:
        words, stems, anything = rarest
        for word in ("",) if anything else words:
            self._keys.setdefault(word, set()).add(number)
        for stem in () if anything else stems:
            self._stem_keys.setdefault(stem[:SHORTEST_STEM], []).append((stem, number))

    def possible(self, words: Iterable[str]) -> set[int]:
        """The numbers of the phrases that may stand in a sentence of these words."""
        found = set(self._keys.get("", ()))
        for word in words:
            found |= self._keys.get(word, _NOTHING)
            for stem, number in self._stem_keys.get(word[:SHORTEST_STEM], ()):
                if word.startswith(stem):
                    found.add(number)
        return found

    def at(self, word: str, possible: set[int]) -> Iterator[tuple[str, Phrase]]:
        """Those of the possible phrases that may begin at this word."""
        for number, id, phrase in self._words.get(word, ()):
            if number in possible:
                yield id, phrase
        for stem, (number, id, phrase) in self._stems.get(word[:SHORTEST_STEM], ()):
            if number in possible and word.startswith(stem):
                yield id, phrase
        for number, id, phrase in self._any:
            if number in possible:
                yield id, phrase


class Firsts:
    """What phrases and groups can begin with, and by which of its pieces a phrase is best looked for."""

    def __init__(self, groups: Mapping[str, Phrases], common: frozenset[str]) -> None:
        self._groups, self._common = groups, common
        self._known: dict[str, First] = {}

    def of(self, pieces: tuple[Piece, ...]) -> First:
        """The words and stems with which these pieces can begin."""
        words: set[str] = set()
        stems: set[str] = set()
        anything = False
        for piece in pieces:
            words |= piece.words
            stems |= set(piece.stems)
            for name in piece.groups:
                more, further, any_word = self._group(name)
                words |= more
                stems |= further
                anything |= any_word
            if not piece.optional:
                break
        return frozenset(words), frozenset(stems), anything

    def rarest(self, phrase: Phrase) -> First:
        """What the piece can begin with that stands in the fewest sentences, of those that must be there."""
        pieces = [self.of((piece,)) for piece in phrase.pieces if not piece.optional]
        return min(pieces, key=lambda f: (f[2], len(f[0] & self._common), len(f[0]) + len(f[1])))

    def _group(self, name: str) -> First:
        if name not in self._known:
            found = [self.of(phrase.pieces) for phrase in self._groups.get(name, ())]
            self._known[name] = (
                frozenset().union(*(words for words, _, _ in found)),
                frozenset().union(*(stems for _, stems, _ in found)),
                name not in self._groups or any(anything for _, _, anything in found),
            )
        return self._known[name]


class Book:
    """The phrases of a pack, ready to be looked for; `sections` as in `packs.signals.SECTIONS`, and `idioms`."""

    def __init__(self, signals: Signals) -> None:
        common = frozenset(word for language in signals.languages for word in language.words)
        groups = signals.of("groups")
        firsts = Firsts(groups, common)
        self.fillers = signals.fillers
        self.sections = {
            section: Index(((id, p) for id, own in signals.of(section).items() for p in own), firsts)
            for section in ("signals", "contexts", "facts", "reveals")
        } | {"idioms": Index((("", phrase) for phrase in signals.idioms), firsts)}
        self._groups = {name: _by_first(phrases, firsts) for name, phrases in groups.items()}

    def starting(self, group: str, word: str) -> Iterator[Phrase]:
        """The phrases of a group that may begin at this word."""
        words, stems = self._groups.get(group, ({}, {}))
        yield from words.get(word, ())
        for stem, phrase in stems.get(word[:SHORTEST_STEM], ()):
            if word.startswith(stem):
                yield phrase


def _by_first(
    phrases: Phrases, firsts: Firsts
) -> tuple[dict[str, list[Phrase]], dict[str, list[tuple[str, Phrase]]]]:
    """The phrases of a group by the words, and by the stems, with which they can begin."""
    by_word: dict[str, list[Phrase]] = {}
    by_stem: dict[str, list[tuple[str, Phrase]]] = {}
    for phrase in phrases:
        words, stems, _ = firsts.of(phrase.pieces)
        for word in words:
            by_word.setdefault(word, []).append(phrase)
        for stem in stems:
            by_stem.setdefault(stem[:SHORTEST_STEM], []).append((stem, phrase))
    return by_word, by_stem


class Reading:
    """One sentence held against a book. Words in `masked` belong to an idiom and mean nothing by themselves.

    With `exact` no fillers are skipped: "the bomb" is an idiom, "a bomb" is not.
    """

    def __init__(
        self,
        book: Book,
        sentence: Sentence,
        *,
        masked: frozenset[int] = frozenset(),
        exact: bool = False,
    ) -> None:
        self._book, self._words, self._masked = book, sentence, masked
        self._fillers = frozenset[str]() if exact else book.fillers
        self._after: dict[tuple[str, int, int], frozenset[int]] = {}
        self._grouped: dict[tuple[str, int], frozenset[int]] = {}

    def hits(self, section: str) -> list[Hit]:
        """Where phrases of a section stand, each as long as it can be."""
        index = self._book.sections[section]
        possible = index.possible({word.text for word in self._words})
        found = set()
        for at, word in enumerate(self._words) if possible else ():
            for id, phrase in index.at(word.text, possible):
                if ends := self._follow(phrase, 0, at):
                    found.add(Hit(id, at, max(ends)))
        return sorted(found, key=lambda h: (h.start, -h.end, h.id))

    def _follow(self, phrase: Phrase, at: int, place: int) -> frozenset[int]:
        """Where the pieces of a phrase from `at` on can end, when they begin at `place`."""
        if at == len(phrase.pieces):
            return frozenset({place})
        key = (phrase.text, at, place)
        if key not in self._after:
            piece = phrase.pieces[at]
            found: set[int] = set()
            if piece.optional:
                found |= self._follow(phrase, at + 1, place)
            for here in self._places(place, piece.gap) if at else (place,):
                for end in self._ends(piece, here):
                    found |= self._follow(phrase, at + 1, end)
            self._after[key] = frozenset(found)
        return self._after[key]

    def _places(self, place: int, gap: int) -> Iterator[int]:
        """Where the next piece may stand: here, behind a gap, behind words that say nothing."""
        skipped = 0
        while place <= len(self._words):
            yield place
            if place == len(self._words):
                return
            if self._words[place].text in self._fillers and skipped < MOST_FILLERS:
                skipped += 1
            elif gap:
                gap -= 1
            else:
                return
            place += 1

    def _ends(self, piece: Piece, at: int) -> Iterator[int]:
        """Where this piece ends when it begins at `at`."""
        if at >= len(self._words) or at in self._masked:
            return
        word = self._words[at]
        if (
            word.text in piece.words
            or any(word.text.startswith(stem) for stem in piece.stems)
            or ("Name" in piece.groups and word.name)
            or ("Number" in piece.groups and word.number)
            or "Any" in piece.groups
        ):
            yield at + 1
        for name in piece.groups:
            yield from self._group(name, at)

    def _group(self, name: str, at: int) -> frozenset[int]:
        key = (name, at)
        if key not in self._grouped:
            found: set[int] = set()
            for phrase in self._book.starting(name, self._words[at].text):
                found |= self._follow(phrase, 0, at)
            self._grouped[key] = frozenset(found)
        return self._grouped[key]
