"""What leaves after the first mails: the released words, and the correction to those who had been told."""

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Max

from upstander import clock
from upstander.actions import (
    called,
    corrected,
    escalation_over,
    exclusion,
    ledger,
    pushes,
    recording,
    refused,
    texted,
    wake,
    words,
)
from upstander.actions.models import ActionEvent, Notice, Referral, Release, RequiredAction
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.model import Pack
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

AnyNotice = TypeVar("AnyNotice", bound=Notice)
CRITICAL, STANDARD, OTHER = 0, 3, 4  # priorities of delivery: a Critical overtakes everything


def priority(pack: Pack, klass: str) -> int:
    """How urgent mail about a tip of this class is; the least grave class comes last."""
    if pack.critical(klass):
        return CRITICAL
    return OTHER if klass == pack.classes[-1].code else STANDARD


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did: to how many organisations, whether to any of them it says something new, how many mails it owes."""

    recipients: int
    changed: bool
    mails: int


def release(tip_id: UUID, actor: str, account_id: int, text: str, pack: Pack) -> Released:
    """Release `text` (the narrative, with reporter-revealing words taken out by a human) to whom word of the tip is owed.

    A Critical's narrative follows in the thread of its first mail (decisions 8), and so do later words, to each person who
    does not have these. Anybody's follows whose first mail left without it. Who was stood down reads nothing more.
    """
    at = clock.now()
    critical = pack.critical(Tip.objects.values_list("klass", flat=True).get(pk=tip_id))
    found = Notice.objects.filter(referral__tip_id=tip_id, contact_id__in=ledger.contacts_owed(tip_id))
    found = found.select_related("referral", "action", "contact").prefetch_related("contact__points")
    found = found.exclude(referral__state=Referral.State.WITHDRAWN).annotate(had_at=Max("releases__at"))
    notices = _without_left_out(found)
    recipients = {n.referral_id: n.referral for n in notices}
    changed = _written(recipients, text, account_id, at)
    mailed = _mailed(notices)
    owed = []
    for notice in notices:
        late = notice.referral.released_at is None and notice.id in mailed
        has = notice.had_at is not None and notice.had_at >= notice.asked_since
        if notice.action_id and (not has or notice.referral_id in changed if critical else late):
            owed.append(notice)
    _owe_anew(tip_id, actor, owed, at)
    if changed or owed:
        audit.record(
            actor, "narrative.released", "tip", tip_id,
            referrals=len(changed), characters=len(text), mails=len(owed),
        )  # fmt: skip
        wake.desk(tip_id)
    return Released(len(recipients), bool(changed), len(owed))


def _without_left_out(notices: Iterable[AnyNotice]) -> list[AnyNotice]:
    """Those of the notices of which a mail may leave: of nobody who is left out, or has no address but theirs."""
    found = list(notices)
    out = exclusion.barred(found)
    return [notice for notice in found if notice.id not in out]


def _written(recipients: dict[UUID, Referral], text: str, account_id: int, at: datetime) -> set[UUID]:
    """Write `text` as what was released to each referral that does not say it already; returns which those are."""
    changed = set()
    for referral_id, key in vault.content_keys(list(recipients), "desk").items():
        if words.summary(recipients[referral_id], "desk", key) == text:
            continue
        sealed = seal(key, text, place("actions_referral.sealed_summary", referral_id, referral_id))
        Referral.objects.filter(pk=referral_id).update(
            sealed_summary=sealed, released_at=at, released_by=account_id
        )
        changed.add(referral_id)
    return changed


def _owe_anew(tip_id: UUID, actor: str, notices: Sequence[Notice], at: datetime) -> None:
    """Owe them the words; where earlier ones had been refused, these take their place, and that much is acted upon."""
    refusals = refused.unanswered().filter(tip=tip_id, delivery__purpose="narrative")
    missed = set(refusals.values_list("action__target_ref", flat=True)) if notices else set()
    owe_words(notices, at)
    for notice in notices:
        if notice.action and str(notice.contact_id) in missed:
            recording.happened(notice.action, actor, refused.SENT_AGAIN)


def owe_words(notices: Iterable[Notice], at: datetime) -> None:
    """Owe each of them a mail with the words as they are when it leaves, instead of one that has not left yet."""
    notices = list(notices)
    if not notices:
        return
    _forget_words(notices)
    releases = [Release(id=new_id(), notice=notice, at=at) for notice in notices]
    Release.objects.bulk_create(releases)
    delivery.send_all(Owed("narrative", r.id, f"contact:{r.notice.contact_id}", CRITICAL) for r in releases)


def _forget_words(notices: Iterable[Notice]) -> None:
    """Owe no more what was released to these people and has not left."""
    releases = Release.objects.filter(notice__in=list(notices))
    delivery.cancel_all("narrative", list(releases.values_list("id", flat=True)))


def _mailed(notices: Sequence[Notice]) -> set[UUID]:
    """Those of the notices of which a mail has left, or is leaving at this moment; no other leaves before this transaction
    ends, and so without what it writes."""
    subjects = [n.id for n in notices] + [n.action_id for n in notices if n.action_id]
    gone = delivery.gone(refused.FIRST, subjects)
    return {n.id for n in notices if n.id in gone or n.action_id in gone}


def _told(tip_id: UUID, notices: list[Notice]) -> set[UUID]:
    """Those of the notices whose person has heard of the tip: by mail or text, by telephone, or by a colleague's confirming."""
    calls = ActionEvent.objects.filter(
        action__tip_id=tip_id, action__kind="call_contacts", result__in=("answered", "voicemail", *called.HEARD)
    )
    rung = set(calls.values_list("action__target_ref", flat=True))
    heard = {n.id for n in notices if n.confirmed_at or str(n.contact_id) in rung}
    heard |= pushes.told(notices)
    return heard | _mailed(notices) | texted.left(notices)


