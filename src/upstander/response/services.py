"""The verbs of this room, each in a transaction with its audit entry.

On the school origin everything an account does goes through `theirs`: what it may not read, it cannot touch either, and a
referral that is not there and one that is not theirs look alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import services as actions
from upstander.actions import wake
from upstander.actions.models import Notice, Referral
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.ops.events import tell
from upstander.packs.current import current
from upstander.people.models import Account
from upstander.response import queries, words
from upstander.response.models import Entry, Outcome

LONGEST = 5000  # characters of a note, a question or an answer


class NotYours(LookupError):
    """There is no such referral for this account."""


class CannotDo(Exception):
    """Why not, in words for the person."""


def theirs(account: Account, referral_id: UUID) -> Referral:
    """The referral, locked, if this account may read it; raises NotYours."""
    found = queries.visible(account).filter(pk=referral_id).select_for_update(of=("self",)).first()
    if found is None:
        raise NotYours(referral_id)
    return found


def _write(
    referral_id: UUID, kind: str, account_id: int, text: str, audience: str, entry_id: UUID | None
) -> bool:
    """Add an entry; False where the same press has written it already (`entry_id` was minted with the form)."""
    text = text.strip()
    if not text:
        raise CannotDo(_("Write something first."))
    if len(text) > LONGEST:
        raise CannotDo(_("At most %(n)d characters.") % {"n": LONGEST})
    identity = entry_id or new_id()
    if Entry.objects.filter(pk=identity).exists():
        return False
    Entry.objects.create(
        id=identity, referral_id=referral_id, kind=kind, at=clock.now(), account_id=account_id,
        sealed_text=words.seal_entry(referral_id, identity, text, audience),
    )  # fmt: skip
    return True


@transaction.atomic
def opened(account: Account, referral_id: UUID) -> Referral:
    """`account` opens a referral: every time an audit entry, the first time a line that the desk sees. Raises NotYours."""
    referral = theirs(account, referral_id)
    audit.record(account.actor, "referral.read", "referral", referral_id)
    first = not Entry.objects.filter(
        referral_id=referral_id, account_id=account.pk, kind=Entry.Kind.READ
    ).exists()
    if first:
        Entry.objects.create(
            id=new_id(), referral_id=referral_id, kind=Entry.Kind.READ, at=clock.now(), account_id=account.pk
        )
        wake.desk(referral.tip_id)
    return referral


@transaction.atomic
def confirm(
    account: Account, referral_id: UUID, notice_id: UUID | None = None, *, asked: datetime | None = None
) -> Notice:
    """Somebody who is signed in has this: their own notice; else, by their name, that of whom they stand in for.

    `asked`: since when they were asked, by the page that they read. Raises NotYours, CannotDo where it is not clear for whom
    they stand in, and `actions.AskedAnew` where something graver was asked since.
    """
    referral = theirs(account, referral_id)
    notices, own = queries.own_notices(account, referral)
    if own is not None:
        return actions.confirm(
            own.id, as_self=True, name="", strength="sign_in", account_id=account.pk, asked=asked
        )
    others = [n for n in notices if not n.confirmed and notice_id in (None, n.id)]
    if len(others) != 1:
        raise CannotDo(_("Say for whom you have it: choose one of the people who were told."))
    return actions.confirm(
        others[0].id, as_self=False, name=account.name, strength="sign_in", account_id=account.pk, asked=asked
    )


@transaction.atomic
def follow_up(account: Account, referral_id: UUID, text: str, entry_id: UUID | None = None) -> None:
    """Write what was done. Raises NotYours, CannotDo."""
    referral = theirs(account, referral_id)
    if _write(referral.id, Entry.Kind.FOLLOW_UP, account.pk, text, "school", entry_id):
        audit.record(account.actor, "referral.follow_up", "referral", referral_id, characters=len(text))
        wake.desk(referral.tip_id)


@transaction.atomic
def ask(account: Account, referral_id: UUID, text: str, entry_id: UUID | None = None) -> None:
    """Ask the desk. Tells `response.asked`. Raises NotYours, CannotDo."""
    referral = theirs(account, referral_id)
    if _write(referral.id, Entry.Kind.QUESTION, account.pk, text, "school", entry_id):
        audit.record(account.actor, "referral.asked", "referral", referral_id, characters=len(text))
        tell("response.asked", referral_id=referral.id)
        wake.desk(referral.tip_id)


@transaction.atomic
def answer(account: Account, referral_id: UUID, text: str, entry_id: UUID | None = None) -> None:
    """The desk answers; runs in the desk's process. Whether `account` may is the caller's to check. Raises CannotDo."""
    if _write(referral_id, Entry.Kind.ANSWER, account.pk, text, "desk", entry_id):
        audit.record(account.actor, "referral.answered", "referral", referral_id, characters=len(text))
        wake.desk(Referral.objects.values_list("tip_id", flat=True).get(pk=referral_id))


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a tip: the pack's outcomes, the three questions (None: not answered), words, and whether that is all."""

    outcomes: Sequence[str]
    sufficient: bool | None = None
    aware_before: bool | None = None
    useful: bool | None = None
    text: str = ""
    closes: bool = False


def _check(report: Report) -> None:
    known = {o.code for o in current().outcomes}
    if not report.outcomes or not set(report.outcomes) <= known:
        raise CannotDo(_("Choose at least one of the outcomes."))
    if report.closes and None in (report.sufficient, report.aware_before, report.useful):
        raise CannotDo(_("Answer the three questions before you close it."))
    if len(report.text) > LONGEST:
        raise CannotDo(_("At most %(n)d characters.") % {"n": LONGEST})


@transaction.atomic
def report(account: Account, referral_id: UUID, said: Report) -> None:
    """Report what came of it, again where more came of it, and close where that is all. Tells `response.reported`.

    Raises NotYours, CannotDo (also for a referral that is closed).
    """
    referral = theirs(account, referral_id)
    if referral.state == Referral.State.CLOSED:
        raise CannotDo(_("This is closed already. Write to the desk if something must be corrected."))
    _check(said)
    before = Outcome.objects.filter(referral_id=referral_id).first()
    identity = before.id if before else new_id()
    now = clock.now()
    Outcome.objects.update_or_create(
        id=identity,
        defaults={
            "referral_id": referral_id, "at": now, "account_id": account.pk,
            "outcomes": list(dict.fromkeys(said.outcomes)), "sufficient": said.sufficient,
            "aware_before": said.aware_before, "useful": said.useful, "closes": said.closes,
            "sealed_words": words.seal_outcome(referral_id, identity, said.text.strip(), "school"),
        },
    )  # fmt: skip
    if said.closes:
        actions.close_referral(referral_id, now)
    audit.record(
        account.actor, "referral.reported", "referral", referral_id,
        outcomes=sorted(set(said.outcomes)), closes=said.closes,
    )  # fmt: skip
    tell("response.reported", referral_id=referral_id)
    wake.desk(referral.tip_id)
