"""Writing what each level gets of a release. The database compares every line with the released paragraphs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upstander import markings
from upstander.ids import new_id
from upstander.markings import Edition, Level, Scheme, editions
from upstander.markings.editions import BETWEEN
from upstander.products import content
from upstander.products.content import Draft, as_json, topics_at
from upstander.products.models import Release, Rendition

_SAME = ("kind", "title", "title_portion", "topics", "regions", "disciplines", "urgent", "acknowledge")
"""What makes two renditions one, beside the lines as a reader sees them; the banner follows from those, and from the note."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a release wrote: the levels that got something new, and those to which nothing is left."""

    new: tuple[Level, ...]
    left_out: tuple[Level, ...]


def write(release: Release, draft: Draft, scheme: Scheme) -> Written:
    """Write the renditions of a release. A level for which nothing changed keeps the one it has."""
    latest = _latest(release)
    found = {edition.level: edition for edition in editions(draft.paragraphs, scheme)}
    new: list[Level] = []
    gone: list[Level] = []
    for level in Level:
        before = latest.get(level)
        if edition := found.get(level):
            made = _made(release, draft, edition, scheme, before)
            if before is None or before.ended_as or _seen(before) != _seen(made):
                made.save(force_insert=True)
                new.append(level)
        elif before is not None and not before.ended_as:
            _left_out(release, level, before).save(force_insert=True)
            gone.append(level)
    return Written(tuple(new), tuple(gone))


def _latest(release: Release) -> Mapping[Level, Rendition]:
    """The newest rendition of each level before this release, scheduled ones among them, without what was taken back."""
    rows = Rendition.objects.filter(product=release.version.product_id).exclude(ended_as=Rendition.Ended.TAKEN_BACK)
    return {Level(row.level): row for row in rows.order_by("ordinal")}


def _seen(row: Rendition) -> str:
    """What a reader sees of it, and by what it is sent: two that are the same are one."""
    lines = [{key: line[key] for key in line if key != "id"} for line in row.body]
    return as_json([lines, *(getattr(row, name) for name in _SAME)])


def _made(release: Release, draft: Draft, edition: Edition, scheme: Scheme, before: Rendition | None) -> Rendition:
    version, title = draft.version, edition.title
    assert title is not None, "a draft with problems is not released"
    note = _note(release, edition.level) if before else None
    banner = markings.banner((*edition.body, title, note), scheme) if note else edition.banner
    return Rendition(
        id=new_id(), product_id=version.product_id, release=release, level=edition.level,
        ordinal=before.ordinal + 1 if before else 1, kind=version.kind, title=title.text,
        title_portion=scheme.marking(title.marking).portion,
        body=[_line(draft, paragraph, scheme) for paragraph in edition.body],
        banner=banner.text, handling=list(banner.handling), topics=topics_at(version, edition.level), regions=version.regions,
        disciplines=version.disciplines, urgent=version.urgent, acknowledge=version.acknowledge,
        note=note.text if note else "", note_portion=scheme.marking(note.marking).portion if note else "",
        published_at=release.goes_at,
    )  # fmt: skip


def _note(release: Release, level: Level) -> markings.Paragraph | None:
    """What a correction says has changed, where readers of `level` may see it: a paragraph that the banner counts."""
    if not release.note or release.note_level > level:
        return None
    return markings.Paragraph(release.note, release.note_marking)


def _line(draft: Draft, paragraph: Any, scheme: Scheme) -> dict[str, Any]:
    row = draft.row(paragraph)
    return {
        "id": str(row.id), "kind": row.kind, "text": row.text, "alt": row.alt, "file": str(row.file_id or ""),
        "marking": row.marking, "portion": scheme.marking(row.marking).portion, "level": row.level,
    }  # fmt: skip


def _left_out(release: Release, level: Level, before: Rendition) -> Rendition:
    """That a correction leaves nothing for a level: who had it reads that it is gone, and no word of what it became."""
    return Rendition(
        id=new_id(), product_id=before.product_id, release=release, level=level, ordinal=before.ordinal + 1, kind=before.kind,
        title="", body=[], banner=before.banner, handling=before.handling, topics=before.topics, regions=before.regions,
        disciplines=before.disciplines, published_at=release.goes_at, ended_at=release.goes_at,
        ended_as=Rendition.Ended.LEFT_OUT,
    )  # fmt: skip


def banner_with(banner: str, other: str) -> str:
    """The banner over what stands under either of two, in the pack's order; what the pack does not know (any more) stays."""
    known = {marking.banner: marking for marking in content.scheme()}
    parts = [*dict.fromkeys((*banner.split(BETWEEN), *other.split(BETWEEN)))]
    if not all(part in known for part in parts):
        return BETWEEN.join(part for part in parts if part)
    return markings.banner([markings.Paragraph("", known[part].code) for part in parts], content.scheme()).text
