"""What an editor hands in: a draft as values, before it is saved and after it is read again."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from upstander import markings
from upstander.markings import Kind, Level, Scheme
from upstander.packs.current import current
from upstander.packs.network import Network
from upstander.products.errors import CannotDo
from upstander.products.models import Paragraph, Source, Version


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as it was typed. `source` and `file` are ids; without a source the words are our own."""

    kind: Kind
    text: str
    marking: str
    source: UUID | None = None
    alt: str = ""
    file: UUID | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A whole draft."""

    kind: str
    lines: tuple[Line, ...]
    topics: tuple[str, ...] = ()
    topics_fouo: tuple[str, ...] = ()
    topics_les: tuple[str, ...] = ()
    regions: tuple[int, ...] = ()
    disciplines: tuple[str, ...] = ()
    urgent: bool = False
    acknowledge: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of all of it: by this the same draft saved twice is one version."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """A saved version with its paragraphs, and the same as `markings` reads them."""

    version: Version
    rows: tuple[Paragraph, ...]
    paragraphs: tuple[markings.Paragraph, ...] = field(repr=False)

    def row(self, paragraph: markings.Paragraph) -> Paragraph:
        """The saved row of one of `paragraphs`."""
        return next(row for row in self.rows if str(row.id) == paragraph.key)


def network() -> Network:
    """The network's section of the pack in force. Raises CannotDo where this jurisdiction has none."""
    found = current().network
    if found is None:
        raise CannotDo("This jurisdiction has no network.")
    return found


def scheme() -> Scheme:
    """The markings of the pack in force."""
    return network().scheme


def of_version(version: Version) -> Draft:
    """A version with its paragraphs, each with what its originator has released; three statements."""
    rows = tuple(version.paragraphs.order_by("position").select_related("source"))
    released = _released({row.source_id for row in rows if row.source_id})
    return Draft(version, rows, tuple(_marked(row, released) for row in rows))


def _marked(row: Paragraph, released: dict[UUID, Level]) -> markings.Paragraph:
    source: Source | None = row.source
    return markings.Paragraph(
        text=row.text,
        marking=row.marking,
        kind=Kind(row.kind),
        originator=source.originator if source else "",
        released_to=released.get(source.id) if source else None,
        alt=row.alt,
        key=str(row.id),
    )


def _released(source_ids: Iterable[UUID]) -> dict[UUID, Level]:
    """Of each source the lowest level at which its originator's release is on the record, and not withdrawn."""
    found: dict[UUID, Level] = {}
    rows = Source.objects.filter(pk__in=list(source_ids), releases__withdrawn_at=None, releases__level__isnull=False)
    for source_id, level in rows.values_list("pk", "releases__level"):
        found[source_id] = min(Level(level), found.get(source_id, Level.LES))
    return found


def content(draft: Draft) -> Content:
    """A saved version as an editor had handed it in."""
    version = draft.version
    lines = tuple(Line(Kind(row.kind), row.text, row.marking, row.source_id, row.alt, row.file_id) for row in draft.rows)
    return Content(
        kind=version.kind,
        lines=lines,
        topics=tuple(version.topics),
        topics_fouo=tuple(version.topics_fouo),
        topics_les=tuple(version.topics_les),
        regions=tuple(version.regions),
        disciplines=tuple(version.disciplines),
        urgent=version.urgent,
        acknowledge=version.acknowledge,
    )


def topics_at(of: Version | Content, level: Level) -> list[str]:
    """The topics that readers of `level` may know of: a topic of officers' paragraphs alone is no topic for others (S-levels)."""
    more = (of.topics_fouo if level >= Level.FOUO else ()), (of.topics_les if level >= Level.LES else ())
    return list(dict.fromkeys((*of.topics, *more[0], *more[1])))


def as_json(value: Any) -> str:
    """One spelling of a value, by which two renditions are compared."""
    return json.dumps(value, sort_keys=True, default=str)
