"""The verbs of intake: receiving a tip, the dialogue from both sides, and the few facts of a tip that the desk sets."""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, Subquery, Value, When
from django.db.models.functions import Greatest, Least

from upstander import clock
from upstander.audit import services as audit
from upstander.directory import queries as directory
from upstander.evidence import adopting as evidence
from upstander.ids import new_id, tip_number
from upstander.intake import addresses, store, submitters, tokens
from upstander.intake.dialogue import Dialogue, NoSuchReceipt, Utterance, open_dialogue, reply
from upstander.intake.models import UNJUDGED, Message, PushAddress, Status, Tip
from upstander.intake.submission import (
    Contact,
    Receipt,
    Refused,
    Submission,
    Submitted,
    UnknownPlace,
    WeakKey,
    canonical,
    checked,
    checked_key,
    clean,
)
from upstander.intake.wake import wake
from upstander.ops import events
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

__all__ = [
    "Contact", "Dialogue", "NoSuchReceipt", "Receipt", "Refused", "Submission", "Submitted", "UnknownPlace", "Utterance",
    "WeakKey", "checked_key", "close", "open_dialogue", "receive", "reopen", "reply", "say", "set_class", "set_place",
    "set_status", "taken_up",
]  # fmt: skip

RANK_DANGER = 5
BODY = "intake_message.body"
PLACES = frozenset({"school", "district", "system", "region", "college", "campus"})  # what a tip can be about


def receive(submission: Submission, idempotency_key: str) -> Receipt:
    """Take one report: check, seal, store, and give the receipt. The one door of every channel.

    The same key with the same content is the same tip and the same receipt again; the same key with other content is a new
    tip that remembers the older one (`same_key_as`). When this returns, the tip is on disk (decisions 2, 3, 5).
    Raises WeakKey, Refused (with UnknownPlace), django.db.OperationalError where it could not be stored, and evidence's
    CannotTake where a new report's files cannot be taken over: then nothing is stored.
    """
    key = checked_key(idempotency_key)
    submission = checked(submission)
    if submission.place_id is not None and not _known_place(submission.place_id):
        raise UnknownPlace
    receipt = vault.receipt_for(key, canonical(submission))
    values = _sealed(submission, key, receipt)
    if _stored_with_files(submission, values) if submission.files else store.fetch(store.TIP, values):
        wake()
        return Receipt(values["id"], values["number"], receipt, replayed=False)
    (tip_id, number), *_ = store.fetch(store.FIND, {"lookup": values["lookup"]})
    return Receipt(tip_id, number, receipt, replayed=True)


def _sealed(submission: Submission, key: str, receipt: str) -> dict[str, Any]:
    """Every value of the one statement: content sealed, codes and times clear."""
    tip_id, tip_key = new_id(), vault.new_key()
    words = submission.words()
    ids = sorted(new_id() for _ in words)  # so that the order of the ids is the order of the fields
    desk_version, desk_key = vault.wrapped_for(tip_id, tip_key, "desk")
    entry = audit.row(submission.actor, "intake.received", "tip", tip_id, channel=submission.channel)
    return {
        "id": tip_id,
        "number": tip_number(),
        "lookup": vault.receipt_lookup(receipt),
        "tag": vault.submission_tag(key),
        "channel": submission.channel,
        "at": submission.at or clock.now(),
        "place": submission.place_id,
        "danger": submission.danger_now,
        "self": submission.about_self,
        "subtype": submission.subtype,
        "weapon": submission.weapon,
        "language": submission.language,
        "wants": bool(submission.contact.email or submission.contact.phone),
        "rank": RANK_DANGER if submission.danger_now else UNJUDGED,
        "words": ids,
        "fields": [name for name, _ in words],
        "bodies": [
            seal(tip_key, text, place(BODY, tip_id, i)) for i, (_, text) in zip(ids, words, strict=True)
        ],
        "desk_version": desk_version,
        "desk_key": desk_key,
        "receipt_key": vault.wrapped_for_receipt(tip_id, tip_key, receipt),
        **addresses.sealed(tip_id, submission.contact),
        **submitters.values(tip_id, tip_key, submission),
        **store.audit_values(entry),
    }


@transaction.atomic
def _stored_with_files(submission: Submission, values: dict[str, Any]) -> bool:
    """The tip and what is attached to it, or neither; False where the tip was there already, its files with it."""
    if not store.fetch(store.TIP, values):
        return False
    suspected = evidence.said_by_reporter(submission.subtype)
    evidence.adopt(values["id"], values["number"], list(submission.files), values["at"], suspected=suspected, by=submission.actor)
    return True


@lru_cache(maxsize=20_000)
def _seen_place(place_id: int) -> bool:
    """Whether the directory has it. Organisations are retired, never removed, so a yes may be remembered."""
    if directory.place_card(place_id).kind not in PLACES:
        raise LookupError
    return True


