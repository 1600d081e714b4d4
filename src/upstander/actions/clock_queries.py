"""Reads of duty clocks: what is asked about a tip, what runs, what is late, and what the yearly audit lists (0074)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from upstander.actions.clock_models import Clock, Running, SchoolClock
from upstander.actions.clocks import holder
from upstander.actions.models import Judgement
from upstander.packs.current import current, used
from upstander.packs.model import Duty, Pack, Paragraph
from upstander.people import queries as people
from upstander.protocol import FactsError, clocks
from upstander.protocol.codec import facts_from_json
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, Sealed, open_text, place


@dataclass(frozen=True, slots=True)
class Shown:
    """A clock as a person reads it: its duty in the words of the version that it was opened by, its own words opened."""

    clock: Clock | SchoolClock
    title: str
    to: str
    demands: str
    cites: tuple[Paragraph, ...]
    opened_by: str
    ended_by: str
    reason: str
    evidence: str
    waiver: str
    where: str = ""

    @property
    def met_late(self) -> bool:
        """Whether it was done, and too late."""
        return self.clock.met_at is not None and self.clock.met_at > self.clock.due_at


def asked(judgement: Judgement) -> tuple[Duty, ...]:
    """The duties about which people are asked for a tip as it is judged, the desk's and the schools', by the version of the
    pack that judged it."""
    pack = used(judgement.pack_digest) or current()
    try:
        return clocks.asked(pack, facts_from_json(judgement.facts))
    except FactsError:  # judged by a version of which no copy is left: what its codes still mean
        codes, flags = set(judgement.subtypes), set(judgement.flags)
        return tuple(d for d in pack.clocks.duties if d.subtypes & codes or d.flags & flags)


def of_tip(tip_id: UUID) -> list[Shown]:
    """The desk's clocks of a tip: what runs, the soonest first; then what has ended. Words are opened."""
    found = Clock.objects.filter(tip_id=tip_id).order_by("due_at")
    return _ordered(shown(found, "desk"))


def of_referral(referral_id: UUID, audience: str) -> list[Shown]:
    """The school's clocks of a referral, alike; `audience` is who opens the words: "school", or "desk"."""
    return _ordered(shown(SchoolClock.objects.filter(referral_id=referral_id).order_by("due_at"), audience))


def of_schools(tip_id: UUID) -> list[Shown]:
    """The schools' clocks of a tip, as the desk reads them, each with the organization that it binds."""
    found = SchoolClock.objects.filter(referral__tip_id=tip_id).select_related("referral__scope")
    return _ordered(shown(found.order_by("due_at"), "desk"))


def _ordered(found: list[Shown]) -> list[Shown]:
    return sorted(found, key=lambda s: not s.clock.runs)


def shown(found: Iterable[Clock | SchoolClock], audience: str | None) -> list[Shown]:
    """Clocks as people read them; `audience` None opens no word. The number of queries does not grow with them."""
    rows = list(found)
    names = people.names(i for row in rows for i in map(_account, _actors(row)))
    keys = vault.content_keys({holder(row) for row in rows}, audience) if audience else {}
    return [_shown(row, names, keys) for row in rows]


def _actors(row: Running) -> tuple[str, ...]:
    return row.opened_by, row.met_by, row.waived_by


