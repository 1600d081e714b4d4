"""From a text to sentences of words that can be compared, each with its place in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from upstander.packs.phrases import APOSTROPHES, fold
from upstander.signals.lexicon import Lexicon

_PART = re.compile(
    f"(?P<run>[\\w$@*{APOSTROPHES}!|+\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+)"
    r"|(?P<end>[\n\r;?]|\.+)"
    r"|(?P<sign>[^\s\w.,:()\"<>-])"
)
_PLAIN = re.compile(f"[^\\W\\d_]+(?:[{APOSTROPHES}][^\\W\\d_]+)*")
_AROUND = f"_*{APOSTROPHES}!|+"
_APART = 3  # so many single letters in a row are read as words
_BETWEEN = 3  # characters that may stand between two of them


@dataclass(frozen=True, slots=True)
class Word:
    """A word as phrases compare it, and where it stands in the text."""

    text: str
    start: int
    end: int
    name: bool = False
    number: bool = False


Sentence = tuple[Word, ...]


def sentences(text: str, lexicon: Lexicon) -> list[Sentence]:
    """The sentences of a text. Two dots or more are a pause and end nothing: "i want to... die" is one."""
    found: list[Sentence] = []
    here: list[Word] = []
    for part in _PART.finditer(text):
        if part["run"]:
            here += _words(part["run"], part.start(), lexicon, first=not here)
            ends = part["run"].endswith("!")
        elif part["sign"]:
            said = lexicon.spellings.get(part["sign"], ())
            here += [Word(word, part.start(), part.end()) for word in said]
            ends = False
        else:
            shortened = part[0] == "." and here and here[-1].text in lexicon.abbreviations
            ends = not shortened and _ends(text, part)
        if ends and here:
            found.append(_together(here, text, lexicon))
            here = []
    return [*found, _together(here, text, lexicon)] if here else found


def _ends(text: str, part: re.Match[str]) -> bool:
    """Whether a mark ends the sentence: not a pause, a decimal point, or the dot of `k.i.l.l`."""
    if not part[0].startswith("."):
        return True
    if len(part[0]) > 1:
        return False
    before, after = text[max(0, part.start() - 2) : part.start()], text[part.end() : part.end() + 2]
    if before[-1:].isdigit() and after[:1].isdigit():
        return False
    return not (_single(before[::-1]) and _single(after))


def _single(two: str) -> bool:
    """Whether of these two characters the first is a letter that stands alone."""
    return two[:1].isalpha() and not two[1:].isalnum()


def _words(raw: str, at: int, lexicon: Lexicon, *, first: bool) -> Iterator[Word]:
    core = raw.strip(_AROUND)
    if not core:
        return
    start = at + raw.index(core)
    read = lexicon.read(core)
    bare = core.lstrip("@$")
    name = (
        not first and bare[:1].isupper() and bare[1:].islower() and not lexicon.knows(read[0] if read else "")
    )
    for word in read:
        yield Word(word, start, start + len(core), name=name, number=word.isdigit())


def _together(words: list[Word], text: str, lexicon: Lexicon) -> Sentence:
    """The sentence with letters that stand apart read as words: `k i l l`, `g.u.n`, `k i l l  h e r`."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        stop = at
        while stop < len(words) and _is_next(words, stop, at):
            stop += 1
        joined = _joined(words[at:stop], text, lexicon) if stop - at >= _APART else []
        found += joined or words[at : max(stop, at + 1)]
        at = max(stop, at + 1)
    return tuple(found)


def _is_next(words: list[Word], at: int, first: int) -> bool:
    """Whether this is a single letter, close behind the one before it."""
    here = words[at]
    return here.end - here.start == 1 and (at == first or here.start - words[at - 1].end <= _BETWEEN)


def _joined(run: list[Word], text: str, lexicon: Lexicon) -> list[Word]:
    """Single letters in a row as the known words that they spell; none where they spell none.

    A wider space between letters is the end of a word; where there is none, the letters are cut into words.
    """
    parts: list[list[Word]] = [[run[0]]]
    for before, here in pairwise(run):
        if here.start - before.end > 1:
            parts.append([])
        parts[-1].append(here)
    found: list[Word] = []
    for part in parts:
        letters = fold("".join(text[word.start : word.end] for word in part))
        known = lexicon.split(letters) or ((letters,) if len(parts) > 1 else ())
        read = [word for one in known for word in lexicon.read(one)]
        found += [Word(word, part[0].start, part[-1].end) for word in read]
    return found if any(len(word.text) >= _APART for word in found) else []


def plain_words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text in plain letters, no spelling mended, with their places."""
    return [(fold(m[0]), m.start(), m.end()) for m in _PLAIN.finditer(text)]
