"""A product as a page shows it: to a member from their rendition, to the staff as an audience would see a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from upstander import markings
from upstander.directory.models import Organisation
from upstander.markings import Level, Scheme
from upstander.products.content import Draft, network, topics_at
from upstander.products.models import Rendition


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A paragraph on the page."""

    kind: str
    text: str
    portion: str
    alt: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the page of a product."""

    title: str
    title_portion: str
    lines: tuple[ShownLine, ...]
    banner: str
    handling: tuple[str, ...]
    level: str
    kind: str
    topics: tuple[str, ...]
    regions: tuple[str, ...]
    disciplines: tuple[str, ...]
    urgent: bool = False
    note: str = ""
    note_portion: str = ""
    ordinal: int = 1
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a recall tells, and how it is marked."""

    words: str
    portion: str
    banner: str
    level: Level

    @property
    def marked(self) -> str:
        """The words behind their mark."""
        return f"({self.portion}) {self.words}" if self.portion else self.words


def told(row: Rendition) -> Told | None:
    """The words of the recall that ended a rendition; None without any. Under a marking that the pack does not know (any more)
    they are held to what the rendition itself was marked."""
    if not row.ended_words:
        return None
    marking = network().scheme.get(row.ended_marking)
    if marking is None:
        return Told(row.ended_words, "", row.banner, Level(row.level))
    return Told(row.ended_words, marking.portion, marking.banner, marking.level)


def of_rendition(row: Rendition) -> Shown:
    """A member's page."""
    return Shown(
        title=row.title,
        title_portion=row.title_portion,
        lines=tuple(
            ShownLine(line["kind"], line["text"], line["portion"], line["alt"], line.get("file", "")) for line in row.body
        ),
        banner=row.banner,
        handling=tuple(row.handling),
        level=network().level(Level(row.level)).label,
        urgent=row.urgent,
        note=row.note,
        note_portion=row.note_portion,
        ordinal=row.ordinal,
        published_at=row.published_at,
        **_in_words(row.kind, row.topics, row.regions, row.disciplines),  # type: ignore[arg-type]
    )


def of_draft(draft: Draft, level: Level, scheme: Scheme) -> Shown | None:
    """The page as readers of `level` would see it, were the draft released now; None where they would get nothing of it."""
    found = markings.edition(draft.paragraphs, level, scheme)
    if found is None:
        return None
    version, title = draft.version, found.title
    lines = tuple(
        ShownLine(p.kind, p.text, scheme.marking(p.marking).portion, p.alt, str(draft.row(p).file_id or "")) for p in found.body
    )
    return Shown(
        title=title.text if title else "",
        title_portion=scheme.marking(title.marking).portion if title else "",
        lines=lines,
        banner=found.banner.text,
        handling=found.banner.handling,
        level=network().level(level).label,
        urgent=version.urgent,
        **_in_words(version.kind, topics_at(version, level), version.regions, version.disciplines),  # type: ignore[arg-type]
    )


def _in_words(kind: str, topics: Sequence[str], regions: Sequence[int], disciplines: Sequence[str]) -> dict[str, object]:
    found = network()
    names = Organisation.objects.filter(pk__in=regions).order_by("name").values_list("name", flat=True) if regions else ()
    return {
        "kind": found.label("products", kind),
        "topics": tuple(found.label("topics", code) for code in topics),
        "regions": tuple(names),
        "disciplines": tuple(found.label("disciplines", code) for code in disciplines),
    }
