"""The yearly review meeting of a board: invited, held, written down, signed; and what was found and is still to be mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.models import Organisation
from upstander.drills.years import Year
from upstander.ids import new_id
from upstander.preparedness import pack, words
from upstander.preparedness.errors import CannotDo, NotTheirs
from upstander.preparedness.models import Item, Review
from upstander.preparedness.reach import Reach
from upstander.preparedness.services import actor

PARTS = ("plans", "threat_team", "law_drills", "compliance")
"""What the meeting looks at; each has its finding."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a meeting. `invited` and `came`: by seat, names and offices, one a line; `findings`: by PARTS."""

    meets_on: date
    invited_on: date | None = None
    held_on: date | None = None
    where: str = ""
    invited: Mapping[str, str] = field(default_factory=dict)
    came: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Open:
    """Something found that is still to be mended, or was."""

    item: Item
    what: str
    who: str
    overdue: bool


def of(place_id: int, year: Year) -> Review | None:
    """The meeting of a board in a year."""
    return Review.objects.filter(place_id=place_id, year=year.number).first()


def said(one: Review) -> Said:
    """What was written of a meeting."""
    known = words.opened(one, one.place_id, words.keys([one.place_id]))
    parts: dict[str, dict[str, str]] = {"invited": {}, "came": {}, "findings": {}}
    for name, value in known.items():
        part, _sep, code = name.partition(":")
        if part in parts and isinstance(value, str):
            parts[part][code] = value
    return Said(one.meets_on, one.invited_on, one.held_on, words.text(known, "where"), **parts)


def signer(one: Review) -> str:
    """Who signed, as they wrote it."""
    return words.text(words.opened(one, one.place_id, words.keys([one.place_id])), "signer")


def notice_short(one: Review) -> int:
    """By how many days the invitations went out later than the notice asks; 0 where they did not, or are still to go."""
    if one.invited_on is None:
        return 0
    return max(0, pack.rules().notice_days - (one.meets_on - one.invited_on).days)


def keep(mine: Reach, place_id: int, year: Year, what: Said) -> UUID:
    """Write down how far the meeting is. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    today = clock.today()
    if not year.holds(what.meets_on):
        raise CannotDo(_("This day is not in the school year %(year)s.") % {"year": year.words}, "meets_on")
    for name, day in (("invited_on", what.invited_on), ("held_on", what.held_on)):
        if day and day > today:
            raise CannotDo(_("This day is still to come."), name)
    if what.held_on and not year.holds(what.held_on):
        raise CannotDo(_("This day is not in the school year %(year)s.") % {"year": year.words}, "held_on")
    if what.invited_on and what.invited_on > (what.held_on or what.meets_on):
        raise CannotDo(_("Invitations go out before the meeting."), "invited_on")
    one = of(place_id, year) or Review(
        id=new_id(), place_id=place_id, year=year.number, made_at=clock.now(), made_by=mine.account_id
    )  # fmt: skip
    if one.signed_at:
        raise CannotDo(_("The report is signed, and does not change any more."))
    one.meets_on, one.invited_on, one.held_on = what.meets_on, what.invited_on, what.held_on
    one.sealed_words = words.sealed(place_id, one, _typed(what))
    one.save()
    audit.record(actor(mine), "preparedness.review_kept", "review", one.id, place=place_id, year=year.number)
    return one.id


def _typed(what: Said) -> dict[str, str]:
    found = {"where": what.where}
    for part in ("invited", "came", "findings"):
        found |= {f"{part}:{code}": text for code, text in getattr(what, part).items()}
    return found


def sign(mine: Reach, place_id: int, year: Year, name: str) -> None:
    """The board or who stands for it signs: nothing of it changes any more. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    one = of(place_id, year)
    if one is None or one.signed_at:
        raise NotTheirs(place_id)
    what = said(one)
    if one.held_on is None:
        raise CannotDo(_("Say first on which day the meeting was held."), "name")
    if not all(what.findings.get(part, "").strip() for part in PARTS):
        raise CannotDo(_("Write first what was found in each of the four parts."), "name")
    one.signed_at, one.signed_by = clock.now(), mine.account_id
    one.sealed_words = words.sealed(place_id, one, _typed(what) | {"signer": name})
    one.save(update_fields=["signed_at", "signed_by", "sealed_words"])
    audit.record(actor(mine), "preparedness.review_signed", "review", one.id, place=place_id, year=year.number)


def add_item(mine: Reach, place_id: int, source: str, what: str, who: str, due_on: date) -> None:
    """Something is to be mended, by whom, until when. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    if due_on < clock.today() - timedelta(366):
        raise CannotDo(_("This day is long over."), "due_on")
    one = Item(id=new_id(), place_id=place_id, source=source, due_on=due_on, made_at=clock.now(), made_by=mine.account_id)
    one.sealed_words = words.sealed(place_id, one, {"what": what, "who": who})
    one.save(force_insert=True)
    audit.record(actor(mine), "preparedness.item_added", "item", one.id, place=place_id, source=source)


def done(mine: Reach, item_id: UUID) -> int:
    """It is mended. Returns its place. Raises NotTheirs."""
    one = Item.objects.filter(pk=item_id, place_id__in=mine.kept).first()
    if one is None:
        raise NotTheirs(item_id)
    Item.objects.filter(pk=item_id, done_on=None).update(done_on=clock.today())
    audit.record(actor(mine), "preparedness.item_done", "item", item_id)
    return one.place_id


def items(place_ids: list[int], year: Year | None = None) -> list[Open]:
    """What is still to be mended at these places, the longest due first; with what was mended in a year."""
    wanted = Q(done_on=None) | Q(done_on__range=(year.first, year.last)) if year else Q(done_on=None)
    rows = Item.objects.filter(wanted, place_id__in=place_ids).select_related("place").order_by("due_on", "pk")
    known, today = words.keys(place_ids), clock.today()
    found = []
    for one in rows:
        typed = words.opened(one, one.place_id, known)
        late = one.done_on is None and one.due_on < today
        found.append(Open(one, words.text(typed, "what"), words.text(typed, "who"), late))
    return found


def places_under(board: Organisation, mine: Reach) -> list[int]:
    """A board and its buildings, as far as they are theirs."""
    below = Organisation.objects.filter(parent_id=board.pk, pk__in=mine.kept).values_list("pk", flat=True)
    return [board.pk, *below]


