"""Decisions that judge a tip again by themselves: the fusion center's on who is left out, a supervisor's on a false report."""

from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import conflict, falsehood, followup, recording, referrals, words
from upstander.actions.conflict import CONFIRMS, Decision
from upstander.actions.judge import Judging, judge, mark
from upstander.actions.models import ActionEvent, Judgement, Referral, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.actions.refused import SET_ASIDE
from upstander.intake.models import Tip
from upstander.packs.current import current, used
from upstander.packs.model import Pack
from upstander.people import access
from upstander.people.models import Role


def words_of(judgement: Judgement) -> str:
    """What may be read of a judged tip: what was released last, else what is kept for whoever is told first."""
    released = Referral.objects.filter(tip_id=judgement.tip_id, sealed_summary__isnull=False)
    latest = released.order_by("-released_at").first()
    return referrals.released_text(latest) if latest else words.narrative(judgement)


def _judged(tip_id: UUID) -> Judgement:
    """The judgement in force, the tip locked; raises CannotRecord."""
    Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)
    found = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()
    if found is None:
        raise CannotRecord(_("Judge the tip first."))
    return found


def decide_conflict(tip_id: UUID, account_id: int, decision: Decision, seen: UUID) -> None:
    """Confirm who is left out of a tip, or change it, by name. What is changed holds at once: who is left out from now on is
    told nothing more, who no longer is gets word. `seen`: the decision that was looked at.

    Raises CannotRecord, and CannotJudge with the field at which its words belong.
    """
    before = _judged(tip_id)
    if not access.holds(account_id, *CONFIRMS):
        raise CannotRecord(_("Fusion-center staff or a supervisor confirm who is left out."))
    last = conflict.standing(tip_id)
    if last is None or last.id != seen:
        raise CannotRecord(_("This has been decided otherwise since you looked. See what holds now."))
    if conflict.says_the_same(decision, last, conflict.pool(before.tip.place_id)):
        _confirm(tip_id, account_id, decision)
        return
    judge(
        Judging(
            tip_id=tip_id, account_id=account_id, subtypes=tuple(before.subtypes), in_progress=before.in_progress,
            flags=tuple(before.flags), narrative=words_of(before), repeats=True, conflict=decision,
        )
    )  # fmt: skip


def _confirm(tip_id: UUID, account_id: int, decision: Decision) -> None:
    row = conflict.owed(tip_id)
    if row is None or row.done_at:
        raise CannotRecord(_("This has been confirmed already."))
    conflict.confirmed(row, account_id, decision.excluded, decision.reason.strip() or _("Confirmed as it was decided."))


def determine(tip_id: UUID, account_id: int, result: str, note: str) -> ActionEvent:
    """A supervisor's determination whether a tip is clearly identified as intentionally false or a prank (D-IV.A.6.a). Yes sets
    the mark and opens what follows. It cancels nothing that is owed and closes nothing; a closed tip is open again.

    Raises CannotRecord.
    """
    before = _judged(tip_id)
    pack = used(before.pack_digest) or current()
    row = _to_determine(tip_id, account_id, before, pack)
    event = _determined(row, account_id, result, note)
    if not falsehood.opens(pack, result):
        return event
    flag = falsehood.mark(pack)
    if flag:
        mark(before, account_id, {*before.flags, flag}, note, only_add=True)
    else:
        followup.after(event)
    return event


def withdraw(tip_id: UUID, account_id: int, note: str) -> ActionEvent:
    """A supervisor takes a determination back: it was not so after all. What had followed from it and was not done ends.

    Raises CannotRecord.
    """
    before = _judged(tip_id)
    pack = used(before.pack_digest) or current()
    _supervises(account_id)
    row = _newest(tip_id)
    no = [r for r in recording.proof_of(row).closes if not falsehood.opens(pack, r)] if row else []
    if row is None or not falsehood.opens(pack, row.result) or not no:
        raise CannotRecord(_("Nothing has been determined that could be taken back."))
    event = _determined(row, account_id, no[-1], note)
    mark(before, account_id, set(before.flags) - {falsehood.mark(pack)}, note, only_add=False)
    return event


def _supervises(account_id: int) -> None:
    if not access.holds(account_id, Role.SUPERVISOR):
        raise CannotRecord(
            _("Only a supervisor determines whether a report is intentionally false or a prank.")
        )


def _newest(tip_id: UUID) -> RequiredAction | None:
    found = RequiredAction.objects.filter(tip_id=tip_id, kind=falsehood.DETERMINATION, ended_by=None)
    return found.order_by("owed_since", "id").last()


def _to_determine(tip_id: UUID, account_id: int, before: Judgement, pack: Pack) -> RequiredAction:
    """The row on which it is determined: the one that is there, done or not, else what is offered for any tip is taken up."""
    _supervises(account_id)
    if falsehood.mark(pack) in before.flags:
        raise CannotRecord(_("This has been determined already. Take it back first, if it is not so."))
    there, rule = _newest(tip_id), falsehood.rule(pack)
    if there is None and rule is None:
        raise CannotRecord(_("The directive in force has no such determination."))
    return there or followup.take_up(tip_id, rule.id if rule else "", f"account:{account_id}")[0]


def _determined(row: RequiredAction, account_id: int, result: str, note: str) -> ActionEvent:
    """Write it down; the row says what was determined last, its events all of it."""
    actor = f"account:{account_id}"
    if result == SET_ASIDE:
        raise CannotRecord(_("Choose what you determine."))
    event = recording.done(row.id, actor, result, {"note": note}, decided=True)
    RequiredAction.objects.filter(pk=row.pk).update(done_at=event.at, done_by=actor, result=result)
    return event
