"""What pages show of the library, in their language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from upstander.packs.current import current
from upstander.packs.library import Letter, Library, Resource, said


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a page shows it. An address that nobody has opened (`verified` is None) is shown as unverified."""

    code: str
    title: str
    also: tuple[str, ...]
    source: str
    why: str
    kind: str
    level: str
    audiences: tuple[str, ...]
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    checked: date
    address: str
    verified: date | None


def library() -> Library:
    """The library of the pack in force."""
    return current().library


def language() -> str:
    """The language of the page that is being made, as a pack names it ("es")."""
    return (get_language() or "en").partition("-")[0]


def entry(resource: Resource, spoken: str) -> Entry:
    """This resource in words of this language."""
    label = library().label
    return Entry(
        code=resource.code,
        title=resource.title,
        also=resource.also,
        source=resource.source,
        why=said(resource.why, spoken),
        kind=label("kind", resource.kind, spoken),
        level=label("level", resource.level, spoken),
        audiences=tuple(label("audience", code, spoken) for code in resource.audiences),
        subjects=tuple(label("subject", code, spoken) for code in resource.subjects),
        languages=tuple(label("language", code, spoken) for code in resource.languages),
        checked=resource.checked,
        address=resource.address,
        verified=resource.verified,
    )


def helps_with(subtypes: Iterable[str], most: int = 4) -> list[Entry]:
    """R-library: what helps with a tip of these sub-types, in the page's language, the nearest first."""
    spoken = language()
    return [entry(found, spoken) for found in library().helps_with(subtypes, most)]


def letters() -> tuple[Letter, ...]:
    """The letters that a school can hand to families."""
    return library().letters
