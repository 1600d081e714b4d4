"""The verbs of this room, as other rooms call them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import (
    again,
    classes,
    deciding,
    falsehood,
    followup,
    presses,
    queries,
    recording,
    referrals,
    support,
)
from upstander.actions.confirm import AskedAnew, CannotConfirm, NotAsked, confirm
from upstander.actions.conflict import Decision
from upstander.actions.facts import CannotJudge, Circumstances
from upstander.actions.held import check as check_held
from upstander.actions.judge import Judging, judge, preview
from upstander.actions.lowering import decide_lowering
from upstander.actions.models import ActionEvent, Judgement, Referral, RequiredAction
from upstander.actions.recording import CALL_RESULTS, CannotHaveHappened, CannotRecord
from upstander.actions.refused import TOLD_OTHERWISE
from upstander.audit import services as audit
from upstander.intake import services as intake
from upstander.intake.models import Tip
from upstander.ops.transactions import once_more
from upstander.packs.current import current

__all__ = [
    "CALL_RESULTS", "AskedAnew", "CannotConfirm", "CannotHaveHappened", "CannotJudge", "CannotRecord", "Circumstances",
    "Decision", "Judging",
    "NotAsked", "change_place", "close", "close_referral",
    "confirm", "confirm_class", "decide_conflict", "decide_lowering", "determine", "judge",
    "mark_done", "preview", "record_call", "release", "request_support", "send_again", "take_up", "told_otherwise",
    "withdraw_determination",
]  # fmt: skip


@once_more
def record_call(
    action_id: UUID, account_id: int, result: str, seconds: int | None, detail: dict[str, str],
    press: UUID | None = None, happened_at: datetime | None = None,
) -> ActionEvent:  # fmt: skip
    """What came of a call that an action demands; see `recording.call`. The same `press` again (see `presses.once`) writes
    nothing, and gives the first one's event. `happened_at`: when it was, where it is entered afterwards. Raises CannotRecord."""
    actor = f"account:{account_id}"
    mark, before = presses.once(action_id, actor, press, result, {**detail, **_at(happened_at)})
    if before is not None:
        return before
    event = recording.call(action_id, actor, result, seconds, detail, mark, happened_at)
    followup.after(event)
    return event


@once_more
def mark_done(
    action_id: UUID, account_id: int, note: str, result: str = "done", detail: dict[str, str] | None = None,
    press: UUID | None = None, happened_at: datetime | None = None,
) -> ActionEvent:  # fmt: skip
    """What came of an action other than a call or mail: a result of its proof, `note` and the proof's other fields in
    `detail`; see `recording.done`. What that opens is owed at once. A hand-over of evidence is recorded by its receipt alone, see
    `held`. `press`, `happened_at`: as for a call. Raises CannotRecord."""
    falsehood.check_research(action_id, result)
    check_held(action_id, result)
    written, actor = {**(detail or {}), "note": note}, f"account:{account_id}"
    mark, before = presses.once(action_id, actor, press, result, {**written, **_at(happened_at)})
    if before is not None:
        return before
    event = recording.done(action_id, actor, result, written, mark, happened_at=happened_at)
    followup.after(event)
    return event


def _at(happened_at: datetime | None) -> dict[str, str]:
    """A time, as what tells two presses of one form apart."""
    return {"happened_at": happened_at.isoformat()} if happened_at else {}


@once_more
def take_up(tip_id: UUID, rule: str, account_id: int) -> list[RequiredAction]:
    """Take up what the directive offers for a tip, so that it can be recorded: one row a target. Raises CannotRecord."""
    _locked(tip_id)
    return followup.take_up(tip_id, rule, f"account:{account_id}")


@once_more
def confirm_class(tip_id: UUID, account_id: int, seen: int) -> ActionEvent | None:
    """Say that the class of judgement number `seen` is right; see `classes.confirm`. Raises CannotRecord."""
    return classes.confirm(tip_id, account_id, seen)


@once_more
def request_support(
    tip_id: UUID, account_id: int, asked: dict[str, str], analyst_id: int | None
) -> RequiredAction:
    """Record an agency's request for analytical support, which is owed from then on; see `support.request`. Raises
    CannotRecord."""
    _locked(tip_id)
    return support.request(tip_id, f"account:{account_id}", asked, analyst_id)


