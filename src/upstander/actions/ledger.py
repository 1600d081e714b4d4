"""The ledger of what is owed: adding what a plan demands, ending what it demands no longer, recording what was done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db.models import F, Q

from upstander import clock
from upstander.actions import exclusion, wake, words
from upstander.actions.models import ActionEvent, Judgement, Notice, RequiredAction
from upstander.actions.refused import FIRST, REFUSED, SET_ASIDE
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.packs.model import Proof
from upstander.protocol import Plan, Target
from upstander.protocol import RequiredAction as PlannedAction
from upstander.protocol.facts import UNKNOWN

# What may come of a call. Only `answered` is proof; the others are attempts.
CALL_RESULTS = ("answered", "voicemail", "no_answer", "busy", "wrong_number")
CALLS = ("call_psap", "call_contacts", "notify_law_enforcement", "assure_receipt", "notify_isp_troop_or_zone")
WORD_GIVEN = (
    "call_psap",
    "call_contacts",
    "email_contacts",
    "notify_law_enforcement",
    "assure_receipt",
    "command_review",
)
TO_CONTACTS = (
    "call_contacts",
    "email_contacts",
)  # by these a contact is told; what else concerns them tells them nothing
CONFIRM_CLASS = "confirm_class"  # see `classes`
DECISIONS = (
    "conflict_decision",
    "false_determination",
)  # recorded by what decides them (see `deciding`), never by a note alone
_NOTE = Proof("note_recorded", {"done": "done"}, {}, ())  # of a row whose rule no pack has any more
_NOBODY = (Target("none", "", ""),)

Identity = tuple[str, str, str]


class CannotRecord(ValueError):
    """What was to be recorded does not fit the action; in words for the person who recorded it."""


def apply(
    plan: Plan, judgement: Judgement, at: datetime, *, raised: bool = False, only_add: bool = False
) -> set[int]:
    """Make the ledger say what `plan` demands since `judgement`: nothing fires twice, nothing is removed (decisions 7).

    Where the tip was `raised` (graver, or now in progress), word that was already given is owed once more: who was told of
    something less grave has not been told. So is word to whom it had not been owed for a while: they were stood down. What is
    not done yet is due no later than what is owed from now on. What is offered has no row until somebody takes it up.
    `only_add` ends nothing.
    Returns the contacts whom it had not been owed for a while.
    """
    rows = _families(judgement.tip_id)
    left, owed, back = _left(rows, raised=raised), set(), set()
    fresh, again, replaced = [], [], []
    sooner: dict[datetime, list[UUID]] = defaultdict(list)
    for position, action, target in _pairs(plan.owed):
        identity = (action.rule, target.kind, target.ref)
        owed.add(identity)
        if identity not in rows:
            fresh.append(_row(action, target, judgement, at, position, ""))
            continue
        last, due = rows[identity][-1], _due(action, at)
        ended = last.ended_by_id is not None
        if ended and action.kind in TO_CONTACTS and target.known:
            back.add(int(target.ref))
        if (raised or ended) and action.kind in WORD_GIVEN and (last.done_at or last.id in left):
            fresh.append(_row(action, target, judgement, at, position, f"#{judgement.n}"))
            replaced += [last.id] if not last.done_at else []
            continue
        again += [last.id] if ended else []
        if last.standing == RequiredAction.Standing.OFFERED and last.done_at is None:
            RequiredAction.objects.filter(pk=last.id).update(
                standing=RequiredAction.Standing.OWED, owed_since=at, due_at=due
            )
        elif due and last.done_at is None and (last.due_at is None or due < last.due_at):
            sooner[due].append(last.id)
    RequiredAction.objects.bulk_create(fresh)
    _replace(replaced, judgement)
    if not only_add:
        RequiredAction.objects.filter(id__in=_gone(plan, rows, owed)).update(ended_by=judgement)
    RequiredAction.objects.filter(id__in=again).update(ended_by=None)
    for due, ids in sooner.items():
        RequiredAction.objects.filter(id__in=ids).update(due_at=due)
    return back


def _left(rows: Mapping[Identity, list[RequiredAction]], *, raised: bool) -> set[UUID]:
    """The mails that are not done and of which something has left all the same, or is leaving at this moment: a correction;
    where the tip was `raised`, the first mail, which may say something less grave. Who is told again is told by another row,
    whose mail and whose correction are its own.
    """
    newest = [family[-1] for family in rows.values()]
    open_ = {row.id: row for row in newest if row.kind == "email_contacts" and row.done_at is None}
    if not open_:
        return set()
    left = delivery.gone(["stand_down"], list(open_))
    if raised:
        firsts = {id: id for id, row in open_.items() if "#" in row.rule}
        notices = Notice.objects.filter(action__in=open_.keys() - firsts.keys())
        firsts |= dict(notices.values_list("pk", "action_id"))
        left |= {firsts[subject] for subject in delivery.gone(FIRST, list(firsts))}
    return left


def _replace(row_ids: Collection[UUID], judgement: Judgement) -> None:
    """End these mails' rows, in whose place others are owed now. What of them has not left leaves no more."""
    if not row_ids:
        return
    RequiredAction.objects.filter(id__in=row_ids).update(ended_by=judgement)
    notices = Notice.objects.filter(action__in=row_ids)
    delivery.cancel_all("notice", list(notices.values_list("pk", flat=True)))
    delivery.cancel_all("raised", row_ids)


