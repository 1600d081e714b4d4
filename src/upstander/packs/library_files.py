"""The files of the library (resources, glossary, letters, posters), read into values; a pack may have each or none."""

from collections.abc import Callable, Iterator, Mapping

from upstander.packs import library as values
from upstander.packs.library import AXES, KIT_WORDS, LETTER_WORDS, Library
from upstander.packs.reader import Source, Table
from upstander.packs.texts import placeholders, stray_brace

FILES = ("resources", "glossary", "letters", "posters")


def library(sources: Mapping[str, Source]) -> Library:
    """The library of a pack, noting what is missing, unknown or of the wrong kind."""
    roots = {name: sources[name].root() for name in FILES if name in sources}
    resources, glossary, letters, posters = (roots.get(name) for name in FILES)
    found = Library(
        labels=tuple(_labels(resources)) if resources else (),
        resources=tuple(_resources(resources)) if resources else (),
        collections=tuple(_collections(resources)) if resources else (),
        related=tuple(_related(resources)) if resources else (),
        terms=tuple(_terms(glossary)) if glossary else (),
        letters=tuple(_letters(letters)) if letters else (),
        kit=_kit(posters) if posters else None,
    )
    for root in roots.values():
        root.done()
    return found


def _words(table: Table, key: str, look: Callable[[Table, str, str], None] | None = None) -> dict[str, str]:
    """A small table of a text by language; English must be there."""
    inner = table.table(key)
    found = {language: inner.string(language) for language in inner.keys()}
    if "en" not in found:
        inner.problem(f"{key!r} has no English.", f'{key} = {{ en = "..." }}.')
    for language, text in found.items():
        if look:
            look(inner, language, text)
    return found


def _labels(root: Table) -> Iterator[values.Label]:
    for t in root.tables("word"):
        yield values.Label(t.choice("axis", AXES), t.code("code"), _words(t, "label"))


def _resources(root: Table) -> Iterator[values.Resource]:
    for t in root.tables("resource"):
        yield values.Resource(
            code=t.code("code"),
            title=t.string("title"),
            source=t.string("source"),
            why=_words(t, "why"),
            kind=t.code("kind"),
            level=t.code("level"),
            audiences=t.strings("audiences", required=True),
            subjects=t.strings("subjects", required=True),
            languages=t.strings("languages", required=True),
            checked=t.day("checked"),
            also=t.strings("also"),
            address=t.optional("address") or "",
            verified=t.day("verified") if t.has("verified") else None,
        )


def _collections(root: Table) -> Iterator[values.Collection]:
    for t in root.tables("collection", required=False):
        yield values.Collection(
            code=t.code("code"),
            title=_words(t, "title"),
            intro=_words(t, "intro"),
            resources=t.strings("resources", required=True),
        )


def _related(root: Table) -> Iterator[values.Related]:
    for t in root.tables("related", required=False):
        yield values.Related(t.strings("subtypes", required=True), t.strings("resources", required=True))


def _terms(root: Table) -> Iterator[values.Term]:
    for t in root.tables("term"):
        yield values.Term(
            code=t.code("code"),
            term=_words(t, "term"),
            plain=_words(t, "plain"),
            educators=t.optional("educators") or "",
            officers=t.optional("officers") or "",
            together=t.optional("together") or "",
            sources=tuple(_cited(t)),
        )


def _cited(term: Table) -> Iterator[values.Source]:
    for t in term.tables("source"):
        yield values.Source(
            t.string("name"), t.optional("address") or "", t.optional("says") or "", t.truth("checked")
        )


def _letters(root: Table) -> Iterator[values.Letter]:
    for t in root.tables("letter"):
        yield values.Letter(
            t.code("code"), _words(t, "title"), t.string("use"), _words(t, "body", _letter_words)
        )


def _kit(root: Table) -> values.Kit:
    spots = tuple(values.Spot(t.code("code"), _words(t, "label")) for t in root.tables("spot"))
    words = root.table("words")
    return values.Kit(spots, {name: _words(words, name) for name in KIT_WORDS})


def _letter_words(table: Table, language: str, text: str) -> None:
    if stray_brace(text):
        table.problem("a brace belongs to no word.", "write {word}, in small letters, or no brace.", language)
    for word in sorted(placeholders(text) - LETTER_WORDS):
        table.problem(
            f"{{{word}}} cannot be filled in.", f"one of {', '.join(sorted(LETTER_WORDS))}.", language
        )
