"""The own numbers of those who supervise: kept sealed, opened by what writes or rings, looked at again every so often.

The secret `reach` is held by the desk, where they are entered, by the relay and the router (mails, texts and their answers) and
by the caller. A process whose key file lacks it finds nobody's numbers, and the duty telephone is told as before.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Account, Reach, Role, RoleGrant
from upstander.vault.envelope import CannotOpen, open_text, place, seal
from upstander.vault.keys import keyring

UNDER = "reach"  # the name of the secret
SMS, CALL = "sms", "call"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Somebody's own: a number for text messages, a telephone to be rung (both as E.164), an address; empty for none."""

    text: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person who supervises can be reached: what is kept, since when it counts as right, and what is wrong with it."""

    account: Account
    texts: bool = False
    calls: bool = False
    mails: bool = False
    verified_at: datetime | None = None
    wrong_at: datetime | None = None
    due: bool = True

    @property
    def any(self) -> bool:
        """Whether a message or a call reaches them where they are."""
        return self.texts or (self.calls and self.wrong_at is None)


def possible() -> bool:
    """Whether this process can open and keep numbers: not where its key file is of a version of before."""
    return UNDER in keyring().secrets


def channels(account_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """By which of SMS and CALL each of these is told on a number of their own. Opens nothing."""
    rows = Reach.objects.filter(account_id__in=account_ids).values_list(
        "account_id", "texts", "calls", "wrong_at"
    )
    return {
        pk: frozenset(name for name, there in ((SMS, texts), (CALL, calls and wrong is None)) if there)
        for pk, texts, calls, wrong in rows
    }


def numbers(account_ids: Collection[int]) -> dict[int, Numbers]:
    """The own numbers of these; absent where there are none, or where this process cannot open them."""
    secret = keyring().secrets.get(UNDER)
    if secret is None:
        return {}
    found = {}
    for pk, sealed in Reach.objects.filter(account_id__in=account_ids).values_list(
        "account_id", "sealed_numbers"
    ):
        try:
            found[pk] = Numbers(**json.loads(open_text(secret, sealed, _where(pk))))
        except CannotOpen:  # of a secret that is gone: entered anew
            continue
    return found


@transaction.atomic
def keep(actor: str, account: Account, written: Numbers) -> None:
    """Keep these as somebody's own, right as of now; nothing written: none. The audit has who did it, and no number."""
    if written == Numbers():
        if Reach.objects.filter(pk=account.pk).delete()[0]:
            audit.record(actor, "account.reach_removed", "account", account.pk)
        return
    sealed = seal(keyring().secret(UNDER), json.dumps(asdict(written)), _where(account.pk))
    kept = {"texts": bool(written.text), "calls": bool(written.phone), "mails": bool(written.mail)}
    now = {"sealed_numbers": sealed, "verified_at": clock.now(), "wrong_at": None}
    Reach.objects.update_or_create(pk=account.pk, defaults=kept | now)
    audit.record(actor, "account.reach_set", "account", account.pk, **kept)


@transaction.atomic
def wrong(actor: str, account_id: int) -> None:
    """The telephone was rung and is nobody's: it is rung no more until somebody has looked at it."""
    if Reach.objects.filter(pk=account_id, wrong_at=None).update(wrong_at=clock.now()):
        audit.record(actor, "account.reach_wrong", "account", account_id)


def supervisors() -> list[Standing]:
    """Everybody who holds the role now, with how they can be reached, by name."""
    held = RoleGrant.objects.filter(access.live(), role=Role.SUPERVISOR).values("account_id")
    people = Account.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")
    rows = {row.pk: row for row in Reach.objects.filter(account_id__in=held).defer("sealed_numbers")}
    return [_standing(one, rows.get(one.pk)) for one in people.only("id", "name", "email", "is_active")]


def _standing(account: Account, row: Reach | None) -> Standing:
    if row is None:
        return Standing(account)
    old = row.verified_at + timedelta(days=current().limits.contact_check_days) <= clock.now()
    due = old or row.wrong_at is not None
    return Standing(account, row.texts, row.calls, row.mails, row.verified_at, row.wrong_at, due)


def _where(account_id: int) -> bytes:
    return place("people_reach.sealed_numbers", str(account_id))
