"""Calling by a press: one's own telephone, whether calls are put through, what is proposed for the record (decision 0105)."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import bridging
from upstander.delivery.telephone.numbers import CannotDial, for_a_person, own
from upstander.desk.models import Telephone
from upstander.desk.steps import Target
from upstander.people.models import Account
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring


@dataclass(frozen=True, slots=True)
class Dials:
    """Whether calls are bridged at this moment, and where this person is rung; empty for nowhere."""

    ready: bool
    number: str


class NotListed(Exception):
    """The number is not of this row, or not any more, or none that can be dialled."""


def dials(account: Account) -> Dials:
    """Whether, and from where, this person can call by a press."""
    ready = bridging.ready()
    return Dials(ready, telephone(account) if ready else "")


def telephone(account: Account) -> str:
    """One's own telephone; empty where none is set."""
    row = Telephone.objects.filter(pk=account.pk).first()
    if row is None:
        return ""
    try:
        return keyring().unwrap("desk", row.key_version, row.sealed_number, _info(account)).decode()
    except CannotOpen:  # of a key that is gone: it is set anew
        return ""


@transaction.atomic
def set_telephone(account: Account, written: str) -> None:
    """Keep one's own telephone; nothing written: none. Raises CannotDial."""
    if not written.strip():
        if Telephone.objects.filter(pk=account.pk).delete()[0]:
            audit.record(account.actor, "account.telephone_removed", "account", account.pk)
        return
    number = own(written, config().calls_country)
    version, sealed = keyring().wrap("desk", number.encode(), _info(account))
    kept = {"key_version": version, "sealed_number": sealed, "changed_at": clock.now()}
    Telephone.objects.update_or_create(pk=account.pk, defaults=kept)
    audit.record(account.actor, "account.telephone_set", "account", account.pk)


def dial(target: Target, account: Account, number: str) -> None:
    """Ring this person's telephone, then `number`, which must be one of the row's. Whoever is no contact is rung only once a
    person has pressed 1: a PSAP is called by people. Raises NotListed, bridging.AlreadyCalling."""
    if number not in target.phones:
        raise NotListed
    try:
        far = for_a_person(number, config().calls_country)
    except CannotDial:
        raise NotListed from None
    row = target.action
    bridging.ask(row.pk, account.pk, telephone(account), far, needs_key=row.target_kind != "contact")


def proposed(target: Target) -> dict[str, Any]:
    """What the form of a call proposes of the one that was begun by a press, until something is recorded."""
    if target.talk is None or target.talk_recorded or target.talk.seconds is None:
        return {}
    return {"seconds": target.talk.seconds}


def _info(account: Account) -> bytes:
    return f"upstander/telephone/1|{account.pk}".encode()
