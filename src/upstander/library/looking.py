"""Finding in the library: by codes, which stand in addresses, and by words, which never do. Pure: no page, no database."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from upstander.packs.library import AXES, Library, Resource, Term


@dataclass(frozen=True, slots=True)
class Filters:
    """A code for each axis, empty where it is left open; `unknown`: something was asked for that this library does not have."""

    audience: str = ""
    subject: str = ""
    level: str = ""
    kind: str = ""
    language: str = ""
    unknown: bool = False

    def chosen(self) -> dict[str, str]:
        """The axes that are not left open."""
        return {axis: code for axis in AXES if (code := getattr(self, axis))}

    def having(self, axis: str, code: str) -> "Filters":
        """The same with this code for this axis; an empty one leaves it open."""
        return Filters(**self.chosen() | {axis: code}, unknown=self.unknown)

    def query(self, keep: Mapping[str, str]) -> str:
        """The address's query for it, with what the address carries besides; empty where it carries nothing."""
        found = urlencode(self.chosen() | dict(keep))
        return f"?{found}" if found else ""


def filters_of(asked: Mapping[str, str], library: Library) -> Filters:
    """The filters that an address asks for; a code that the library does not know is left out, and noted."""
    right = {axis: {label.code for label in library.labels_of(axis)} for axis in AXES}
    wanted = {axis: code for axis in AXES if (code := asked.get(axis, ""))}
    known = {axis: code for axis, code in wanted.items() if code in right[axis]}
    return Filters(**known, unknown=known != wanted)


def find(library: Library, filters: Filters, words: str = "") -> list[Resource]:
    """The entries that fit every filter and in which all of these words occur, in the pack's order."""
    wanted = folded(words).split()
    found = [r for r in library.resources if _fits(r, filters)]
    return [r for r in found if all(word in _text(r, library) for word in wanted)] if wanted else found


def terms(library: Library, language: str, words: str = "") -> list[Term]:
    """The terms of the glossary in which all of these words occur, by their names in this language."""
    wanted = folded(words).split()
    found = [t for t in library.terms if all(word in folded(t.text) for word in wanted)]
    return sorted(found, key=lambda t: folded(t.term.get(language) or t.name))


def folded(text: str) -> str:
    """Text without accents and capitals: "evaluacion" finds "Evaluación"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _codes(resource: Resource) -> dict[str, tuple[str, ...]]:
    return {
        "audience": resource.audiences,
        "subject": resource.subjects,
        "level": (resource.level,),
        "kind": (resource.kind,),
        "language": resource.languages,
    }


def _fits(resource: Resource, filters: Filters) -> bool:
    codes = _codes(resource)
    return all(code in codes[axis] for axis, code in filters.chosen().items())


def _text(resource: Resource, library: Library) -> str:
    labels = [_every(library, axis, codes) for axis, codes in _codes(resource).items()]
    return folded(
        " ".join((resource.title, resource.source, *resource.also, *resource.why.values(), *labels))
    )


def _every(library: Library, axis: str, codes: Iterable[str]) -> str:
    """What these codes are called, in every language."""
    return " ".join(w for one in library.labels_of(axis) if one.code in codes for w in one.label.values())
