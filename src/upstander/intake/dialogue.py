"""The dialogue from the reporter's side: opened by what only the reporter holds, in a process that holds no private key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.evidence import adopting as evidence
from upstander.evidence.tokens import Ticket
from upstander.ids import new_id
from upstander.intake import opened, store
from upstander.intake.models import Message, Status
from upstander.intake.submission import LIMITS, Refused, clean, too_long
from upstander.intake.wake import wake
from upstander.ops import events
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, place, seal
from upstander.vault.keys import keyring

BODY = "intake_message.body"
_NOBODY = UUID(int=0)
_NOTHING = seal(bytes(32), bytes(32), b"")  # of the shape of a wrapped key: a wrong code costs the same work


class NoSuchReceipt(Exception):
    """No tip has this receipt; said alike for a wrong code, an empty one and a tip that was expunged."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One word of the dialogue as the reporter may read it: never a note."""

    id: UUID
    at: datetime
    sender: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What a returning reporter sees. `status` is a code of Status, or `asked` while a question of the desk is open."""

    tip_id: UUID
    number: str
    status: str
    received_at: datetime
    closed: bool
    said: tuple[Utterance, ...]


def _open(receipt: str, statement: str) -> tuple[bytes, list[tuple[Any, ...]]]:
    """The content key and the rows; the same work is done for a code that opens nothing (decisions 5)."""
    rows = store.fetch(statement, {"lookup": vault.receipt_lookup(receipt)})
    holder, wrapped = (rows[0][0], rows[0][5]) if rows else (_NOBODY, _NOTHING)
    try:
        return vault.key_by_receipt(holder, receipt, wrapped), rows
    except CannotOpen:
        raise NoSuchReceipt from None


def open_dialogue(receipt: str) -> Dialogue:
    """The dialogue of the tip with this receipt, decrypted by what the receipt itself holds; raises NoSuchReceipt."""
    key, rows = _open(receipt, store.DIALOGUE)
    tip_id, number, status, received_at, closed_at, *_ = rows[0]
    audit.record("reporter", "intake.dialogue_opened", "tip", tip_id)
    said = tuple(
        Utterance(i, at, sender, field, opened.word(key, tip_id, i, body))
        for *_tip, i, at, sender, field, body in rows
        if i is not None
    )
    return Dialogue(tip_id, number, _shown(status, said), received_at, closed_at is not None, said)


def _shown(status: str, said: tuple[Utterance, ...]) -> str:
    """`asked` while the last word is the desk's and holds a question; else the status that was set."""
    last = next((u for u in reversed(said) if u.sender != Message.From.SYSTEM), None)
    open_question = last is not None and last.sender == Message.From.DESK and "?" in last.text
    return "asked" if open_question and status != Status.CLOSED else status


def reply(receipt: str, text: str, dedup: str | None = None, files: Sequence[Ticket] = ()) -> bool:
    """The reporter's next words; False where this press (`dedup`) of the same words and files had been stored already.

    A closed tip is open again. With `files` the text may be empty. Raises NoSuchReceipt, Refused for a text that is empty or too
    long, and evidence's CannotTake for a file that cannot be taken over.
    """
    text = clean(text) or (_only_files() if files else "")
    key, rows = _open(receipt, store.TIP_OF)  # (who only adds a word reads none)
    if not text:
        raise Refused({"text": _empty()})
    if len(text) > LIMITS["text"]:
        raise Refused({"text": too_long(LIMITS["text"], len(text))})
    tip_id, message_id = rows[0][0], new_id()
    said = (text.encode(), *(ticket.id.bytes for ticket in files))  # other words under the same mark are other words
    mark = keyring().mac("pepper", b"reply", tip_id.bytes, dedup.encode(), *said)[:16] if dedup else None
    entry = audit.row("reporter", "intake.replied", "tip", tip_id, message=message_id)
    values = {
        "id": message_id,
        "tip": tip_id,
        "at": clock.now(),
        "body": seal(key, text, place(BODY, tip_id, message_id)),
        "dedup": mark,
        **store.audit_values(entry),
    }
    with transaction.atomic():
        stored = bool(store.fetch(store.REPLY, values))
        if stored and files:
            evidence.adopt_later(tip_id, rows[0][1], list(files), values["at"], message_id)
        if stored:
            events.tell("intake.message_received", tip_id=tip_id, message_id=message_id)
    if stored:
        wake()
    return stored


def _empty() -> str:
    return _("Please write something first.")


def _only_files() -> str:
    return _("(A file, without words.)")
