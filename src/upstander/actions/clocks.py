"""The verbs of duty clocks: a person's yes, or a fact, opens one; evidence meets it; a reason waives it (0074)."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import wake
from upstander.actions.clock_models import Clock, SchoolClock
from upstander.actions.models import Referral
from upstander.audit import services as audit
from upstander.directory import queries as directory
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.packs.model import Duty, Pack
from upstander.protocol import clocks
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

LONGEST = 5000  # characters of a reason or of evidence
OLDEST = timedelta(days=366)  # nobody means to say that a clock has run for longer
BY_FACT = "system:evidence"

Either = TypeVar("Either", Clock, SchoolClock)


class CannotClock(ValueError):
    """Why a clock is not opened, met or waived, in words for the person; `field` is where they stand."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def open_clock(
    tip_id: UUID, code: str, account_id: int, reason: str, since: datetime | None = None, row: UUID | None = None
) -> Clock:  # fmt: skip
    """Open a clock of the desk's for a tip: a person says that the duty `code` holds, why, and since when it is known (None:
    since now). `row` is minted with the form: the same press again opens nothing; for another tip or another duty it is another
    act. Raises CannotClock."""
    pack = current()
    duty = _duty(pack, code, "desk")
    tip = Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)  # of two presses at once one is first
    if row and (found := Clock.objects.filter(pk=row).first()):
        if (found.tip_id, found.code) == (tip_id, code):
            return found
        row = None
    if Clock.objects.filter(tip_id=tip_id, code=code, met_at=None, waived_at=None).exists():
        raise CannotClock("code", _("This clock runs already."))
    values = _begun(pack, duty, f"account:{account_id}", reason, since, tip.place_id)
    made = Clock(id=row or new_id(), tip_id=tip_id, **values)
    made.sealed_reason = _sealed(made, "sealed_reason", reason, "desk")
    return _opened(made)


@transaction.atomic
def open_school_clock(
    referral: Referral, code: str, account_id: int, reason: str, since: datetime | None = None, row: UUID | None = None
) -> SchoolClock:  # fmt: skip
    """The same on the school's side; whether `referral` is theirs is the caller's to check, and to lock. Raises CannotClock."""
    pack = current()
    duty = _duty(pack, code, "school")
    if row and (found := SchoolClock.objects.filter(pk=row).first()):
        if (found.referral_id, found.code) == (referral.pk, code):
            return found
        row = None
    if SchoolClock.objects.filter(referral=referral, code=code, met_at=None, waived_at=None).exists():
        raise CannotClock("code", _("This clock runs already."))
    values = _begun(pack, duty, f"account:{account_id}", reason, since, referral.scope_id)
    made = SchoolClock(id=row or new_id(), referral=referral, **values)
    made.sealed_reason = _sealed(made, "sealed_reason", reason, "school")
    return _opened(made)


@transaction.atomic
def open_by_fact(fact: str, tip_id: UUID) -> list[Clock]:
    """Open the clocks that a fact opens and that do not run yet for this tip."""
    pack = current()
    tip = Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)
    running = Clock.objects.filter(tip_id=tip_id, met_at=None, waived_at=None).values_list("code", flat=True)
    due = [duty for duty in clocks.opened_by(pack, fact) if duty.code not in set(running)]
    return [
        _opened(Clock(id=new_id(), tip_id=tip_id, fact=fact, **_run(pack, duty, BY_FACT, clock.now(), tip.place_id)))
        for duty in due
    ]


@transaction.atomic
def meet_clock(
    running: Either, account_id: int, evidence: str, at: datetime | None = None, audience: str = "desk"
) -> Either:
    """The duty was done, at a moment (None: now), and `evidence` says so; late or not, that ends the clock. The same person
    pressing twice ends it once. Raises CannotClock."""
    actor, now = f"account:{account_id}", clock.now()
    found = _locked(running)
    if found.met_by == actor:
        return found
    _still_runs(found, "evidence")
    text = _words("evidence", evidence, "Write what shows that it was done: who, when, which number.")
    moment = at or now
    if moment > now:
        raise CannotClock("day", _("This lies in the future."))
    if moment < found.opened_at:
        raise CannotClock("day", _("This lies before the clock began to run."))
    found.met_at, found.met_recorded_at, found.met_by = moment, now, actor
    found.sealed_evidence = _sealed(found, "sealed_evidence", text, audience)
    found.save(update_fields=["met_at", "met_recorded_at", "met_by", "sealed_evidence"])
    _said(found, "met", late=moment > found.due_at)
    return found


