"""What pages show of the library, in their language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import DatabaseError, InterfaceError, transaction
from django.utils.translation import get_language

from upstander.library import links
from upstander.library.models import Link
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
    link: Link | None = None

    @property
    def broken(self) -> bool:
        """Whether the address should not be offered as if it led somewhere."""
        return self.link is not None and links.broken(self.link.found, self.link.failures)


def library() -> Library:
    """The library of the pack in force."""
    return current().library


def language() -> str:
    """The language of the page that is being made, as a pack names it ("es")."""
    return (get_language() or "en").partition("-")[0]


def looked() -> dict[str, Link]:
    """What the worker last found at each address; nothing where the database is away, for the list needs none."""
    try:
        with transaction.atomic():
            return {row.address: row for row in Link.objects.all()}
    except (DatabaseError, InterfaceError):
        return {}


def entries(resources: Iterable[Resource], spoken: str) -> list[Entry]:
    """These in words of this language, with what the worker found at their addresses; one query."""
    found = looked()
    return [replace(entry(one, spoken), link=found.get(one.address)) for one in resources]


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