@once_more
def decide_conflict(tip_id: UUID, account_id: int, decision: Decision, seen: UUID) -> None:
    """Confirm or change, by name, who is left out of a tip; see `deciding.decide_conflict`. Raises CannotRecord, CannotJudge."""
    deciding.decide_conflict(tip_id, account_id, decision, seen)


@once_more
def determine(tip_id: UUID, account_id: int, result: str, note: str) -> ActionEvent:
    """A supervisor says whether a tip is clearly intentionally false or a prank; see `deciding.determine`. Raises
    CannotRecord."""
    return deciding.determine(tip_id, account_id, result, note)


@once_more
def withdraw_determination(tip_id: UUID, account_id: int, note: str) -> ActionEvent:
    """A supervisor takes a determination back; see `deciding.withdraw`. Raises CannotRecord."""
    return deciding.withdraw(tip_id, account_id, note)


@once_more
def send_again(action_id: UUID, account_id: int, shown: str | None = None) -> ActionEvent:
    """Bring back what a mail server refused of an e-mail to a contact; see `again.send_again`. Raises CannotRecord."""
    return again.send_again(action_id, f"account:{account_id}", shown)


@once_more
def told_otherwise(action_id: UUID, account_id: int, note: str, press: UUID | None = None) -> ActionEvent:
    """How somebody was told whose words or stand-down was refused; see `again.told_otherwise`. `press`: as for a call.
    Raises CannotRecord."""
    actor = f"account:{account_id}"
    mark, before = presses.once(action_id, actor, press, TOLD_OTHERWISE, {"note": note})
    return before or again.told_otherwise(action_id, actor, note, mark)


@once_more
def release(tip_id: UUID, account_id: int, text: str) -> int:
    """Release the narrative of a tip to the recipients of its referrals, again where there is more to say (decisions 8).

    Returns how many mails it owes. Raises CannotRecord for no text, no recipient, words that everybody has, a closed tip.
    """
    if not text.strip():
        raise CannotRecord(_("Write what the school may read."))
    if _locked(tip_id).closed_at is not None:
        raise CannotRecord(_("This tip is closed. Judge it again to open it."))
    done = referrals.release(tip_id, f"account:{account_id}", account_id, text.strip(), current())
    if not done.recipients:
        raise CannotRecord(
            _("Nobody has been told of this tip yet, so there is nobody to release it to. Judge it first.")
        )
    if not done.changed and not done.mails:
        raise CannotRecord(_("Everybody has these words already. Change them, and release them again."))
    return done.mails


@once_more
def change_place(
    tip_id: UUID, account_id: int, place_id: int | None, narrative: str = "", conflict: Decision | None = None
) -> Judgement | None:
    """Correct where a tip is about. A judged tip is judged again for the new place: new contacts are told, those who no
    longer are concerned get a stand-down. `narrative`: what they may read, where nothing has been released yet. A lowering
    that waits goes on waiting: whoever decides it decides it for the new place. `conflict`: who is left out there, where the
    tip is about a contact.

    Returns the new judgement, None where the tip was not judged yet. Raises CannotJudge where a narrative is missing.
    """
    intake.set_place(tip_id, place_id)
    before = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()
    if before is None:
        return None
    narrative = narrative.strip() or deciding.words_of(before)
    return judge(
        Judging(
            tip_id=tip_id, account_id=account_id, subtypes=tuple(before.subtypes), in_progress=before.in_progress,
            flags=tuple(before.flags), narrative=narrative, repeats=True, conflict=conflict,
        )
    )  # fmt: skip


def _locked(tip_id: UUID) -> Tip:
    return Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)


@once_more
def close(tip_id: UUID, account_id: int, note: str) -> None:
    """Close a tip. Raises CannotRecord where it is not judged, a Critical has nobody's confirmation, or a lowering waits."""
    _locked(
        tip_id
    )  # a word of the reporter comes before this, and is seen, or after it, and opens the tip again
    why_not = queries.why_not_close(tip_id)
    if why_not:
        raise CannotRecord(why_not)
    if note.strip():
        intake.say(tip_id, "note", note.strip(), account_id=account_id)
    intake.close(tip_id, clock.now())
    audit.record(f"account:{account_id}", "tip.closed", "tip", tip_id)


def close_referral(referral_id: UUID, at: datetime) -> None:
    """A referral ends, because those whom it was released to said that this is all. Who may say so, and the entry of the record,
    are the caller's; it runs in the caller's transaction."""
    Referral.objects.filter(pk=referral_id).update(state=Referral.State.CLOSED, closed_at=at)
