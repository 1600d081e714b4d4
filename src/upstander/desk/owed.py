"""What is owed across tips, as the pages of work show it: rows of the ledger with their names, numbers, times and forms.

No word of a tip, and none that was recorded about one, is opened here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import recording, work
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.actions.recording import CALLS, CONFIRM_CLASS, DECISIONS
from upstander.actions.work import Job
from upstander.desk import forms, roles, steps
from upstander.directory import queries as directory
from upstander.directory.queries import PlaceCard
from upstander.packs.current import current
from upstander.people import access
from upstander.people import queries as people
from upstander.people.access import Anybody
from upstander.people.models import Role
from upstander.protocol.facts import UNKNOWN

REVIEW = "command_review"
# A named officer has it: the duties that stand on the page of calls back (D-IV.A.1.a, D-IV.A.5.b).
RECEIPTS = ("assure_receipt", "notify_law_enforcement")
# After how long a call that nobody answered is tried again: a suggestion, no duty.
AGAIN, AGAIN_CALM = timedelta(minutes=5), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: what came of it, when, by whom; `entered_at`, where that was written down afterwards. What was noted about it
    stands with the tip."""

    result: str
    at: datetime
    entered_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Area:
    """The Troop or Zone of a place as it was judged: its name; empty where nobody knows it."""

    word: str
    name: str


@dataclass(slots=True)
class Row:
    """One open row of the ledger, for one reader."""

    job: Job
    now: datetime
    place: PlaceCard | None
    klass: str
    kinds: list[str]
    tries: list[Try]
    assigned: str
    reads: bool
    can_act: bool
    areas: list[Area] = field(default_factory=list)
    form: Any = None
    seen: int = 0  # the number of the judgement whose class this person may confirm here; 0: none

    @property
    def action(self) -> RequiredAction:
        """The ledger's row."""
        return self.job.action

    @property
    def key(self) -> str:
        """Under what the row stands on the page."""
        return self.action.id.hex[-8:]

    @property
    def title(self) -> str:
        """What is owed, in words."""
        return current().word("kind", self.action.kind)

    @property
    def cites(self) -> list[Any]:
        """The paragraphs that demand it."""
        return current().cited(self.action.cites)

    @property
    def may_close(self) -> dict[str, str]:
        """The results that end it and that a person may record here."""
        return steps.may_close(self.action)

    @property
    def may_try(self) -> dict[str, str]:
        """The results that are tries and that a person may record here."""
        return steps.may_try(self.action)

    @property
    def is_call(self) -> bool:
        """Whether it is done by telephone."""
        return self.action.kind in CALLS

    @property
    def is_mail(self) -> bool:
        """Whether it leaves by itself, and did not: what to do about it stands with the tip."""
        return self.action.kind == work.MAIL

    @property
    def is_review(self) -> bool:
        """Whether it is Intelligence Command's decision."""
        return self.action.kind == REVIEW

    @property
    def at_the_tip(self) -> bool:
        """Whether it is decided on the tip's page only."""
        return self.action.kind in DECISIONS

    @property
    def is_confirming(self) -> bool:
        """Whether it is the fusion center's word on the class, which is given on the board."""
        return self.action.kind == CONFIRM_CLASS

    @property
    def known(self) -> bool:
        """Whether the directory knows toward whom it is owed."""
        return self.action.target_ref != UNKNOWN

    @property
    def late(self) -> bool:
        """Whether it is past its time."""
        return self.job.late(self.now)

    @property
    def red(self) -> bool:
        """Whether somebody must act on it now."""
        return self.job.red(self.now)

    @property
    def taken_up(self) -> bool:
        """Whether it was only offered: it has no time."""
        return self.action.standing == RequiredAction.Standing.OFFERED

    @property
    def next_try(self) -> datetime | None:
        """When to try again; None where it was never tried: now."""
        if not self.tries:
            return None
        klass = self.action.tip.klass
        grave = bool(klass) and current().critical(klass)
        return self.tries[-1].at + (AGAIN if grave else AGAIN_CALM)

    @property
    def try_now(self) -> bool:
        """Whether that is now."""
        return self.next_try is None or self.next_try <= self.now


