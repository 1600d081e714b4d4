"""Plans, policies and floor maps: editions, with a file that was made anew before it is sealed, or with where it is kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.drills.years import year_of
from upstander.evidence import sandboxed
from upstander.ids import new_id
from upstander.preparedness import pack, words
from upstander.preparedness.errors import CannotDo, NotTheirs
from upstander.preparedness.models import Body, Paper
from upstander.preparedness.reach import Reach
from upstander.preparedness.services import actor
from upstander.vault.envelope import CannotOpen
from upstander.web import flatten

MOST = 5_000_000  # bytes of a file that is brought
MOST_MADE = 20_000_000
PDF, JPEG = "application/pdf", "image/jpeg"
ENDINGS = {PDF: "pdf", JPEG: "jpg"}
_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))


@dataclass(frozen=True, slots=True)
class Brought:
    """What is said of an edition. `series` is empty for a new document."""

    kind: str
    title: str
    in_force_on: date
    changed: str = ""
    where: str = ""
    file: bytes | None = None
    series: UUID | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An edition with its words; `earlier` are those before it."""

    paper: Paper
    title: str
    changed: str
    where: str
    earlier: tuple["Shown", ...] = ()


def kind_of(content: bytes) -> str:
    """What a file is, by its first bytes; empty for one that is not taken."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in content[:20_000].lower():
        return "svg"
    return next((kind for start, kind in _STARTS if content.startswith(start)), "")


def cleaned(content: bytes) -> tuple[bytes, str]:
    """A file made anew, and what it is now. Raises CannotDo (field `file`) for what cannot be taken."""
    kind = kind_of(content)
    if not kind:
        raise CannotDo(_("Choose a PDF, an SVG drawing, or a picture as JPEG or PNG."), "file")
    if len(content) > MOST:
        raise CannotDo(_("This file is too large: at most 5 MB."), "file")
    try:
        if kind in flatten.KINDS:
            made, media = flatten.anew(content, kind), PDF
        else:
            made, media = sandboxed.picture(kind, [content])[1], JPEG
    except flatten.Busy:
        raise CannotDo(_("Other files are being drawn just now. Please press again in a minute."), "file") from None
    except (flatten.CannotFlatten, sandboxed.Failed):
        raise CannotDo(
            _("This file cannot be taken: it is damaged or locked, too long, or asks for other files. Save it anew."), "file"
        ) from None
    if len(made) > MOST_MADE:
        raise CannotDo(_("This file is too large when its pages are drawn anew. Bring it in parts."), "file")
    return made, media


def add(mine: Reach, place_id: int, said: Brought) -> UUID:
    """Put an edition on file; the one before stays, and counts no more as the one in force. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    rules = pack.rules()
    kind, series = said.kind, said.series
    if series:
        first = Paper.objects.filter(series=series, place_id=place_id).first()
        if first is None:
            raise NotTheirs(series)
        kind = first.kind
    if rules.paper(kind) is None:
        raise CannotDo(_("Choose what it is."), "kind")
    if said.in_force_on > clock.today():
        raise CannotDo(_("This day is still to come. Bring the edition when it is in force."), "in_force_on")
    if said.file is None and not said.where.strip():
        raise CannotDo(_("Choose the file, or say where it is kept."), "file")
    made, media = cleaned(said.file) if said.file is not None else (b"", "")
    number = (Paper.objects.filter(series=series).aggregate(n=Max("number"))["n"] or 0) + 1 if series else 1
    id = new_id()
    one = Paper(
        id=id, place_id=place_id, series=series or id, number=number, kind=kind, in_force_on=said.in_force_on, media=media,
        year=year_of(said.in_force_on, rules.year_begins).number, size=len(made), made_at=clock.now(), made_by=mine.account_id,
    )  # fmt: skip
    one.sealed_words = words.sealed(place_id, one, {"title": said.title, "changed": said.changed, "where": said.where})
    one.save(force_insert=True)
    if made:
        body = Body(paper=one)
        body.sealed_body = words.sealed_bytes(place_id, body, made, "sealed_body")
        body.save(force_insert=True)
    detail = {"place": place_id, "paper": kind, "number": number, "size": len(made)}
    audit.record(actor(mine), "preparedness.paper_added", "paper", id, **detail)
    return id


def place_of(mine: Reach, paper_id: UUID) -> int:
    """The place of an edition; raises NotTheirs."""
    return _theirs(mine, paper_id).place_id


def looked_through(mine: Reach, paper_id: UUID) -> None:
    """Nothing is to be changed in the edition in force: an edition of today, without a new file. Raises NotTheirs."""
    one = _theirs(mine, paper_id)
    said = words.opened(one, one.place_id, words.keys([one.place_id]))
    where = words.text(said, "where") or _("as edition %(n)d") % {"n": one.number}
    again = Brought(one.kind, words.text(said, "title"), clock.today(), _("Looked through, unchanged"), where, None, one.series)
    add(mine, one.place_id, again)


def withdraw(mine: Reach, paper_id: UUID) -> int:
    """Take an edition back: it counts no more. Returns its place. Raises NotTheirs."""
    one = _theirs(mine, paper_id)
    Paper.objects.filter(pk=paper_id, withdrawn_at=None).update(withdrawn_at=clock.now())
    audit.record(actor(mine), "preparedness.paper_withdrawn", "paper", paper_id)
    return one.place_id


def file_of(mine: Reach, paper_id: UUID) -> tuple[bytes, str]:
    """What an edition says, and what it is; an audit entry every time. Raises NotTheirs."""
    one = _theirs(mine, paper_id)
    body = Body.objects.filter(paper=one).first()
    if body is None:
        raise NotTheirs(paper_id)
    try:
        content = words.opened_bytes(body, one.place_id, "sealed_body")
    except CannotOpen:
        raise NotTheirs(paper_id) from None
    audit.record(actor(mine), "preparedness.paper_opened", "paper", paper_id)
    return content, one.media


def _theirs(mine: Reach, paper_id: UUID) -> Paper:
    found = Paper.objects.filter(pk=paper_id, place_id__in=mine.kept).first()
    if found is None:
        raise NotTheirs(paper_id)
    return found


def on_file(place_id: int) -> list[Shown]:
    """The documents of a place, each with its newest edition first and those before it."""
    known = words.keys([place_id])
    series: dict[UUID, list[Shown]] = {}
    for one in Paper.objects.filter(place_id=place_id, withdrawn_at=None).order_by("kind", "-number"):
        said = words.opened(one, place_id, known)
        title, changed, where = (words.text(said, name) for name in ("title", "changed", "where"))
        series.setdefault(one.series, []).append(Shown(one, title, changed, where))
    return [Shown(first.paper, first.title, first.changed, first.where, tuple(rest)) for first, *rest in series.values()]
