"""What an answer does, by rule: the pack's phrases, held against it as the words of tips are (decision 92).

A rule hears less than a person: it knows the words that it was given. So nothing that it does not hear costs more than
points, and a supervisor reads the conversation before anybody is certified.
"""

from collections.abc import Iterator
from functools import lru_cache

from upstander.packs.model import Pack
from upstander.packs.signals import Signals
from upstander.packs.training import Training
from upstander.signals.lexicon import Lexicon, lexicon
from upstander.signals.match import Book, Reading
from upstander.signals.words import Sentence, sentences

BEFORE = 3
"""So many words before harmful ones may take them back."""


def hear(pack: Pack, text: str) -> tuple[str, ...]:
    """The codes of what `text` does, in the pack's order; none where the pack has no trainer."""
    if pack.training is None:
        return ()
    book, words = _book(pack)
    found = {id for sentence in sentences(text, words) for id in _in(pack.training, book, sentence)}
    return tuple(one.code for one in pack.training.listens if one.code in found)


def _in(training: Training, book: Book, sentence: Sentence) -> Iterator[str]:
    """What one sentence does; "do not follow him" sends nobody after him."""
    helping = {one.code for one in training.listens if one.kind == "helps"}
    for hit in Reading(book, sentence).hits("facts"):
        before = {word.text for word in sentence[max(0, hit.start - BEFORE) : hit.start]}
        if hit.id in helping or before.isdisjoint(training.negations):
            yield hit.id


@lru_cache(maxsize=4)
def _book(pack: Pack) -> tuple[Book, Lexicon]:
    """The trainer's phrases made ready; of texts nothing is kept."""
    assert pack.training is not None, "asked by hear() alone"
    own = Signals(
        phrases={"facts": {one.code: one.phrases for one in pack.training.listens}},
        spellings=pack.signals.spellings,
        fillers=pack.signals.fillers,
        abbreviations=pack.signals.abbreviations,
    )
    return Book(own), lexicon(own)