@transaction.atomic
def waive_clock(running: Either, account_id: int, reason: str, audience: str = "desk") -> Either:
    """The duty does not hold, or not any more: a person says why, and the clock stands still and stays on record.

    Raises CannotClock."""
    actor = f"account:{account_id}"
    found = _locked(running)
    if found.waived_by == actor:
        return found
    _still_runs(found, "reason")
    text = _words("reason", reason, "Write why this duty does not hold: it stays on record.")
    found.waived_at, found.waived_by = clock.now(), actor
    found.sealed_waiver = _sealed(found, "sealed_waiver", text, audience)
    found.save(update_fields=["waived_at", "waived_by", "sealed_waiver"])
    _said(found, "waived")
    return found


def handed_over(tip_id: UUID, file_id: UUID, hand_over_id: UUID) -> None:
    """The agency's officer has a sealed file (`evidence.handed_over`): what that opens runs from this moment."""
    open_by_fact("evidence_handed_over", tip_id)


def holder(running: Clock | SchoolClock) -> UUID:
    """Under whose key the words of a clock are sealed: the tip's, or the referral's."""
    return running.tip_id if isinstance(running, Clock) else running.referral_id


def _duty(pack: Pack, code: str, owner: str) -> Duty:
    duty = pack.clocks.duty(code)
    if duty is None or duty.owner != owner:
        raise CannotClock("code", _("Choose one of the duties."))
    return duty


def _begun(
    pack: Pack, duty: Duty, actor: str, reason: str, since: datetime | None, place_id: int | None
) -> dict[str, Any]:
    """The columns of a clock that a person opens."""
    _words("reason", reason, "Write who has determined it, and why: a clock is never opened without.")
    now = clock.now()
    opened = since or now
    if opened > now:
        raise CannotClock("day", _("This lies in the future."))
    if opened < now - OLDEST:
        raise CannotClock("day", _("This is more than a year ago. Look at the year again."))
    return _run(pack, duty, actor, opened, place_id)


def _run(pack: Pack, duty: Duty, actor: str, opened: datetime, place_id: int | None) -> dict[str, Any]:
    # a break of the place's own is no school day there, and a business day all the same
    closed = directory.closed_days(place_id, opened) if duty.due.unit == "school_days" else ()
    return {
        "code": duty.code, "cites": list(duty.cites), "opened_at": opened, "recorded_at": clock.now(), "opened_by": actor,
        "due_at": clocks.due_at(pack, duty, opened, closed), "pack_version": pack.version, "pack_digest": pack.digest,
    }  # fmt: skip


def _words(field: str, text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise CannotClock(field, missing)
    if len(text) > LONGEST:
        raise CannotClock(field, _("At most %(n)d characters.") % {"n": LONGEST})
    return text


def _sealed(running: Clock | SchoolClock, column: str, text: str, audience: str) -> bytes:
    where = place(f"{running._meta.db_table}.{column}", holder(running), running.id)
    return seal(vault.content_key(holder(running), audience), text.strip(), where)


def _opened(made: Either) -> Either:
    made.save(force_insert=True)
    _said(made, "opened", due=made.due_at.isoformat())
    return made


def _locked(running: Either) -> Either:
    model = type(running)
    return model.objects.select_for_update(of=("self",)).get(pk=running.pk)


def _still_runs(running: Clock | SchoolClock, field: str) -> None:
    if not running.runs:
        raise CannotClock(field, _("Somebody has ended this clock since you opened the page."))


def _said(running: Clock | SchoolClock, what: str, **codes: object) -> None:
    """Put it on record, and let the desk's pages look again."""
    actor = {"opened": running.opened_by, "met": running.met_by, "waived": running.waived_by}[what]
    if isinstance(running, Clock):
        kind, tip_id = "tip", running.tip_id
    else:
        kind, tip_id = "referral", running.referral.tip_id
    audit.record(
        actor, f"clock.{what}", kind, holder(running), clock=str(running.id), duty=running.code, **codes
    )
    wake.desk(tip_id)
