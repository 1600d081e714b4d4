"""The small language in which a pack writes down what people say: `{i} [really] want to die|end .. life`.

A phrase is read into pieces: words (`gun`, or `shoot*` for all that begins so), alternatives (`a|b`, and in round
brackets also of several words: `(die|be gone)`), groups (`{weapon}`), gaps of up to three words (`..`, or `..5`), and
what may be left out (`[really]`).
"""

import re
import unicodedata
from dataclasses import dataclass

GAP, LARGEST_GAP, MOST_GAPS = 3, 8, 4
SHORTEST_STEM, MOST_FORMS = 3, 64
BUILT_IN = frozenset({"Name", "Number", "Any"})
"""Groups that every pack has: a capital letter within a sentence, digits, any one word."""

APOSTROPHES = "'`\u00b4\u0091\u0092\u02bc\u2018\u2019\u2032\uff07"
"""What people and keyboards write for an apostrophe; the two control characters stand in texts of old Windows programs."""

_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_PLAIN = re.compile(r"[^\W_]+\*?|\{[A-Za-z_]+\}")
_GAP = re.compile(r"\.\.(\d*)")
_CHOICE = re.compile(r"\(([^()]*)\)")
_OPTION = re.compile(r"\[([^\[\]\s]+)\]")


class BadPhrase(ValueError):
    """What is wrong with a phrase, and what would be right."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} {hint}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One place of a phrase: any of these words, stems or groups; `gap` words may come before it."""

    words: frozenset[str]
    stems: tuple[str, ...]
    groups: tuple[str, ...]
    optional: bool = False
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A form of a phrase: as it was written, as it reads without round brackets, and its pieces."""

    written: str
    text: str
    pieces: tuple[Piece, ...]

    @property
    def groups(self) -> frozenset[str]:
        """The groups that it names."""
        return frozenset(name for piece in self.pieces for name in piece.groups)

    @property
    def words(self) -> frozenset[str]:
        """The whole words that it names."""
        return frozenset(word for piece in self.pieces for word in piece.words)


def fold(text: str) -> str:
    """The letters of a text as a pack writes them: small, without accents and apostrophes."""
    bare = _APOSTROPHES.sub("", text.lower())
    if bare.isascii():
        return bare
    bare = unicodedata.normalize("NFKD", bare)
    return "".join(c for c in bare if not unicodedata.combining(c))


def parse(written: str) -> tuple[Phrase, ...]:
    """Read a phrase: one form for each way through its round brackets; raises BadPhrase."""
    forms = _forms(written)
    if len(forms) > MOST_FORMS:
        raise BadPhrase(f"{len(forms)} ways to read it.", f"at most {MOST_FORMS}: write it as several.")
    return tuple(Phrase(written, text, _pieces(text)) for text in forms)


def _forms(text: str) -> list[str]:
    """The phrase without round brackets, once for each choice; single words of a choice stay together."""
    choice = _CHOICE.search(text)
    if choice is None:
        return [text]
    several = [" ".join(one.split()) for one in choice[1].split("|")]
    single = "|".join(one for one in several if " " not in one)
    ways = [*([single] if single else []), *(one for one in several if " " in one)]
    return [form for way in ways for form in _forms(text[: choice.start()] + way + text[choice.end() :])]


def _pieces(text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    gap = 0
    for part in text.split():
        if found := _GAP.fullmatch(part):
            if gap or not pieces:
                raise BadPhrase("a gap stands at the start or beside another.", "put a word before '..'.")
            gap = int(found[1] or GAP)
            if not 1 <= gap <= LARGEST_GAP:
                raise BadPhrase(f"a gap of {gap} words.", f"'..1' to '..{LARGEST_GAP}'.")
            continue
        option = _OPTION.fullmatch(part)
        pieces.append(_piece(option[1] if option else part, optional=bool(option), gap=gap))
        gap = 0
    if gap or not any(not piece.optional for piece in pieces):
        raise BadPhrase(
            "nothing that must be said, or a gap at the end.", "end with a word that must be there."
        )
    if sum(piece.gap > 0 for piece in pieces) > MOST_GAPS:
        raise BadPhrase("too many gaps.", f"at most {MOST_GAPS} in a phrase.")
    return tuple(pieces)


def _piece(part: str, *, optional: bool, gap: int) -> Piece:
    words, stems, groups = set(), [], []
    for one in part.split("|"):
        if not _PLAIN.fullmatch(one):
            raise BadPhrase(f"{one!r} is no word.", "words, word*, {group}, [left_out], a|b, (a|b c), '..'.")
        if one.startswith("{"):
            groups.append(one[1:-1])
            continue
        stem = one.removesuffix("*")
        if stem != fold(stem):
            raise BadPhrase(f"{one!r} is not as texts are compared.", f"{fold(stem)!r}.")
        if stem == one:
            words.add(one)
        elif len(stem) < SHORTEST_STEM:
            raise BadPhrase(f"{one!r} is too short for '*'.", f"at least {SHORTEST_STEM} letters before it.")
        else:
            stems.append(stem)
    return Piece(frozenset(words), tuple(stems), tuple(groups), optional, gap)