def stand_down(tip_id: UUID, actor: str, contacts: set[int] | None = None) -> int:
    """Send a correction to everyone who had been told (decisions 9), or to those of `contacts`; returns how many.

    Who is owed word still, and had none yet, gets the first mail as the tip stands now. Who is owed none gets none, and a
    referral of which nobody had been told is withdrawn. Who is left out hears nothing, a correction neither.
    """
    at, owed = clock.now(), ledger.contacts_owed(tip_id)
    found = Notice.objects.select_related("referral", "contact").prefetch_related("contact__points")
    found = found.filter(referral__tip_id=tip_id)
    everybody = _without_left_out(found if contacts is None else found.filter(contact_id__in=contacts))
    notices = [n for n in everybody if n.action_id]
    told = _told(tip_id, notices)
    over_for = [n for n in notices if n.contact_id not in owed]
    delivery.cancel_all("notice", [n.id for n in over_for])
    delivery.cancel_all("raised", [n.action_id for n in over_for if n.action_id])
    texted.cancel(over_for)
    called.cancel(tip_id, [n.contact_id for n in over_for])
    _forget_words(over_for)
    escalation_over.stand_down(tip_id, notices)
    corrected.owe(tip_id, notices)
    pushes.correct(everybody)
    delivery.send_all(
        Owed("stand_down", n.action_id, f"contact:{n.contact_id}", CRITICAL)
        for n in notices
        if n.id in told and n.action_id
    )
    concerned = set(
        found.filter(contact_id__in=owed, action__isnull=False).values_list("referral_id", flat=True)
        if contacts is not None
        else ()
    )
    over = {n.referral_id for n in notices if n.id in told or n.contact_id not in owed} - concerned
    Referral.objects.filter(pk__in=over).update(stood_down_at=at)
    _withdraw(tip_id, over, owed)
    if told:
        audit.record(actor, "stand_down", "tip", tip_id, notices=len(told))
    return len(told)


def _withdraw(tip_id: UUID, over: set[UUID], owed: Container[int]) -> None:
    """Take back those of the referrals `over` of which nobody was told, owed word, or has opened it: to correct what an
    organisation never heard would tell it."""
    notices = list(Notice.objects.filter(referral_id__in=over))
    heard = _told(tip_id, notices)
    known = {n.referral_id for n in notices if n.id in heard or n.contact_id in owed}
    unread = Referral.objects.filter(pk__in=over - known, state=Referral.State.OPEN, entries=None)
    for referral in unread:
        audit.record("system:desk", "referral.withdrawn", "tip", tip_id, referral=str(referral.id))
    Referral.objects.filter(pk__in=[r.pk for r in unread]).update(state=Referral.State.WITHDRAWN)


def leave_out(tip_id: UUID, contacts: Collection[int]) -> None:
    """Owe these people nothing more of a tip: what waits does not leave, and nobody corrects what they had been told, for that
    would tell them. What an organisation had only through them is taken back."""
    notices = list(Notice.objects.filter(referral__tip_id=tip_id, contact_id__in=contacts))
    refs = [str(id) for id in contacts]
    rows = RequiredAction.objects.filter(tip_id=tip_id, target_kind="contact", target_ref__in=refs)
    for notice in notices:
        delivery.cancel("notice", notice.id)
    for row_id in rows.values_list("id", flat=True):
        delivery.cancel("raised", row_id)
    texted.cancel(notices)
    corrected.no_more(rows.values_list("id", flat=True))
    called.cancel(tip_id, contacts)
    _forget_words(notices)
    kept = Notice.objects.filter(referral__tip_id=tip_id, contact_id__in=ledger.contacts_owed(tip_id))
    only_theirs = {n.referral_id for n in notices} - set(kept.values_list("referral_id", flat=True))
    for referral_id in sorted(only_theirs):
        audit.record("system:desk", "referral.withdrawn", "tip", tip_id, referral=str(referral_id))
    Referral.objects.filter(pk__in=only_theirs).update(state=Referral.State.WITHDRAWN)


def released_text(referral: Referral) -> str:
    """What was released, as the desk reads it."""
    return words.summary(referral, "desk")
