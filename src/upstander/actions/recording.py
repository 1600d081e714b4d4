"""Recording what came of a required action: each event is written once, sealed, audited, and closes what it proves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import F, Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import entered, exclusion, wake, words
from upstander.actions.entered import CannotHaveHappened as CannotHaveHappened
from upstander.actions.entered import CannotRecord as CannotRecord
from upstander.actions.ledger import TO_CONTACTS
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.actions.refused import REFUSED, SET_ASIDE
from upstander.audit import services as audit
from upstander.directory import verification
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.packs.model import Proof
from upstander.protocol.facts import UNKNOWN

# What may come of a call. Only `answered` is proof; the others are attempts.
CALL_RESULTS = ("answered", "voicemail", "no_answer", "busy", "wrong_number")
CALLS = ("call_psap", "call_contacts", "notify_law_enforcement", "assure_receipt", "notify_isp_troop_or_zone")
CONFIRM_CLASS = "confirm_class"  # see `classes`
# Recorded by what decides them (see `deciding`), never by a note alone.
DECISIONS = ("conflict_decision", "false_determination")
_NOTE = Proof("note_recorded", {"done": "done"}, {}, ())  # of a row whose rule no pack has any more


def happened(
    action: RequiredAction, actor: str, result: str, *, strength: str = "", seconds: int | None = None,
    detail: dict[str, str] | None = None, press: bytes | None = None, happened_at: datetime | None = None,
) -> ActionEvent:  # fmt: skip
    """Write an event of an action, its words sealed, and the audit entry of it. `press`: see `presses.once`; `happened_at`: see
    `entered.moment`."""
    written = {k: v.strip() for k, v in (detail or {}).items() if v.strip()}
    event = ActionEvent(
        id=new_id(),
        action=action,
        at=clock.now(),
        actor=actor,
        result=result,
        strength=strength,
        seconds=seconds,
        press=press,
        happened_at=happened_at,
    )
    if written:
        text = msgspec.json.encode(written).decode()
        event.sealed_detail = words.under_tip(
            action.tip_id, "actions_actionevent.sealed_detail", event.id, text
        )
    event.save(force_insert=True)
    entered = {"happened_at": happened_at.isoformat()} if happened_at else {}
    audit.record(actor, f"action.{action.kind}.{result}", "tip", action.tip_id, action=str(action.id), **entered)
    return event


def close(actions: Iterable[RequiredAction], actor: str, result: str, at: datetime | None = None) -> None:
    """Say that these are done, now or since `at`; what was done before stays as it was."""
    RequiredAction.objects.filter(pk__in=[action.pk for action in actions], done_at=None).update(
        done_at=at or clock.now(), done_by=actor, result=result
    )


def locked(action_id: UUID) -> RequiredAction:
    """The action, its tip locked for this transaction, so that it is recorded before or after a judgement, never within
    one; raises CannotRecord where there is none."""
    tip = Tip.objects.select_for_update(of=("self",)).filter(actions=action_id).first()
    if tip is None:
        raise CannotRecord(_("There is no such action."))
    return RequiredAction.objects.get(pk=action_id)


def call(
    action_id: UUID, actor: str, result: str, seconds: int | None, detail: dict[str, str], press: bytes | None = None,
    happened_at: datetime | None = None,
) -> ActionEvent:  # fmt: skip
    """Record a call: `result` is one of CALL_RESULTS, `seconds` its length, `detail` who answered and the dispatch number.

    Answered needs a name: a named human is the proof (D-IV.A.2). An answered call to a contact is that person's confirmation
    by voice. `happened_at`: when it was, where it is entered afterwards. Raises CannotRecord.
    """
    action = locked(action_id)
    if action.kind not in CALLS:
        raise CannotRecord(_("This action is not a call."))
    if result not in CALL_RESULTS:
        raise CannotRecord(_("Choose what came of the call."))
    if result == "answered" and not detail.get("answered_by", "").strip():
        raise CannotRecord(
            _("Write who answered: a name or a badge number is the proof that somebody knows.")
        )
    unnamed = action.kind == "notify_isp_troop_or_zone" and action.target_ref == UNKNOWN
    if result == "answered" and unnamed and not detail.get("note", "").strip():
        raise CannotRecord(
            _("The directory does not know which one it is: write in the note whom you reached.")
        )
    since = entered.moment(action, happened_at)
    event = happened(
        action, actor, result, strength="voice", seconds=seconds, detail=detail, press=press, happened_at=since
    )
    if result == "wrong_number" and action.target_kind == "contact" and action.target_ref.isdecimal():
        verification.wrong_number(int(action.target_ref), "", actor)
    if result == "answered":
        close([action], actor, result, event.when)
        if action.target_kind == "contact":
            _confirmed_by_voice(action, event)
    wake.desk(action.tip_id)
    return event


def _confirmed_by_voice(action: RequiredAction, event: ActionEvent) -> None:
    """An answered call is that contact's confirmation; of who is left out meanwhile it is only what happened."""
    asked = Notice.objects.filter(
        Q(confirmed_at=None) | Q(confirmed_at__lt=F("asked_since")),
        referral__tip_id=action.tip_id, contact_id=int(action.target_ref),
    ).select_related("referral", "contact").prefetch_related("contact__points")  # fmt: skip
    for notice in asked:
        if not exclusion.bars(notice):
            # who was called from paper before anybody could judge has confirmed what was asked afterwards
            at = max(event.when, notice.asked_since)
            Notice.objects.filter(pk=notice.pk).update(confirmed_at=at, strength="voice", confirmed_as="self")


