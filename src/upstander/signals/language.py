"""Which of the pack's languages a text is in, by the small words that stand in nearly every sentence of it.

Not a model: the words that speak for a language can be shown to the person who reads it.
"""

from collections import Counter

from upstander.packs.phrases import fold
from upstander.packs.signals import Language
from upstander.signals.lexicon import script
from upstander.signals.values import Guess, Span
from upstander.signals.words import plain_words

ENOUGH = 2
"""So many different words must speak for a language."""

SHOWN = 6


def guess(text: str, languages: tuple[Language, ...], hint: str) -> Guess:
    """The language of a text; `hint` (a code) where the text does not say."""
    letters = Counter(script(c) for c in text if c.isalpha())
    main = letters.most_common(1)[0][0] if letters else "LATIN"
    names = {language.code: language.name for language in languages}
    fitting = [language for language in languages if main in (language.scripts or ("LATIN",))]
    spoken = plain_words(text)
    scores = {one.code: _score(one, fitting, {word for word, _, _ in spoken}) for one in fitting}
    best = max(fitting, key=lambda one: (scores[one.code], one.code == hint), default=None)
    if best is None:
        return Guess(hint, names.get(hint, hint), False, ())
    words = _shown(best, spoken, text)
    others = [score for code, score in scores.items() if code != best.code]
    clear = len({fold(w.text) for w in words}) >= ENOUGH and scores[best.code] > max(others, default=0.0)
    if clear or (main != "LATIN" and len(fitting) == 1):
        return Guess(best.code, best.name, True, words)
    return Guess(hint, names.get(hint, hint), False, ())


def _score(language: Language, among: list[Language], said: set[str]) -> float:
    """How much speaks for a language: a word that several languages have counts for each of them in part."""
    return sum(1 / sum(word in other.words for other in among) for word in said & language.words)


def _shown(language: Language, spoken: list[tuple[str, int, int]], text: str) -> tuple[Span, ...]:
    """The first of the words that speak for it, each once."""
    seen: dict[str, Span] = {}
    for word, start, end in spoken:
        if word in language.words:
            seen.setdefault(word, Span(start, end, text[start:end]))
    return tuple(seen.values())[:SHOWN]
