"""The ladder of each contact of a tip, as the desk draws it: what was tried and when, what comes next and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import called, pushes
from upstander.actions.escalation_facts import ACCOUNT, Asked, asked
from upstander.actions.escalation_models import EscalationStep
from upstander.actions.models import Notice
from upstander.config import config
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact
from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.packs.steps import Step
from upstander.people import queries as people
from upstander.people import reach
from upstander.protocol.escalation import CANNOT, COMING, DUE, QUIET, RESTS, rungs

_WAITS = str(Delivery.State.PENDING)


@dataclass(frozen=True, slots=True)
class Tried:
    """A step that was taken: what it was, toward whom (empty: the person), how far its message is (a code of Delivery),
    and since when somebody there has heard it."""

    at: datetime
    label: str
    whom: str
    state: str
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What comes: what it is, toward whom, and when; `waits`: its time has come, and why it is not taken (RESTS, QUIET)."""

    at: datetime
    label: str
    whom: str
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """One contact's ladder. `next` is what comes next; None where nothing does. `missing`: steps that cannot be taken."""

    tried: tuple[Tried, ...]
    next: Next | None
    missing: tuple[str, ...] = ()


def ladders(tip_id: UUID, now: datetime) -> dict[str, Ladder]:
    """The ladder of each contact who was told of a tip, by the contact's id; absent where there is nothing to draw."""
    pack = current()
    rows = list(EscalationStep.objects.filter(notice__referral__tip_id=tip_id).order_by("at", "pk"))
    every = asked(pack, Notice.objects.filter(referral__tip_id=tip_id), now)
    told = pushes.of_tip(tip_id)
    if not pack.escalation.steps and not rows and not told:
        return {}
    names, states = _names(rows), _states(rows)
    found: dict[str, Ladder] = {}
    for one in every:
        mine = [row for row in rows if row.notice_id == one.notice_id]
        steps = [_tried(pack, row, names, states) for row in mine]
        phones = [Tried(push.at, _("news on their phone"), "", push.state) for push in told.get(one.notice_id, ())]
        tried = tuple(sorted(steps + phones, key=lambda t: t.at))
        next_, missing = _coming(pack, one, now)
        if tried or next_:
            before = found.get(str(one.contact_id))
            found[str(one.contact_id)] = Ladder((before.tried if before else ()) + tried, next_, missing)
    return found


def _tried(
    pack: Pack, row: EscalationStep, names: dict[tuple[str, int], str], states: dict[tuple[str, UUID], str]
) -> Tried:
    step = pack.escalation.step(row.step)
    whom = names.get((row.target_kind, row.target_id), "")
    return Tried(row.at, step.label if step else row.step, whom, states.get((row.purpose, row.subject_id), ""), row.heard_at)


def _coming(pack: Pack, one: Asked, now: datetime) -> tuple[Next | None, tuple[str, ...]]:
    """What comes next, of what can be taken as things are; and the names of the steps that cannot."""
    ladder = rungs(pack, one.facts, now - one.asked_since)
    missing = tuple(r.step.label for r in ladder if r.standing == CANNOT)
    for standings in ((DUE, COMING, QUIET), (RESTS,)):
        ahead = [r for r in ladder if r.standing in standings and (r.standing != COMING or r.step.needs in one.facts.able)]
        if ahead:
            rung = min(ahead, key=lambda r: r.minutes)
            whom = ", ".join(_whom(rung.step, one))
            waits = rung.standing if rung.standing in (QUIET, RESTS) else ""
            return Next(one.asked_since + timedelta(minutes=rung.minutes), rung.step.label, whom, waits), missing
    return None, missing


def _whom(step: Step, one: Asked) -> list[str]:
    """Whom a step tells, by name; of the programme's own people, by what, too: whether it wakes anybody is to be seen before."""
    targets = [t for t in one.targets.get(step.needs, ()) if t.kind == ACCOUNT or t.id != one.contact_id]
    people_ = [t.id for t in targets if t.kind == ACCOUNT] if step.also else []
    own = reach.channels(people_) if people_ else {}
    rest = _("on the duty telephone") if config().on_call_number else _("by mail alone")
    how = {id: _("on their own number") if own.get(id) else rest for id in people_}
    return [f"{t.name}, {how[t.id]}" if t.kind == ACCOUNT and t.id in how else t.name for t in targets]


def _names(rows: list[EscalationStep]) -> dict[tuple[str, int], str]:
    """The names of those who were told in somebody's place."""
    contacts = {row.target_id for row in rows if row.target_kind == EscalationStep.Target.CONTACT}
    accounts = {row.target_id for row in rows if row.target_kind == EscalationStep.Target.ACCOUNT}
    of_contacts = Contact.objects.filter(pk__in=contacts).values_list("pk", "name")
    return {(str(EscalationStep.Target.CONTACT), pk): name for pk, name in of_contacts} | {
        (str(EscalationStep.Target.ACCOUNT), pk): name for pk, name in people.names(accounts).items()
    }


def _states(rows: list[EscalationStep]) -> dict[tuple[str, UUID], str]:
    """How far the message of each step is. A call that waits for its turn and is owed no more is not needed any more: the caller
    finds that when it comes to it, which may be minutes from now."""
    found = Delivery.objects.filter(subject_id__in={row.subject_id for row in rows})
    states = {(purpose, subject): state for purpose, subject, state in found.values_list("purpose", "subject_id", "state")}
    waits = {subject for (purpose, subject), state in states.items() if (purpose, state) == (called.PURPOSE, _WAITS)}
    over = waits - called.still(waits)
    return states | {(called.PURPOSE, subject): str(Delivery.State.CANCELLED) for subject in over}
