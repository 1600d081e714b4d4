"""From a text to what a person may want to look at again."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from upstander.packs.model import Pack
from upstander.packs.signals import Signals
from upstander.packs.vocabulary import UNSPECIFIED
from upstander.signals.language import guess
from upstander.signals.lexicon import Lexicon, lexicon
from upstander.signals.match import Book, Hit, Reading
from upstander.signals.shapes import shaped
from upstander.signals.values import Graver, Missing, Reason, Revealing, Span, Suggestions
from upstander.signals.words import Sentence, sentences

BESIDE = 2
"""So many words before a signal's first one belong to it, when a denial is looked for."""


def suggest(
    pack: Pack,
    text: str,
    judged: str | None = None,
    subtypes: Collection[str] = (),
    language: str = "en",
    told: Collection[str] = (),
) -> Suggestions:
    """What the text suggests beyond what the tip was judged to be.

    `judged` is the class in force, None before the first judgement; `subtypes` the sub-types (their keys) in force;
    `language` what the channel says of the language; `told` the codes of facts that are known from elsewhere.
    Suggests only sub-types that are not judged yet and whose class is at least as grave as the one in force, so
    nothing that it says can lower. Another sentence never takes a suggestion away. Raises UnknownCode for a class or
    sub-type that is not in the pack. Issue 3, point 8; design, principle 9.
    """
    book, words = _book(pack.signals)
    read = [_Read(book, sentence, text) for sentence in sentences(text, words)]
    graver = _graver(pack, read, _bound(pack, judged, subtypes), subtypes)
    said = {hit.id for one in read for hit in one.reading.hits("facts")}
    return Suggestions(
        graver=graver,
        missing=tuple(_missing(pack, graver, subtypes, said.union(told))),
        reveals=tuple(_reveals(pack.signals, read, text)),
        language=guess(text, pack.signals.languages, language),
    )


@lru_cache(maxsize=4)
def _book(signals: Signals) -> tuple[Book, Lexicon]:
    """A pack's phrases made ready; of texts nothing is kept."""
    return Book(signals), lexicon(signals)


def _bound(pack: Pack, judged: str | None, subtypes: Collection[str]) -> int:
    """The rank that a suggestion may have at most: that of the gravest of what is judged; any where nothing is."""
    classes = [pack.subtype(s).klass for s in subtypes] + ([judged] if judged else [])
    return min(map(pack.rank, classes), default=len(pack.classes))


class _Read:
    """A sentence held against a pack's phrases."""

    def __init__(self, book: Book, sentence: Sentence, text: str) -> None:
        self._book, self._sentence, self._text = book, sentence, text
        self.reading = Reading(book, sentence)

    def span(self, hit: Hit) -> Span:
        """The words of a hit, as they stand in the text."""
        start, end = self._sentence[hit.start].start, self._sentence[hit.end - 1].end
        return Span(start, end, self._text[start:end])

    def signals(self, signals: Signals) -> Iterator[Hit]:
        """The hits of signals, whose words are no idiom's and which no context takes back."""
        if not self.reading.hits("signals"):
            return
        idioms = Reading(self._book, self._sentence, exact=True).hits("idioms")
        masked = frozenset(n for idiom in idioms for n in range(idiom.start, idiom.end))
        meant = Reading(self._book, self._sentence, masked=masked) if masked else self.reading
        around = meant.hits("contexts")
        reach = {c.id: c.reach for c in signals.contexts}
        unless = {s.id: s.unless for s in signals.signals}
        for hit in meant.hits("signals"):
            if not any(c.id in unless[hit.id] and _touches(c, hit, reach[c.id]) for c in around):
                yield hit


def _touches(context: Hit, hit: Hit, reach: str) -> bool:
    return reach == "sentence" or (context.start < hit.end and context.end > hit.start - BESIDE)


def _graver(pack: Pack, read: list[_Read], bound: int, subtypes: Collection[str]) -> tuple[Graver, ...]:
    """The sub-types that are suggested, the gravest first, each with its reasons."""
    spans: dict[str, list[Span]] = {}
    for one in read:
        for hit in one.signals(pack.signals):
            spans.setdefault(hit.id, []).append(one.span(hit))
    reasons: dict[str, list[Reason]] = {}
    for signal in pack.signals.signals:
        if signal.id in spans:
            found = Reason(signal.id, signal.because, _outermost(spans[signal.id]))
            reasons.setdefault(signal.subtype, []).append(found)
    held = {pack.subtype(s).klass for s in subtypes}
    graver = [Graver(key, pack.subtype(key).klass, tuple(why)) for key, why in reasons.items()]
    return tuple(
        sorted(
            (g for g in graver if pack.rank(g.klass) <= bound and _is_news(pack, g, subtypes, held)),
            key=lambda g: (pack.rank(g.klass), g.words[0]),
        )
    )


def _is_news(pack: Pack, graver: Graver, subtypes: Collection[str], held: set[str]) -> bool:
    """Not judged yet; and "of this class, no more is known" says nothing to who has judged one of that class."""
    bare = pack.subtype(graver.subtype).code == UNSPECIFIED
    return graver.subtype not in subtypes and not (bare and graver.klass in held)


def _outermost(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Each place once: what lies within another goes."""
    found: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s.start, -s.end)):
        if not found or span.end > found[-1].end:
            found.append(span)
    return tuple(found)


def _missing(
    pack: Pack, graver: tuple[Graver, ...], subtypes: Collection[str], told: Collection[str]
) -> Iterator[Missing]:
    """Facts that matter and were not told; then what the taxonomy asks before a suggested sub-type is settled."""
    words = {g.subtype: g.words for g in graver}
    open_ = dict.fromkeys((*subtypes, *words))
    for fact in pack.signals.facts:
        about = tuple(key for key in open_ if key in fact.subtypes)
        if fact.code not in told and (about or fact.always):
            because = tuple(span for key in about for span in words.get(key, ()))
            question = pack.text(f"reporter.phrase.{fact.phrase}")
            yield Missing(fact.code, fact.label, question, fact.phrase, about, _outermost(because))
    for g in graver:
        for n, ask in enumerate(pack.subtype(g.subtype).asks):
            label = pack.subtype(g.subtype).label
            yield Missing(f"{g.subtype}.{n}", label, ask.question, None, (g.subtype,), g.words)


def _reveals(signals: Signals, read: list[_Read], text: str) -> Iterator[Revealing]:
    """Words that could tell who wrote, in their order."""
    labels = {reveal.code: reveal.label for reveal in signals.reveals}
    places: dict[str, list[Span]] = {}
    for one in read:
        for hit in one.reading.hits("reveals"):
            places.setdefault(hit.id, []).append(one.span(hit))
    for reveal in signals.reveals:
        for start, end in shaped(reveal.shape, text) if reveal.shape else ():
            places.setdefault(reveal.code, []).append(Span(start, end, text[start:end]))
    found = [(span, code) for code, spans in places.items() for span in _outermost(spans)]
    for span, code in sorted(found):
        yield Revealing(code, labels[code], span)
