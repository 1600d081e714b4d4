"""Which of the pack's languages a text is in, by the small words and the letters that stand in nearly every sentence of it.

Not a model: the words that speak for a language can be shown to the person who reads it.
"""

from collections import Counter

from upstander.packs.signals import LATIN, Language
from upstander.signals.lexicon import script
from upstander.signals.values import Guess, Span
from upstander.signals.words import plain_words

ENOUGH = 2
"""So many different words (of two letters or more) or letters must speak for a language of the Latin script."""

SHOWN = 6

Spoken = list[tuple[str, int, int]]


def guess(text: str, languages: tuple[Language, ...], hint: str) -> Guess:
    """The language of a text; `hint` (a code) where the text does not say.

    A script that one language has settles it; among those of one script its letters and small words do.
    """
    names = {language.code: language.name for language in languages}
    main = _script(text)
    fitting = [language for language in languages if main in language.scripts]
    spoken, letters = plain_words(text), frozenset(text.lower())
    said = frozenset(word for word, _, _ in spoken)
    scores = {one.code: _score(one, fitting, said, letters) for one in fitting}
    best = max(fitting, key=lambda one: (scores[one.code], one.code == hint), default=None)
    others = [score for code, score in scores.items() if best and code != best.code]
    if best is None or (main == LATIN and not _clear(scores[best.code], best, said, letters, others)):
        return Guess(hint, names.get(hint, hint), False, ())
    return Guess(best.code, best.name, True, _shown(best, spoken, text))


def _script(text: str) -> str:
    """The script of most of the letters."""
    counted = Counter(c for c in text if c.isalpha())
    scripts: Counter[str] = Counter()
    for letter, times in counted.items():
        scripts[script(letter)] += times
    return scripts.most_common(1)[0][0] if scripts else LATIN


def _score(language: Language, among: list[Language], said: frozenset[str], letters: frozenset[str]) -> float:
    """How much speaks for a language: a word that several languages have counts for each of them in part."""
    words = sum(1 / sum(word in other.words for other in among) for word in said & language.words)
    return words + len(letters & language.letters)


def _clear(
    score: float, best: Language, said: frozenset[str], letters: frozenset[str], others: list[float]
) -> bool:
    """Whether enough speaks for the best, and more than for any other."""
    speaking = sum(len(word) > 1 for word in said & best.words) + len(letters & best.letters)
    return speaking >= ENOUGH and score > max(others, default=0.0)


def _shown(language: Language, spoken: Spoken, text: str) -> tuple[Span, ...]:
    """The first of the words that speak for it, each once; of a language known by its script its first words."""
    seen: dict[str, Span] = {}
    for word, start, end in spoken:
        if word in language.words or not language.letters.isdisjoint(text[start:end].lower()):
            seen.setdefault(word, Span(start, end, text[start:end]))
    plain = [Span(start, end, text[start:end]) for _, start, end in spoken]
    return tuple(seen.values())[:SHOWN] or tuple(plain[: SHOWN // 2])
