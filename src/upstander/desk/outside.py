"""Tips about Out-of-Network schools (D-IV.A.5), and whom to call where an agency does not answer. No word of a tip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from upstander.actions import work
from upstander.actions.models import Judgement, RequiredAction
from upstander.desk.owed import Row
from upstander.desk.steps import result_words
from upstander.directory import queries as directory
from upstander.directory.queries import PlaceCard
from upstander.intake.models import Tip
from upstander.packs.current import current

# What is owed because a school is Out-of-Network, in the order in which it is done.
DUTIES = ("call_psap", "notify_law_enforcement", "assure_receipt", "coordinate_end_users", "document", "notify_outreach")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of a tip: its name, and how far it is: a code (done, late, open) and words."""

    word: str
    state: str
    result: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Outside:
    """One tip about an Out-of-Network school."""

    tip: Tip
    place: PlaceCard | None
    klass: str
    critical: bool
    psap: str
    number: str
    agency: str
    agency_number: str
    gaps: list[str]
    duties: list[Duty]


def tips(now: datetime, limit: int) -> tuple[list[Outside], int]:
    """The open tips whose judgement in force found their school Out-of-Network, graver and older first; and how many."""
    found = Judgement.objects.filter(state=Judgement.State.IN_FORCE, network="out", tip__closed_at=None)
    shown = found.select_related("tip").defer("sealed_reason", "sealed_narrative", "sealed_decision")
    judged = list(shown.order_by("tip__standing", "tip__received_at")[:limit])
    places = directory.place_cards({j.tip.place_id for j in judged if j.tip.place_id})
    duties = _duties([j.tip_id for j in judged], now)
    offices = directory.organisations(_refs(judged))
    return [_outside(j, places, offices, duties.get(j.tip_id, [])) for j in judged], found.count()


def _ref(judgement: Judgement, who: str) -> str:
    return str((judgement.facts.get(who) or {}).get("ref", ""))


def _refs(judged: Iterable[Judgement]) -> set[int]:
    refs = (_ref(j, who) for j in judged for who in ("psap", "agency"))
    return {int(ref) for ref in refs if ref.isdecimal()}


def _outside(
    judgement: Judgement, places: dict[int, PlaceCard], offices: dict[int, directory.OrgRef], duties: list[Duty]
) -> Outside:
    tip, pack = judgement.tip, current()

    def office(who: str) -> directory.OrgRef | None:
        ref = _ref(judgement, who)
        return offices.get(int(ref)) if ref.isdecimal() else None

    psap, agency = office("psap"), office("agency")
    return Outside(
        tip=tip, place=places.get(tip.place_id) if tip.place_id else None,
        klass=next((c.label for c in pack.classes if c.code == tip.klass), tip.klass),
        critical=any(c.critical for c in pack.classes if c.code == tip.klass),
        psap=psap.name if psap else "", number=psap.transfer_number if psap else "",
        agency=agency.name if agency else "", agency_number=agency.phone if agency else "",
        gaps=[f"{gap['message']} {gap['remedy']}" for gap in judgement.plan["gaps"]], duties=duties,
    )  # fmt: skip


def _duties(ids: list[UUID], now: datetime) -> dict[UUID, list[Duty]]:
    rows = RequiredAction.objects.filter(tip_id__in=ids, kind__in=DUTIES, ended_by=None)
    found: dict[UUID, list[Any]] = {}
    for row in sorted(rows.order_by("owed_since"), key=lambda r: DUTIES.index(r.kind)):
        late = row.done_at is None and row.due_at is not None and row.due_at < now
        state = "done" if row.done_at else "late" if late else "open"
        result = result_words(row.result) if row.done_at else ""
        duty = Duty(current().word("kind", row.kind), state, result, row.done_at or row.due_at)
        found.setdefault(row.tip_id, []).append(duty)
    return found


def answering(rows: list[Row]) -> dict[UUID, tuple[str, str]]:
    """For agencies without a number, or that were called twice in vain: who else answers there, by the row's id: the PSAP and
    its transfer number."""
    stuck = {r.action.tip_id: r.action.id for r in rows if not r.job.phones or len(r.tries) > 1}
    judged = work.in_force(stuck)
    offices = directory.organisations(_refs(judged.values()))
    found = {}
    for tip_id, judgement in judged.items():
        ref = _ref(judgement, "psap")
        psap = offices.get(int(ref)) if ref.isdecimal() else None
        if psap and psap.transfer_number and ref != next(r.action.target_ref for r in rows if r.action.tip_id == tip_id):
            found[stuck[tip_id]] = (psap.name, psap.transfer_number)
    return found