def rows(
    account: Anybody, now: datetime, bound: dict[UUID, Any] | None = None, *,
    owners: Iterable[str] | None = None, kinds: Iterable[str] | None = None, limit: int = 100,
) -> tuple[list[Row], int]:  # fmt: skip
    """The open rows of these owners, of these kinds, the most urgent first, with their forms (as sent, where `bound` has
    one); and how many there are. The number of queries does not grow with them."""
    jobs, total = work.jobs(now, owners, kinds, limit=limit)
    bound = bound or {}
    if lost := set(bound) - {job.action.id for job in jobs}:  # what was typed comes back, also into a row beyond the first
        jobs += work.jobs(now, ids=lost)[0]
    places = directory.place_cards({job.action.tip.place_id for job in jobs if job.action.tip.place_id})
    judged = work.in_force(job.action.tip_id for job in jobs if job.action.kind in (REVIEW, CONFIRM_CLASS))
    names = people.names(_people(jobs))
    reads, works = roles.reads(account), roles.works(account)
    may = {owner: works or roles.owes(account, owner) for owner in {job.action.owed_by for job in jobs}}
    found = [_row(job, now, places, judged, names, reads=reads, can_act=may[job.action.owed_by]) for job in jobs]
    for row in found:
        if row.is_confirming:
            row.seen = _confirmable(account, judged.get(row.action.tip_id))
        elif row.can_act and not row.is_mail and not row.at_the_tip:
            row.form = bound.get(row.action.id) or blank(row.job)
    return found, total


def _confirmable(account: Anybody, judgement: Judgement | None) -> int:
    """The number of the judgement, where this account may confirm its class."""
    held = access.roles(account)
    own = judgement is not None and judgement.account_id == account.pk and Role.STIC_STAFF not in held
    return judgement.n if judgement and not own and not held.isdisjoint(roles.ASSIGNED) else 0


def _people(jobs: list[Job]) -> list[int | None]:
    actors = [int(e.actor[8:]) for job in jobs for e in job.tries if e.actor.startswith("account:")]
    return [*actors, *(job.action.assigned_to for job in jobs)]


def _row(
    job: Job, now: datetime, places: dict[int, PlaceCard], judged: dict[UUID, Judgement], names: dict[int, str], *,
    reads: bool, can_act: bool,
) -> Row:  # fmt: skip
    action, tip, pack = job.action, job.action.tip, current()
    known = {s.key: s for s in pack.subtypes}
    about = [known[key] for key in action.about if key in known]
    # who reads no tips knows of it what this duty is about, and no more
    klass = tip.klass if reads else min((s.klass for s in about), key=pack.rank, default="")
    return Row(
        job=job, now=now, place=places.get(tip.place_id) if tip.place_id else None,
        klass=next((c.label for c in pack.classes if c.code == klass), ""), kinds=[s.label for s in about],
        tries=[_try(e, names) for e in job.tries],
        assigned=names.get(action.assigned_to or 0, ""), reads=reads, can_act=can_act,
        areas=_areas(judged.get(tip.id)) if action.kind == REVIEW else [],
    )  # fmt: skip


def _try(event: ActionEvent, names: Mapping[int, str]) -> Try:
    by = names.get(int(event.actor[8:]), "") if event.actor.startswith("account:") else ""
    return Try(event.result, event.when, event.at if event.happened_at else None, by)


def _areas(judgement: Judgement | None) -> list[Area]:
    """Troop and Zone as they would be told, by the facts of the judgement."""
    if judgement is None:
        return []
    words = (("troop", _("Troop")), ("zone", _("Zone")))
    return [Area(word, (judgement.facts.get(code) or {}).get("label", "")) for code, word in words]


def form_of(action: RequiredAction, data: Any, name: str = "") -> forms.CallForm | forms.DoneForm:
    """The form that records what came of a row, as sent."""
    auto_id = f"id_{action.id.hex[-8:]}_%s"
    if action.kind in CALLS:
        return forms.CallForm(data, auto_id=auto_id, initial={"answered_by": name})
    return forms.DoneForm(data, auto_id=auto_id, proof=recording.proof_of(action))


def blank(job: Job) -> forms.CallForm | forms.DoneForm:
    """The same, fresh; at an agency nobody knows who picks up."""
    return form_of(job.action, None, job.name if job.action.target_kind == "contact" else "")
