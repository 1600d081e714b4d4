"""Words that may have been pasted from a tip: what stands in quotation marks, and what is told as a reporter tells it."""

from collections.abc import Iterator

from upstander.identifying.about import Found, Reading
from upstander.identifying.values import Kind, Sure
from upstander.identifying.vocabulary import FIRST_PERSON, INFORMAL, PERSONS

_SHORTEST = 5  # words; a shorter quotation is a term
_LONGEST = 2000  # characters: what is never closed is no quotation
_SMALL = 2  # of its words so many in small letters at least: else it is a title


def quotes(text: Reading) -> Iterator[Found]:
    """Quotations, quoted lines, and sentences of somebody who tells what they saw."""
    yield from _marked(text)
    yield from _lines(text)
    yield from _told(text)


def _marked(text: Reading) -> Iterator[Found]:
    whole, at = text.plain.text, 0
    while (begun := whole.find('"', at)) >= 0:
        end = whole.find('"', begun + 1, begun + _LONGEST)
        if end < 0:
            at = begun + 1
            continue
        first, stop = text.plain.token_at(begun), text.plain.token_at(end)
        if stop - first >= _SHORTEST and not _is_title(text, first, stop):
            own = _is_own(text, first, stop)
            yield (
                Kind.QUOTE,
                begun,
                end + 1,
                "quote.own_words" if own else "quote",
                Sure.SURE if own else Sure.LIKELY,
            )
        at = end + 1


def _is_title(text: Reading, first: int, stop: int) -> bool:
    """Whether it is capitalised as the title of a book or session is."""
    long = [at for at in range(first, stop) if len(text.tokens[at].text) > 3]
    return bool(long) and sum(not text.tokens[at].capital for at in long) < _SMALL


def _is_own(text: Reading, first: int, stop: int) -> bool:
    """Whether somebody speaks of themselves in it, or writes as one does on a phone."""
    return any(
        _is_mine(text.tokens[at].word) or text.tokens[at].word in INFORMAL for at in range(first, stop)
    )


def _is_mine(word: str) -> bool:
    """Whether somebody speaks of themselves: "I", "I'd", "my", "yo"."""
    return word.partition("'")[0] in FIRST_PERSON


def _lines(text: Reading) -> Iterator[Found]:
    """Lines that begin with ">", as mail quotes."""
    at = 0
    for line in text.plain.text.split("\n"):
        bare = line.lstrip()
        if bare.startswith(">") and len(bare.split()) > _SHORTEST:
            yield Kind.QUOTE, at, at + len(line), "quote", Sure.LIKELY
        at += len(line) + 1


def _told(text: Reading) -> Iterator[Found]:
    """A sentence in which "I" and another person stand, or that is written as on a phone about somebody."""
    for begun, end in text.sentences():
        words = [text.tokens[at].word for at in range(begun, end)]
        mine = sum(map(_is_mine, words))
        loose = sum(word in INFORMAL for word in words)
        others = text.plain.sentence[begun] in text.persons or any(word in PERSONS for word in words)
        if end - begun >= _SHORTEST and ((mine and others) or loose >= 2 or (loose and mine)):
            yield Kind.QUOTE, *text.span(begun, end), "quote.own_words", Sure.LIKELY