def _account(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "account" else None


def _shown(row: Clock | SchoolClock, names: dict[int, str], keys: dict[UUID, bytes]) -> Shown:
    pack = used(row.pack_digest) or current()
    duty = pack.clocks.duty(row.code)
    opened, met, waived = (names.get(_account(actor) or 0, "") for actor in _actors(row))
    reason, evidence, waiver = (
        _words(row, column, sealed, keys)
        for column, sealed in (
            ("sealed_reason", row.sealed_reason),
            ("sealed_evidence", row.sealed_evidence),
            ("sealed_waiver", row.sealed_waiver),
        )
    )
    return Shown(
        clock=row, title=duty.title if duty else row.code, to=duty.to if duty else "",
        demands=duty.evidence if duty else "", cites=tuple(pack.cited(row.cites)), opened_by=opened,
        ended_by=met or waived, reason=reason, evidence=evidence, waiver=waiver, where=_where(row),
    )  # fmt: skip


def _where(row: Clock | SchoolClock) -> str:
    return row.referral.scope.name if isinstance(row, SchoolClock) else ""


def _words(row: Clock | SchoolClock, column: str, sealed: Sealed | None, keys: dict[UUID, bytes]) -> str:
    """What a person wrote; empty where nothing was, where nobody asked for it, or where the tip was expunged."""
    if sealed is None or holder(row) not in keys:
        return ""
    try:
        return open_text(
            keys[holder(row)], sealed, place(f"{row._meta.db_table}.{column}", holder(row), row.id)
        )
    except CannotOpen:
        return ""


# ---- what runs, what is late ---------------------------------------------------------------------
def late_tips(now: datetime, only: tuple[UUID, ...] | None = None) -> list[tuple[UUID, datetime, int]]:
    """The tips of which a clock of the desk's is late, since when, and how many; closed tips too, for the law waits on."""
    found = Clock.objects.filter(due_at__lt=now, met_at=None, waived_at=None)
    if only is not None:
        found = found.filter(tip_id__in=only)
    grouped: dict[UUID, list[datetime]] = defaultdict(list)
    for tip_id, due in found.values_list("tip_id", "due_at"):
        grouped[tip_id].append(due)
    return [(tip_id, min(dues), len(dues)) for tip_id, dues in grouped.items()]


def running() -> QuerySet[Clock]:
    """Every clock of the desk's that runs, the soonest (and so the late ones) first."""
    return Clock.objects.filter(met_at=None, waived_at=None).select_related("tip").order_by("due_at")


def running_at_schools() -> QuerySet[SchoolClock]:
    """Every clock of the schools' that runs, alike."""
    found = SchoolClock.objects.filter(met_at=None, waived_at=None)
    return found.select_related("referral__scope").order_by("due_at")


def soonest(referral_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """By referral, when the soonest of its running clocks is due."""
    found = SchoolClock.objects.filter(referral_id__in=list(referral_ids), met_at=None, waived_at=None)
    return dict(found.order_by("-due_at").values_list("referral_id", "due_at"))


# ---- the yearly audit ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """One line of the yearly audit: codes, names of organizations, times and accounts; nothing that a person wrote."""

    tip: str
    duty: str
    title: str
    owner: str
    organization: str
    cites: str
    opened: datetime
    recorded: datetime
    opened_by: str
    due: datetime
    result: str
    met: datetime | None
    met_recorded: datetime | None
    met_by: str
    waived: datetime | None
    waived_by: str
    pack: str


def yearly(year: int, now: datetime, *, everything: bool = False) -> Iterator[Line]:
    """The clocks that were due in a year, by the programme's calendar, and not met in time: late, waived, or still open;
    with `everything` also those that were met in time and those that are not due yet."""
    pack = current()
    zone = ZoneInfo(pack.programme.time_zone)
    begin, end = (datetime(y, 1, 1, tzinfo=zone).astimezone(UTC) for y in (year, year + 1))
    ours = Clock.objects.filter(due_at__gte=begin, due_at__lt=end).select_related("tip")
    theirs = SchoolClock.objects.filter(due_at__gte=begin, due_at__lt=end).select_related("referral__scope")
    rows: list[Clock | SchoolClock] = [*ours, *theirs]
    for row in sorted(rows, key=lambda r: r.due_at):
        result = _result(row, now)
        if everything or result not in ("met", "running"):
            yield _line(row, result, pack)


def _result(row: Running, now: datetime) -> str:
    """What came of a clock, as a code."""
    if row.waived_at is not None:
        return "waived"
    if row.met_at is not None:
        return "met" if row.met_at <= row.due_at else "met_late"
    return "not_met" if row.due_at <= now else "running"


def _line(row: Clock | SchoolClock, result: str, pack: Pack) -> Line:
    duty = (used(row.pack_digest) or pack).clocks.duty(row.code)
    return Line(
        tip=row.tip.number if isinstance(row, Clock) else row.referral.tip_number, duty=row.code,
        title=duty.title if duty else "",
        owner="desk" if isinstance(row, Clock) else "school", organization=_where(row), cites="; ".join(row.cites),
        opened=row.opened_at, recorded=row.recorded_at, opened_by=row.opened_by, due=row.due_at, result=result,
        met=row.met_at, met_recorded=row.met_recorded_at, met_by=row.met_by, waived=row.waived_at,
        waived_by=row.waived_by, pack=f"{row.pack_version} {row.pack_digest[:12]}",
    )  # fmt: skip
