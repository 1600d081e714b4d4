"""Filings, and who of a building's staff was trained when."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.drills.years import Year, year_of
from upstander.ids import new_id
from upstander.packs.preparedness import Duty
from upstander.preparedness import pack, words
from upstander.preparedness.errors import CannotDo, NotTheirs
from upstander.preparedness.facts import STAFF_TRAINING, duties
from upstander.preparedness.models import Filing, Member, Training
from upstander.preparedness.reach import Reach
from upstander.preparedness.services import actor

MOST = 600  # people who are added at once


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff: their name, the day of this year's training or None, of the last one before it or None."""

    id: UUID
    name: str
    trained: date | None
    before: date | None


@dataclass(frozen=True, slots=True)
class Filed:
    """Something that was filed, with what was written of it."""

    filing: Filing
    note: str


def filed_duties(level: str = "") -> tuple[Duty, ...]:
    """The duties that are met by saying that something was filed or sent."""
    kept = (one for one in duties(level) if one.counts[0].startswith("filing:"))
    return tuple(one for one in kept if one.counts[0] != f"filing:{STAFF_TRAINING}")


def file(mine: Reach, place_id: int, code: str, day: date, note: str) -> None:
    """Note that something was filed. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    if f"filing:{code}" not in {one.counts[0] for one in filed_duties()}:
        raise NotTheirs(place_id)
    if day > clock.today():
        raise CannotDo(_("This day is still to come."), "day")
    one = Filing(id=new_id(), place_id=place_id, code=code, done_on=day, made_at=clock.now(), made_by=mine.account_id)
    one.year = year_of(day, pack.rules().year_begins).number
    if note:
        one.sealed_words = words.sealed(place_id, one, {"note": note})
    one.save(force_insert=True)
    audit.record(actor(mine), "preparedness.filed", "filing", one.id, place=place_id, code=code, day=day.isoformat())


def filings(place_id: int, code: str) -> list[Filed]:
    """What was filed under a code, the newest first."""
    known = words.keys([place_id])
    rows = Filing.objects.filter(place_id=place_id, code=code).order_by("-done_on", "-made_at")
    return [Filed(one, words.text(words.opened(one, place_id, known), "note")) for one in rows]


def people(place_id: int, year: Year) -> list[Person]:
    """A building's staff: who is not trained this year first, then by name."""
    known = words.keys([place_id])
    upto = Prefetch("trainings", Training.objects.filter(year__lte=year.number).order_by("year"), to_attr="upto")
    found = []
    for one in Member.objects.filter(place_id=place_id, ended_at=None).prefetch_related(upto):
        days = {row.year: row.done_on for row in one.upto}
        trained = days.pop(year.number, None)
        name = words.text(words.opened(one, place_id, known), "name")
        found.append(Person(one.pk, name, trained, max(days.values(), default=None)))
    return sorted(found, key=lambda one: (one.trained is not None, one.name.casefold()))


def add_people(mine: Reach, place_id: int, names: list[str]) -> int:
    """Put people on the list, once each; returns how many are new. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    if len(names) > MOST:
        raise CannotDo(_("At most %(n)d names at once.") % {"n": MOST}, "names")
    there = {one.name.casefold() for one in people(place_id, year_of(clock.today(), pack.rules().year_begins))}
    fresh = [name for name in dict.fromkeys(names) if name.casefold() not in there]
    rows = [Member(id=new_id(), place_id=place_id, made_at=clock.now(), made_by=mine.account_id) for _name in fresh]
    for row, name in zip(rows, fresh, strict=True):
        row.sealed_words = words.sealed(place_id, row, {"name": name[:120]})
    Member.objects.bulk_create(rows)
    audit.record(actor(mine), "preparedness.staff_added", "organisation", place_id, people=len(rows))
    return len(rows)


def train(mine: Reach, place_id: int, ids: set[UUID], day: date) -> int:
    """These people were trained on a day; returns how many. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    if day > clock.today():
        raise CannotDo(_("This day is still to come."), "day")
    year = year_of(day, pack.rules().year_begins).number
    members = set(Member.objects.filter(place_id=place_id, ended_at=None, pk__in=ids).values_list("pk", flat=True))
    rows = [Training(member_id=pk, year=year, done_on=day, made_by=mine.account_id) for pk in sorted(members)]
    Training.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(actor(mine), "preparedness.trained", "organisation", place_id, people=len(rows), day=day.isoformat())
    return len(rows)


def end(mine: Reach, place_id: int, ids: set[UUID]) -> int:
    """These people work here no more; returns how many. Raises NotTheirs."""
    mine.keeps(place_id)
    ended = Member.objects.filter(place_id=place_id, ended_at=None, pk__in=ids).update(ended_at=clock.now())
    audit.record(actor(mine), "preparedness.staff_ended", "organisation", place_id, people=ended)
    return ended