def take_up(plan: Plan, rule: str, judgement: Judgement, at: datetime) -> list[RequiredAction]:
    """Give what `plan` offers by `rule` its rows, so that it can be done and recorded; none where it offers no such thing.

    Where it has been taken up before, the rows are those.
    """
    rows = _families(judgement.tip_id)
    found = []
    for position, action, target in _pairs([a for a in plan.offers if a.rule == rule]):
        last = rows.get((rule, target.kind, target.ref), [None])[-1]
        if last is None or last.ended_by_id is not None:
            last = _row(action, target, judgement, at, position, f"#{judgement.n}" if last else "")
            last.save(force_insert=True)
        found.append(last)
    return found


def once_more(plan: Plan, kind: str, judgement: Judgement, at: datetime) -> list[RequiredAction]:
    """Owe what `plan` demands of this kind once more since `judgement`, though it was done; the new rows."""
    before = RequiredAction.objects.filter(tip_id=judgement.tip_id, kind=kind).count()
    rows = [
        _row(action, target, judgement, at, position, f"#{judgement.n}.{before}")
        for position, action, target in _pairs(plan.owed)
        if action.kind == kind
    ]
    return RequiredAction.objects.bulk_create(rows)


def _pairs(actions: Iterable[PlannedAction]) -> Iterator[tuple[int, PlannedAction, Target]]:
    for position, action in enumerate(actions):
        for target in action.targets or _NOBODY:
            yield position, action, target


def _due(action: PlannedAction, at: datetime) -> datetime | None:
    return None if action.due_seconds is None else at + timedelta(seconds=action.due_seconds)


def _row(
    action: PlannedAction, target: Target, judgement: Judgement, at: datetime, position: int, mark: str
) -> RequiredAction:
    return RequiredAction(
        id=new_id(), tip_id=judgement.tip_id, rule=f"{action.rule}{mark}", kind=action.kind, target_kind=target.kind,
        target_ref=target.ref, owed_by=action.owed_by, cites=list(action.cites), position=position, owed_since=at,
        due_at=_due(action, at), first_judgement=judgement, standing=action.standing, because=action.because,
        script=action.script, proof=action.proof, about=list(action.about), label=target.label[:200],
    )  # fmt: skip


def _gone(plan: Plan, rows: dict[Identity, list[RequiredAction]], owed: set[Identity]) -> list[UUID]:
    """The rows that are owed no more. What was done stays done, save word given: whom it concerns no longer cannot act on
    it. What somebody took up stays while it is offered."""
    offered = {(a.rule, t.kind, t.ref) for _, a, t in _pairs(plan.offers)}
    return [
        row.id
        for identity, family in rows.items()
        if identity not in owed
        for row in family
        if row.ended_by_id is None
        and not (row.done_at and row.kind not in WORD_GIVEN)
        and not (identity in offered and row.standing == RequiredAction.Standing.OFFERED)
    ]


def _families(tip_id: UUID) -> dict[Identity, list[RequiredAction]]:
    """The tip's rows by what they are, each once and once more, in the order in which they were owed."""
    rows: dict[Identity, list[RequiredAction]] = defaultdict(list)
    for row in RequiredAction.objects.filter(tip_id=tip_id).order_by("owed_since"):
        rows[row.rule.partition("#")[0], row.target_kind, row.target_ref].append(row)
    return rows


def contacts_owed(tip_id: UUID) -> dict[int, RequiredAction | None]:
    """Every contact whom word is owed, or was and is still meant, with the newest action that owes them a mail."""
    owed: dict[int, RequiredAction | None] = {}
    rows = RequiredAction.objects.filter(
        tip_id=tip_id, kind__in=TO_CONTACTS, target_kind="contact", ended_by=None
    )
    for row in rows.exclude(target_ref=UNKNOWN).order_by("owed_since"):
        contact_id = int(row.target_ref)
        owed.setdefault(contact_id, None)
        if row.kind == "email_contacts":
            owed[contact_id] = row
    return owed


