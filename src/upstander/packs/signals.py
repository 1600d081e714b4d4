"""What a pack knows of people's words: what they may mean, what takes that back, what would reveal who wrote them.

`signals.toml` says what there is; `signals.<language>.toml` holds the phrases of one language. Every text is held
against the phrases of all languages at once, for people mix them. The room `upstander.signals` reads texts with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from upstander.packs.phrases import BadPhrase, Phrase, fold, parse
from upstander.packs.reader import Source, Table

REACHES = ("sentence", "beside")
"""How far a context takes signals back: in its whole sentence, or only where it touches the signal's own words."""

LATIN = "LATIN"

SHAPES = ("phone", "email", "handle")
"""What the product recognises by its form."""

SECTIONS = ("groups", "signals", "contexts", "facts", "reveals")
"""The tables of phrases in a language's file."""

Phrases = tuple[Phrase, ...]
_NONE: Mapping[str, Phrases] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Signal:
    """Words that may mean that a tip is `subtype` (its key); `unless` names the contexts that take it back."""

    id: str
    subtype: str
    because: str
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Words around a signal by which it means something else: a game, a denial."""

    id: str
    meaning: str
    reach: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that responders need to know, asked by the text `reporter.phrase.<phrase>`.

    It matters for these sub-types (their keys); with `always`, for any tip.
    """

    code: str
    label: str
    phrase: str
    subtypes: frozenset[str]
    always: bool


@dataclass(frozen=True, slots=True)
class Reveal:
    """A kind of words by which others could tell who wrote; `shape` is what it looks like, beside its phrases."""

    code: str
    label: str
    shape: str | None


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a tip may be written in.

    `words` stand in nearly every text of it; `letters` are in none of the pack's other languages of its script;
    `scripts` are named as Unicode names them, Latin where none is.
    """

    code: str
    name: str
    words: frozenset[str]
    letters: frozenset[str]
    scripts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """All of it. Phrases are by group and by the id or code of what they stand for, the languages together."""

    signals: tuple[Signal, ...] = ()
    contexts: tuple[Context, ...] = ()
    facts: tuple[Fact, ...] = ()
    reveals: tuple[Reveal, ...] = ()
    languages: tuple[Language, ...] = ()
    phrases: Mapping[str, Mapping[str, Phrases]] = field(default_factory=dict, repr=False)
    idioms: Phrases = field(default=(), repr=False)
    spellings: Mapping[str, str] = field(default_factory=dict, repr=False)
    fillers: frozenset[str] = frozenset()
    typos: frozenset[str] = frozenset()
    starred: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()

    def of(self, section: str) -> Mapping[str, Phrases]:
        """The phrases of one of SECTIONS, by id."""
        return self.phrases.get(section, _NONE)


def signals(sources: Mapping[str, Source]) -> Signals:
    """The signals of a pack from its files; none where it has no signals.toml."""
    if "signals" not in sources:
        return Signals()
    root = sources["signals"].root()
    found = Signals(
        signals=tuple(_signals(root)),
        contexts=tuple(_contexts(root)),
        facts=tuple(_facts(root)),
        reveals=tuple(_reveals(root)),
        languages=tuple(_languages(root)),
        **_words([s.root() for n, s in sources.items() if n.startswith("signals.")]),
    )
    root.done()
    return found


def _signals(root: Table) -> Iterator[Signal]:
    for t in root.tables("signal"):
        yield Signal(t.code("id"), t.string("subtype"), t.string("because"), t.strings("unless"))


def _contexts(root: Table) -> Iterator[Context]:
    for t in root.tables("context", required=False):
        yield Context(t.code("id"), t.string("meaning"), t.choice("reach", REACHES))


def _facts(root: Table) -> Iterator[Fact]:
    for t in root.tables("fact", required=False):
        always = t.truth("always", False)
        subtypes = frozenset(t.strings("subtypes", required=not always))
        yield Fact(t.code("code"), t.string("label"), t.string("phrase"), subtypes, always)


def _reveals(root: Table) -> Iterator[Reveal]:
    for t in root.tables("reveal", required=False):
        yield Reveal(t.code("code"), t.string("label"), t.optional_choice("shape", SHAPES))


def _languages(root: Table) -> Iterator[Language]:
    for t in root.tables("language", required=False):
        words = frozenset(map(fold, t.strings("words")))
        letters = frozenset(t.optional("letters") or "")
        scripts = t.strings("scripts") or (LATIN,)
        yield Language(t.code("code"), t.string("name"), words, letters, scripts)


def _words(roots: list[Table]) -> dict[str, Any]:
    """The languages' files, joined."""
    phrases: dict[str, dict[str, Phrases]] = {section: {} for section in SECTIONS}
    idioms: list[Phrase] = []
    spellings: dict[str, str] = {}
    lists: dict[str, set[str]] = {"fillers": set(), "typos": set(), "starred": set(), "abbreviations": set()}
    for root in roots:
        for name, words in lists.items():
            words.update(map(fold, root.strings(name)))
        idioms += _parsed(root, "idioms")
        for section in SECTIONS:
            joined = phrases[section]
            for key, found in _section(root, section):
                joined[key] = joined.get(key, ()) + found
        for right, variants in _lists(root, "spellings"):
            spellings |= dict.fromkeys((v.lower() for v in variants), right)
        root.done()
    frozen = {name: frozenset(words) for name, words in lists.items()}
    return {"phrases": phrases, "idioms": tuple(idioms), "spellings": spellings, **frozen}


def _section(root: Table, section: str) -> Iterator[tuple[str, Phrases]]:
    if root.has(section):
        table = root.table(section)
        for key in table.keys():
            yield key, _parsed(table, key)


def _lists(root: Table, section: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if root.has(section):
        table = root.table(section)
        for key in table.keys():
            yield key, table.strings(key)


def _parsed(table: Table, key: str) -> Phrases:
    """The phrases of a list; one that cannot be read is a problem."""
    found: list[Phrase] = []
    for text in table.strings(key):
        try:
            found += parse(text)
        except BadPhrase as error:
            table.problem(f"{text!r}: {error.message}", error.hint, key)
    return tuple(found)