def _known_place(place_id: int) -> bool:
    try:
        return _seen_place(place_id)
    except LookupError:
        return False


@transaction.atomic
def say(
    tip_id: UUID, sender: str, text: str, account_id: int | None = None, dedup: str | None = None
) -> UUID:
    """Add the desk's word, a note, or an automatic answer (Message.From) to the dialogue; the id of the message.

    `dedup`: a mark of this press; the same mark again adds nothing and gives the first message's id. Uses the desk's key:
    raises CannotOpen elsewhere, or where the tip was expunged. What whoever writes has read of the reporter's words only the
    page knows on which they wrote: see `taken_up`.
    """
    mark = hashlib.sha256(f"say|{tip_id}|{dedup}".encode()).digest()[:16] if dedup else None
    message_id, now = new_id(), clock.now()
    body = seal(vault.content_key(tip_id, "desk"), clean(text), place(BODY, tip_id, message_id))
    message = Message(
        id=message_id, tip_id=tip_id, at=now, sender=sender, account_id=account_id, body=body, dedup=mark
    )
    Message.objects.bulk_create([message], ignore_conflicts=mark is not None)
    if mark and (first := Message.objects.only("id").get(dedup=mark)).id != message_id:
        return first.id
    if sender == Message.From.DESK:
        Tip.objects.filter(id=tip_id).update(answered_at=_heard("answered_at", now))
    actor = f"account:{account_id}" if account_id is not None else "system:desk"
    audit.record(actor, "intake.said", "tip", tip_id, sender=str(sender), message=message_id)
    events.tell("intake.said", tip_id=tip_id, message_id=message_id, sender=str(sender))
    transaction.on_commit(wake)
    return message_id


def _heard(kept: str, now: datetime) -> Greatest:
    """Until when what the reporter said is answered by a word of this moment: to before the first that nobody has taken up, for
    it crossed that one; never back."""
    before = Least(Value(now), F("unread_since") - Value(timedelta(microseconds=1)))
    return Greatest(F(kept), Case(When(words_added__gt=F("words_read"), then=before), default=Value(now)))


@transaction.atomic
def no_answer_owed(tip_id: UUID, why: str, account_id: int, *, dedup: str = "") -> UUID:
    """Write down, as a note, why the reporter is owed no answer to what they have said by now; the id of the note.

    Until they write again a reporter in crisis waits for none (docs/decisions/0126). `dedup` and raises: as for `say`.
    """
    note = say(tip_id, Message.From.NOTE, why, account_id, dedup=dedup)
    Tip.objects.filter(id=tip_id).update(answer_waived_at=_heard("answer_waived_at", clock.now()))
    audit.record(f"account:{account_id}", "intake.no_answer_owed", "tip", tip_id, message=note)
    return note


def taken_up(tip_id: UUID, words: int) -> None:
    """Somebody acts on a tip who had its report, and the first `words` of what its reporter added, before their eyes.

    Those wait no more; a word that came after them does (docs/decisions/0085). Where none waits, the reporter is told *read*.
    """
    all_read = When(status=Status.RECEIVED, words_added__lte=words, then=Value(Status.READ))
    added = Message.objects.filter(tip=tip_id, sender=Message.From.REPORTER, field="").order_by("at", "id")
    next_one = Subquery(added.values("at")[words : words + 1])
    Tip.objects.filter(Q(words_read__lt=F("words_added")) | Q(status=Status.RECEIVED), id=tip_id).update(
        words_read=Least(F("words_added"), Greatest(F("words_read"), Value(words))),
        unread_since=Case(When(words_read__lte=words, then=next_one), default=F("unread_since")),
        status=Case(all_read, default=F("status")),
    )


def set_class(tip_id: UUID, klass: str, rank: int, at: datetime) -> None:
    """The class of the judgement in force and its place in the queue; whoever judged writes the audit entry."""
    Tip.objects.filter(id=tip_id).update(klass=klass, rank=rank, judged_at=at)


def reopen(tip_id: UUID) -> None:
    """Put a closed tip back into the queue, because it was judged again."""
    Tip.objects.filter(id=tip_id, closed_at__isnull=False).update(closed_at=None, status=Status.READ)


def set_status(tip_id: UUID, status: str) -> None:
    """What the reporter is told, a code of Status; raises ValueError for another."""
    Tip.objects.filter(id=tip_id).update(status=Status(status))


def set_place(tip_id: UUID, place_id: int | None) -> None:
    """Where it is, as the desk has found out."""
    if place_id is not None and not _known_place(place_id):
        raise UnknownPlace
    Tip.objects.filter(id=tip_id).update(place_id=place_id)
    tokens.move(tip_id, place_id)


def close(tip_id: UUID, at: datetime) -> None:
    """Take the tip out of the queue. A later word of the reporter brings it back, as one that nobody has read."""
    Tip.objects.filter(id=tip_id).update(closed_at=at, status=Status.CLOSED)
    PushAddress.objects.filter(tip_id=tip_id).delete()