def happened(
    action: RequiredAction, actor: str, result: str, *, strength: str = "", seconds: int | None = None,
    detail: dict[str, str] | None = None, press: bytes | None = None,
) -> ActionEvent:  # fmt: skip
    """Write an event of an action, its words sealed, and the audit entry of it. `press`: see `presses.once`."""
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
    )
    if written:
        text = msgspec.json.encode(written).decode()
        event.sealed_detail = words.under_tip(
            action.tip_id, "actions_actionevent.sealed_detail", event.id, text
        )
    event.save(force_insert=True)
    audit.record(actor, f"action.{action.kind}.{result}", "tip", action.tip_id, action=str(action.id))
    return event


def close(actions: Iterable[RequiredAction], actor: str, result: str) -> None:
    """Say that these are done; what was done before stays as it was."""
    RequiredAction.objects.filter(pk__in=[action.pk for action in actions], done_at=None).update(
        done_at=clock.now(), done_by=actor, result=result
    )


def locked(action_id: UUID) -> RequiredAction:
    """The action, its tip locked for this transaction, so that it is recorded before or after a judgement, never within
    one; raises CannotRecord where there is none."""
    tip = Tip.objects.select_for_update(of=("self",)).filter(actions=action_id).first()
    if tip is None:
        raise CannotRecord("There is no such action.")
    return RequiredAction.objects.get(pk=action_id)


def call(
    action_id: UUID, actor: str, result: str, seconds: int | None, detail: dict[str, str], press: bytes | None = None
) -> ActionEvent:  # fmt: skip
    """Record a call: `result` is one of CALL_RESULTS, `seconds` its length, `detail` who answered and the dispatch number.

    Answered needs a name: a named human is the proof (D-IV.A.2). An answered call to a contact is that person's confirmation
    by voice. Raises CannotRecord.
    """
    action = locked(action_id)
    if action.kind not in CALLS:
        raise CannotRecord("This action is not a call.")
    if result not in CALL_RESULTS:
        raise CannotRecord("Choose what came of the call.")
    if result == "answered" and not detail.get("answered_by", "").strip():
        raise CannotRecord("Write who answered: a name or a badge number is the proof that somebody knows.")
    unnamed = action.kind == "notify_isp_troop_or_zone" and action.target_ref == UNKNOWN
    if result == "answered" and unnamed and not detail.get("note", "").strip():
        raise CannotRecord("The directory does not know which one it is: write in the note whom you reached.")
    event = happened(action, actor, result, strength="voice", seconds=seconds, detail=detail, press=press)
    if result == "answered":
        close([action], actor, result)
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
            Notice.objects.filter(pk=notice.pk).update(confirmed_at=event.at, strength="voice", confirmed_as="self")


def proof_of(action: RequiredAction) -> Proof:
    """What counts as proof of an action, by the pack: its results, and what is written down with them."""
    pack = current()
    rule = pack.rule(action.rule_id)
    code = action.proof or (rule.proof if rule else "")
    return pack.proof(code) if any(p.code == code for p in pack.proofs) else _NOTE


def done(
    action_id: UUID, actor: str, result: str, detail: dict[str, str], press: bytes | None = None, *, decided: bool = False
) -> ActionEvent:
    """Record what came of an action other than a call to the PSAP or word to contacts: a `result` of its proof, and what
    that proof demands to be written down. A result that the proof does not close with is a try, and the action stays owed.

    Any action but the call to the PSAP can be set aside ("not_possible") with a note. `decided`: it comes with the decision
    of which it is the record (DECISIONS). Raises CannotRecord.
    """
    action = locked(action_id)
    if action.kind in DECISIONS and not decided:
        raise CannotRecord("This is recorded by the decision itself: use its own form.")
    if action.kind == CONFIRM_CLASS:
        raise CannotRecord("A class is confirmed by one press, or raised by judging again.")
    if action.kind == "call_psap" or (action.kind in TO_CONTACTS and result != SET_ASIDE):
        raise CannotRecord("Calls are recorded as calls, and mails prove themselves.")
    proof = proof_of(action)
    if result != SET_ASIDE and result not in proof.results:
        raise CannotRecord("Choose what came of it.")
    _complete(proof, result, detail)
    event = happened(action, actor, result, detail=detail, press=press)
    if result == SET_ASIDE or result in proof.closes:
        close([action], actor, result)
    wake.desk(action.tip_id)
    return event


def _complete(proof: Proof, result: str, detail: dict[str, str]) -> None:
    """Raise CannotRecord where something is not written down that proves a result."""
    if result == SET_ASIDE and not detail.get("note", "").strip():
        raise CannotRecord("Write what was done: the note is the proof.")
    for field in proof.fields:
        if result in field.required_for and not detail.get(field.code, "").strip():
            if field.code == "note":
                raise CannotRecord("Write what was done: the note is the proof.")
            if field.kind == "paper":
                raise CannotRecord("Make the paper first, on its own page: which one it was is part of the proof.")
            raise CannotRecord(f"Write this too: {field.label}.")


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