def proof_of(action: RequiredAction) -> Proof:
    """What counts as proof of an action, by the pack: its results, and what is written down with them."""
    pack = current()
    rule = pack.rule(action.rule_id)
    code = action.proof or (rule.proof if rule else "")
    return pack.proof(code) if any(p.code == code for p in pack.proofs) else _NOTE


def done(
    action_id: UUID,
    actor: str,
    result: str,
    detail: dict[str, str],
    press: bytes | None = None,
    *,
    decided: bool = False,
    happened_at: datetime | None = None,
) -> ActionEvent:
    """Record what came of an action other than a call (CALLS) or word to contacts: a `result` of its proof, and what that proof
    demands to be written down. A result that the proof does not close with is a try, and the action stays owed.

    Any action but the call to the PSAP can be set aside ("not_possible") with a note. `decided`: it comes with the decision
    of which it is the record (DECISIONS). `happened_at`: as for a call. Raises CannotRecord.
    """
    action = locked(action_id)
    if action.kind in DECISIONS and not decided:
        raise CannotRecord(_("This is recorded by the decision itself: use its own form."))
    if action.kind == CONFIRM_CLASS:
        raise CannotRecord(_("A class is confirmed by one press, or raised by judging again."))
    if action.kind == "call_psap" or (action.kind in {*CALLS, *TO_CONTACTS} and result != SET_ASIDE):
        raise CannotRecord(_("Calls are recorded as calls, and mails prove themselves."))
    proof = proof_of(action)
    if result != SET_ASIDE and result not in proof.results:
        raise CannotRecord(_("Choose what came of it."))
    _complete(proof, result, detail)
    since = entered.moment(action, happened_at)
    event = happened(action, actor, result, detail=detail, press=press, happened_at=since)
    if result == SET_ASIDE or result in proof.closes:
        close([action], actor, result, event.when)
    wake.desk(action.tip_id)
    return event


def wanted(label: str) -> str:
    """What to say where the note of a proof is empty: by the name that the page gives the field."""
    return _("Write this, it is the proof: %(field)s.") % {"field": label}


def _complete(proof: Proof, result: str, detail: dict[str, str]) -> None:
    """Raise CannotRecord where something is not written down that proves a result."""
    if result == SET_ASIDE and not detail.get("note", "").strip():
        labels = [field.label for field in proof.fields if field.code == "note"]
        raise CannotRecord(wanted(labels[0]) if labels else _("Write what was done: the note is the proof."))
    for field in proof.fields:
        if result in field.required_for and not detail.get(field.code, "").strip():
            if field.code == "note":
                raise CannotRecord(wanted(field.label))
            if field.kind == "paper":
                raise CannotRecord(
                    _("Make the paper first, on its own page: which one it was is part of the proof.")
                )
            raise CannotRecord(_("Write this too: %(field)s.") % {"field": field.label})


def mailed(actions: Mapping[UUID, RequiredAction], actor: str, result: str) -> None:
    """What the carrier said of mails of `email_contacts` actions, by delivery: `sent` is an action's proof; `refused` is red,
    also where the action is done by another mail (see `refused.unanswered`)."""
    at = clock.now()
    ActionEvent.objects.bulk_create(
        ActionEvent(
            id=new_id(), action=action, at=at, actor=actor, result=result,
            tip_id=action.tip_id if result == REFUSED else None,
            delivery_id=delivery_id if result == REFUSED else None,
        )
        for delivery_id, action in actions.items()
    )  # fmt: skip
    if result == "sent":
        close(actions.values(), actor, result)
    audit.record_all(
        audit.row(actor, f"action.{action.kind}.{result}", "tip", action.tip_id, delivery=str(delivery_id))
        for delivery_id, action in actions.items()
    )
    for tip_id in {action.tip_id for action in actions.values()}:
        wake.desk(tip_id)
