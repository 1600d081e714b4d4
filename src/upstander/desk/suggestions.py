"""What the reporter's words may mean beyond the judgement, for the tip's page: worked out while the page is written,
shown to the person who reads it, and gone with it. Nothing is stored, logged or done (design, principle 9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upstander.desk.tipview import Words
from upstander.intake.queries import QueueRow
from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.signals import Graver, Guess, Revealing, Span, suggest

READ = 10_000
"""So many characters of what a reporter wrote are read each time a page is written."""

SHOWN = 3
"""So many of the words that fired are quoted for each reason."""

TOLD = {"who": "who", "when": "when", "place": "where"}
"""The form's own fields, and the facts that they tell."""

ASKED = "ask."
"""Before the code of a question of the taxonomy, where the reply form puts it into the text."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the pack, and the words that made it be said."""

    because: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A sub-type that the tip may also be."""

    key: str
    label: str
    klass: str
    critical: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What could be asked: a word for the button, the whole question, and the code that puts it into the reply."""

    code: str
    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All that the words of a tip suggest; `language` only where it is another than the channel said; `all_read`: whether
    every word was read for it."""

    perhaps: tuple[Perhaps, ...]
    questions: tuple[Question, ...]
    asks: tuple[Question, ...]
    language: Guess | None
    language_words: tuple[str, ...]
    all_read: bool


def of(tip: QueueRow, words: Words, subtypes: Iterable[str]) -> Suggestions:
    """What a tip's words suggest, where it is judged to be of these sub-types (their keys)."""
    pack = current()
    told = {fact for field, fact in TOLD.items() if field in words.fields}
    told |= {"weapon"} if tip.weapon in ("yes", "no") else set()
    # what another version wrote down tells this one nothing: then everything is suggested, as before a judgement
    judged = tip.klass if tip.klass and pack.knows_class(tip.klass) else None
    known = tuple(s for s in subtypes if pack.knows_subtype(s))
    found = suggest(pack, said_by_reporter(words), judged, known, tip.language, told)
    asked = "\n".join(letter.said.text for letter in words.dialogue if letter.said.sender == "desk")
    missing = [Question(m.code, m.label, m.question) for m in found.missing if m.phrase]
    other = found.language if found.language.sure and found.language.code != tip.language else None
    return Suggestions(
        perhaps=tuple(_perhaps(pack, graver) for graver in found.graver),
        questions=tuple(q for q in missing if phrase(q.code, tip.language) not in asked),
        asks=tuple(
            Question(ASKED + m.code, m.label, m.question)
            for m in found.missing
            if not m.phrase and m.question not in asked
        ),
        language=other,
        language_words=_quoted(other.words) if other else (),
        all_read=all_read(words),
    )


def said_by_reporter(words: Words) -> str:
    """What the reporter has written, each field and message a paragraph: of very much, the newest messages up to half of
    READ, and the report's beginning. Nobody can make a page slow by writing for ever."""
    replies = [one.said.text for one in words.dialogue if one.said.sender == "reporter"]
    newest, room = [], READ // 2
    for text in reversed(replies):
        newest.append(text[: max(room, 0)])
        room -= len(text)
        if room <= 0:
            break
    later = "\n".join(reversed(newest))
    report = "\n".join(one.text for one in words.fields.values())
    return "\n".join(filter(None, (report[: READ - len(later)], later)))


def all_read(words: Words) -> bool:
    """Whether the suggestions know every word that the reporter wrote."""
    said = [*words.fields.values(), *(one.said for one in words.dialogue if one.said.sender == "reporter")]
    return sum(len(one.text) + 1 for one in said) <= READ // 2


def _perhaps(pack: Pack, graver: Graver) -> Perhaps:
    return Perhaps(
        key=graver.subtype,
        label=pack.subtype(graver.subtype).label,
        klass=pack.klass(graver.klass).label,
        critical=pack.critical(graver.klass),
        reasons=tuple(Reason(why.because, _quoted(why.words)) for why in graver.reasons),
    )


def _quoted(spans: Iterable[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.text for span in spans))[:SHOWN]


def phrase(code: str, language: str) -> str:
    """What the reply form puts in for a suggested question, in the reporter's language; empty for an unknown code.

    A question of the taxonomy is in the desk's language: the pack has it in no other.
    """
    pack = current()
    if code.startswith(ASKED):
        key, _, number = code.removeprefix(ASKED).rpartition(".")
        asks = {s.key: s.asks for s in pack.subtypes}.get(key, ())
        return asks[int(number)].question if number.isdecimal() and int(number) < len(asks) else ""
    phrases = {fact.code: fact.phrase for fact in pack.signals.facts}
    return pack.text(f"reporter.phrase.{phrases[code]}", language) if code in phrases else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `reveals` says what it could show of the reporter."""

    text: str
    reveals: str


def marked(text: str) -> tuple[Piece, ...]:
    """A text cut into pieces, those marked that could show who told us; empty where nothing could."""
    reveals = suggest(current(), text).reveals
    return tuple(_pieces(text, reveals)) if reveals else ()


def _pieces(text: str, reveals: Iterable[Revealing]) -> Iterator[Piece]:
    at = 0
    for one in reveals:
        start = max(at, one.span.start)
        if one.span.end <= at:
            continue
        if start > at:
            yield Piece(text[at:start], "")
        yield Piece(text[start : one.span.end], one.label)
        at = one.span.end
    if at < len(text):
        yield Piece(text[at:], "")
