"""What outreach is told of tips about Out-of-Network schools (D-IV.A.5): codes, places and times, never a word of a tip.

It is read from the ledger at this moment: a corrected place or a graver class shows at once, and what few may hear of
(D-IV.A.2.c.5) is hidden by the plan itself, which names only what outreach may know.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, When

from upstander.actions import work
from upstander.actions.ledger import WORD_GIVEN
from upstander.actions.models import Judgement, RequiredAction
from upstander.actions.refused import SET_ASIDE
from upstander.packs.current import current
from upstander.protocol.codec import plan_from_json

KIND = "notify_outreach"

# Who would join: a school's district or system; a school without one, a district, a region itself.
_JOINS = Case(
    When(Q(tip__place__kind__in=("school", "campus"), tip__place__parent__isnull=False), then="tip__place__parent_id"),
    default="tip__place_id",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Who would join (an organisation's id; None: the place of the tips is not known), with how many tips it was named in."""

    organisation_id: int | None
    tips: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A kind of notice that was made of a tip: how many, and the last of them."""

    kind: str
    number: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One tip as outreach knows it. `about` are the sub-types that it may hear of; `veiled`: there is one that it may not."""

    tip_id: UUID
    number: str
    place_id: int | None
    received_at: datetime
    told_at: datetime
    told_by: str
    klass: str
    about: tuple[str, ...]
    veiled: bool
    notices: tuple[Made, ...]


def _told() -> QuerySet[RequiredAction]:
    return RequiredAction.objects.filter(kind=KIND, done_at__isnull=False).exclude(result=SET_ASIDE)


def _about(organisation_id: int | None) -> QuerySet[RequiredAction]:
    """Those about an organisation or a school of it; None: about nobody knows what place."""
    if organisation_id is None:
        return _told().filter(tip__place=None)
    return _told().annotate(joins=_JOINS).filter(joins=organisation_id)


def groups(limit: int, offset: int = 0) -> tuple[list[Group], int]:
    """Whom outreach was told of, who was named last first, from the `offset`th on; and how many there are in all."""
    found = _told().annotate(joins=_JOINS).values("joins")
    rows = found.annotate(n=Count("tip", distinct=True), first=Min("done_at"), last=Max("done_at"))
    shown = rows.order_by("-last", "joins")[offset : offset + limit]
    return [Group(r["joins"], r["n"], r["first"], r["last"]) for r in shown], found.distinct().count()


def group(organisation_id: int | None) -> Group | None:
    """One of them; None where outreach was told of no tip there."""
    row = _about(organisation_id).aggregate(n=Count("tip", distinct=True), first=Min("done_at"), last=Max("done_at"))
    return Group(organisation_id, row["n"], row["first"], row["last"]) if row["n"] else None


def told(organisation_id: int | None, limit: int = 200) -> list[Told]:
    """The tips of which outreach was told, about this organisation or a school of it, the latest first."""
    return _facts(_about(organisation_id), limit)


def told_of(number: str) -> Told | None:
    """What outreach knows of the tip with this public number; None where it was not told of it."""
    return next(iter(_facts(_told().filter(tip__number=number), 1)), None)


def _facts(rows: QuerySet[RequiredAction], limit: int) -> list[Told]:
    columns = ("tip_id", "done_at", "done_by", "about", "tip__number", "tip__place_id", "tip__received_at")
    found = list(rows.order_by("-done_at").values(*columns)[:limit])
    tips = {row["tip_id"] for row in found}
    judged, made = work.in_force(tips), _made(tips)
    return [_fact(row, judged.get(row["tip_id"]), made.get(row["tip_id"], ())) for row in found]


def _fact(row: dict[str, Any], judgement: Judgement | None, made: tuple[Made, ...]) -> Told:
    planned = plan_from_json(judgement.plan).action(KIND) if judgement else None
    return Told(
        tip_id=row["tip_id"], number=row["tip__number"], place_id=row["tip__place_id"], received_at=row["tip__received_at"],
        told_at=row["done_at"], told_by=row["done_by"], klass=planned.klass if planned else "",
        about=planned.about if planned else (), veiled=judgement is None or _few_may_hear(judgement), notices=made,
    )  # fmt: skip


def _few_may_hear(judgement: Judgement) -> bool:
    """Whether the tip is something, by its kinds or by its marks, of which only few may hear."""
    pack = current()
    implied = {f.code: f.implies for f in pack.flags}
    names = {*judgement.subtypes, *(implied.get(flag) for flag in judgement.flags)}
    return any(s.only for s in pack.subtypes if s.key in names)


def _made(tips: Iterable[UUID]) -> dict[UUID, tuple[Made, ...]]:
    """What was done by way of notices, by tip: calls that were answered, mails that left, decisions."""
    rows = RequiredAction.objects.filter(tip_id__in=list(tips), kind__in=WORD_GIVEN, done_at__isnull=False)
    counted = rows.exclude(result=SET_ASIDE).values("tip_id", "kind").annotate(n=Count("id"), last=Max("done_at"))
    found: dict[UUID, list[Made]] = defaultdict(list)
    for row in counted.order_by(F("last").asc()):
        found[row["tip_id"]].append(Made(row["kind"], row["n"], row["last"]))
    return {tip: tuple(made) for tip, made in found.items()}
