"""What the finders share: the text with its words, what each word may be, and which sentences speak of one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache

from upstander.identifying import lists
from upstander.identifying.plain import Plain, Token, runs
from upstander.identifying.values import Kind, Known, Sure, Words
from upstander.identifying.vocabulary import PERSONS, PRONOUNS, QUALIFIED, VERBS

_ONE = frozenset(
    "a an the one this that another my our his her their was is un una el la este esta ese esa otro otra"
    " mi su young old".split()
)
_BEFORE = 4  # so many words before "student" may hold "a" or "the"
LONGEST_NAME = 8  # words of a school's or a place's name
_WIDEST = 40  # blanks between two words of one name

Found = tuple[Kind, int, int, str, Sure]
"""Kind, start and end in the plain text, why, how sure."""


class Is(Enum):
    """What a word may be."""

    CLEAR = auto()  # a given name and hardly anything else
    DOUBTFUL = auto()  # a given name and an ordinary word
    SURNAME = auto()
    UNKNOWN = auto()  # in no list
    INITIAL = auto()
    ORDINARY = auto()


@dataclass(frozen=True)
class Reading:
    """A text under the eyes of the finders."""

    plain: Plain
    known: Known

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Its words."""
        return self.plain.tokens

    @cached_property
    def kinds(self) -> tuple[Is, ...]:
        """What each word may be."""
        return tuple(map(self._kind, self.tokens))

    def _kind(self, token: Token) -> Is:
        word = base(token.word)
        if len(word) == 1:
            return (
                Is.INITIAL if token.text[0].isupper() and word.isalpha() and word not in "ia" else Is.ORDINARY
            )
        if not word.isalpha() or word in self.known.ordinary:
            return Is.ORDINARY
        if word in lists.clear():
            return Is.ORDINARY if token.shouted and len(word) < 4 else Is.CLEAR
        if word in lists.doubtful():
            return Is.ORDINARY if token.shouted else Is.DOUBTFUL
        if word in lists.surnames():
            return Is.SURNAME
        bare = token.word.replace("'", "")
        if token.shouted or word in lists.ordinary() or bare in lists.ordinary():
            return Is.ORDINARY
        return Is.UNKNOWN

    @cached_property
    def persons(self) -> frozenset[int]:
        """The sentences that speak of one person: "the boy", "she"."""
        return frozenset(self.plain.sentence[at] for at in range(len(self.tokens)) if self._is_person(at))

    def _is_person(self, at: int) -> bool:
        word = base(self.tokens[at].word)
        if word not in PERSONS:
            return False
        before, behind = self.word(at - 1), self.word(at + 1)
        if word in PRONOUNS:
            return before not in ("or", "and", "o") and behind not in ("or", "and", "o")
        if behind in QUALIFIED:
            return False
        bare = self.tokens[at].first and behind in VERBS  # "Student was seen"
        return bare or any(self.word(n) in _ONE for n in range(max(0, at - _BEFORE), at))

    def of_person(self, at: int) -> bool:
        """Whether the sentence of this word speaks of one person."""
        return bool(self.tokens) and self.plain.sentence[min(at, len(self.tokens) - 1)] in self.persons

    def of_person_at(self, place: int) -> bool:
        """The same, for a place of the plain text."""
        return self.of_person(self.plain.token_at(place))

    def word(self, at: int) -> str:
        """The folded word at this place, empty outside the text."""
        return base(self.tokens[at].word) if 0 <= at < len(self.tokens) else ""

    def owns(self, at: int) -> bool:
        """Whether the word is a possessive."""
        return self.tokens[at].word.endswith("'s")

    def close(self, at: int) -> bool:
        """Whether only what may stand within a name is between this word and the next: blanks, one line's end, a hyphen, the
        dot of an initial or title, the quotation marks of a nickname."""
        if at + 1 >= len(self.tokens):
            return False
        gap = self.plain.gap(at)
        if len(gap) > _WIDEST or gap.count("\n") > 1:
            return False
        return gap.strip() in ("", "-", '"', "'") or (gap.strip() == "." and not self.tokens[at + 1].first)

    @cached_property
    def headings(self) -> frozenset[int]:
        """Words of lines that capitalise nearly every word: there a capital says nothing."""
        found: set[int] = set()
        for line in self._lines():
            long = [at for at in line if len(self.tokens[at].text) > 3 and self.tokens[at].text.isalpha()]
            if len(long) >= 3 and sum(self.tokens[at].capital for at in long) * 10 >= len(long) * 7:
                found.update(line)
        return frozenset(found)

    def _lines(self) -> Iterator[list[int]]:
        line: list[int] = []
        for at in range(len(self.tokens)):
            line.append(at)
            if "\n" in self.plain.gap(at):
                yield line
                line = []
        if line:
            yield line

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Ranges of words."""
        return runs(self.plain)

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Where the words from `first` up to `end` stand in the plain text, without a possessive's ending."""
        last = self.tokens[end - 1]
        return self.tokens[first].start, last.end - (2 if last.word.endswith("'s") else 0)

    def longest(self, at: int, names: frozenset[Words]) -> int:
        """How many words from here on are one of `names`: the longest; 0 for none."""
        return max(self.matching(at, names), default=0)

    def matching(self, at: int, names: frozenset[Words]) -> Iterator[int]:
        """For each of `names` that begins at this word, how many words it has."""
        words: list[str] = []
        for n in range(at, min(at + LONGEST_NAME, len(self.tokens))):
            words.append(self.word(n).replace("'", ""))
            if tuple(words) in names:
                yield len(words)
            if not self.close(n) and self.plain.gap(n).strip() not in (".", "#"):
                return


@lru_cache(maxsize=4096)
def base(word: str) -> str:
    """A folded word without its possessive ending."""
    return word.removesuffix("'s")
