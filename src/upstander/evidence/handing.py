"""The one way out of a sealed file: an encrypted package for the investigating agency, ordered by a custodian (D-IV.A.2.c.5)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pyrage
from django.db import transaction

from upstander import clock
from upstander.evidence import custody
from upstander.evidence.models import File, HandOver
from upstander.ids import crockford, grouped, new_id, tip_number
from upstander.ops.events import tell
from upstander.people.models import Account
from upstander.vault.keys import keyring

PASSPHRASE = 24  # characters: 120 bits, in groups of four, to be spoken by telephone


class CannotHandOver(Exception):
    """Why not, as a code: `not_sealed`, `recipient`, `over`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def recipient_of(key: str) -> Any:
    """The recipient of an age or SSH public key; raises CannotHandOver."""
    kinds = (pyrage.x25519.Recipient, pyrage.ssh.Recipient)
    for kind in kinds:
        try:
            return kind.from_str(key.strip())
        except (pyrage.RecipientError, ValueError):
            continue
    raise CannotHandOver("recipient")


def passphrase_info(order_id: UUID) -> bytes:
    """What a waiting passphrase is bound to."""
    return f"upstander/evidence-passphrase/1|{order_id}".encode()


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, and the passphrase where one was asked for: it is shown now and never again."""

    order: HandOver
    passphrase: str


@transaction.atomic
def order(file_id: UUID, account: Account, words: dict[str, str], key: str = "") -> Ordered:
    """Order a sealed file to be packed for an agency: to its public key, or under a fresh passphrase where `key` is empty.

    `words`: agency, officer, reference. Raises CannotHandOver.
    """
    file = File.objects.select_for_update(of=("self",)).get(id=file_id)
    if file.state != File.State.SEALED:
        raise CannotHandOver("not_sealed")
    if key:
        recipient_of(key)
    row, phrase = new_id(), "" if key else grouped(crockford(secrets.token_bytes(15), PASSPHRASE))
    version, sealed = (
        keyring().wrap("evidence", phrase.encode(), passphrase_info(row)) if phrase else (None, None)
    )
    words_version, sealed_words = custody.sealed_words(row, words)
    made = HandOver(
        id=row, file=file, receipt=tip_number(), ordered_at=clock.now(), ordered_by=account.pk, recipient=key.strip(),
        sealed_passphrase=sealed, passphrase_version=version, sealed_words=sealed_words, words_version=words_version,
    )  # fmt: skip
    made.save(force_insert=True)
    how = "key" if key else "passphrase"
    custody.record(file.id, "ordered", account.actor, words, receipt=made.receipt, how=how)
    return Ordered(made, phrase)


def _open(order_id: UUID) -> HandOver:
    """An order that is not over, locked; raises CannotHandOver."""
    found = HandOver.objects.select_for_update(of=("self",)).filter(
        id=order_id, received_at=None, withdrawn_at=None
    )
    first = found.first()
    if first is None:
        raise CannotHandOver("over")
    return first


@transaction.atomic
def package(order_id: UUID, account: Account) -> tuple[HandOver, bytes]:
    """The package of an order, ciphertext, for a custodian to give to the agency; raises CannotHandOver."""
    made = _open(order_id)
    if made.packed_at is None:
        raise CannotHandOver("over")
    parts = made.parts.order_by("n").values_list("body", flat=True)
    custody.record(made.file_id, "downloaded", account.actor, receipt=made.receipt)
    return made, b"".join(bytes(part) for part in parts)


@transaction.atomic
def received(order_id: UUID, account: Account, words: dict[str, str]) -> None:
    """The agency's named officer has it: `words` officer, badge, reference. The package goes. Tells `evidence.handed_over`.

    Raises CannotHandOver.
    """
    made = _open(order_id)
    if made.packed_at is None:
        raise CannotHandOver("over")
    now = clock.now()
    HandOver.objects.filter(id=made.id).update(received_at=now, received_recorded_by=account.pk)
    custody.record(made.file_id, "handed_over", account.actor, words, receipt=made.receipt)
    tell("evidence.handed_over", tip_id=made.file.tip_id, file_id=made.file_id, hand_over_id=made.id)


@transaction.atomic
def withdraw(order_id: UUID, account: Account) -> None:
    """Take an order back that came to nothing; its package goes. Raises CannotHandOver."""
    made = _open(order_id)
    HandOver.objects.filter(id=made.id).update(withdrawn_at=clock.now(), sealed_passphrase=None)
    custody.record(made.file_id, "withdrawn", account.actor, receipt=made.receipt)


@dataclass(frozen=True, slots=True)
class Shown:
    """An order as a custodian sees it, with its words."""

    order: HandOver
    words: dict[str, str]

    @property
    def state(self) -> str:
        """Where it stands, as a code."""
        o = self.order
        marks: tuple[tuple[datetime | str | None, str], ...] = (
            (o.withdrawn_at, "withdrawn"), (o.received_at, "received"), (o.failed, "failed"), (o.packed_at, "ready"),
        )  # fmt: skip
        return next((state for mark, state in marks if mark), "making")


def orders(file: File) -> list[Shown]:
    """The orders of a file, the latest first."""
    return [
        Shown(o, custody.opened_words(o.id, o.words_version, o.sealed_words))
        for o in HandOver.objects.filter(file=file).order_by("-ordered_at")
    ]
