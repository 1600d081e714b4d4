"""What leaves: one referral a recipient organisation, one notice a person, one mail a notice."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from upstander import clock
from upstander.actions import wake, words
from upstander.actions.models import Notice, Referral, RequiredAction
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.directory.models import Contact
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.model import Pack
from upstander.protocol import Plan
from upstander.protocol.facts import UNKNOWN
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

AUDIENCES = ("school", "relay", "desk")
CRITICAL, STANDARD, OTHER = 0, 3, 4  # priorities of delivery: a Critical overtakes everything


def priority(pack: Pack, klass: str) -> int:
    """How urgent mail about a tip of this class is."""
    return CRITICAL if pack.critical(klass) else (OTHER if klass == "other" else STANDARD)


def open_for(
    tip: Tip, demanded: Plan, pack: Pack, at: datetime, *, in_progress: bool, raised: bool = False
) -> None:
    """Give every contact that is owed word a referral and a notice, and send each its mail; who has one keeps it.

    Where the tip was `raised`, everybody is asked anew, and who had their mail gets another.
    """
    owed = _owed_word(tip)
    contacts = Contact.objects.filter(pk__in=owed).prefetch_related("points")
    by_scope: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        by_scope[contact.organisation_id].append(contact)
    for scope_id, people in by_scope.items():
        referral = _referral(tip, demanded, in_progress, scope_id, at)
        if raised:
            Notice.objects.filter(referral=referral).update(asked_since=at)
        for contact in people:
            _notice(referral, contact, owed[contact.pk], pack, at)


def _owed_word(tip: Tip) -> dict[int, RequiredAction | None]:
    """Every contact that something is owed to, with the newest action that owes it a mail."""
    owed: dict[int, RequiredAction | None] = {}
    rows = RequiredAction.objects.filter(tip=tip, target_kind="contact", ended_by=None).exclude(
        target_ref=UNKNOWN
    )
    for row in rows.order_by("owed_since"):
        contact_id = int(row.target_ref)
        owed.setdefault(contact_id, None)
        if row.kind == "email_contacts":
            owed[contact_id] = row
    return owed


def _referral(tip: Tip, demanded: Plan, in_progress: bool, scope_id: int, at: datetime) -> Referral:
    """The referral of one organisation. It names what contacts may know of, which need not be all that the tip is
    (D-IV.A.2.c.5: of images nobody but law enforcement hears)."""
    word = demanded.action("email_contacts") or demanded.action("call_contacts")
    facts = {
        "klass": word.klass if word else demanded.klass,
        "subtypes": list(word.about) if word else [],
        "in_progress": in_progress,
        "place_id": tip.place_id,
    }
    referral = Referral.objects.filter(tip_id=tip.pk, scope_id=scope_id).first()
    if referral:
        Referral.objects.filter(pk=referral.pk).update(**facts, stood_down_at=None)
        referral.klass = str(facts["klass"])
        return referral
    referral = Referral(
        id=new_id(), tip_id=tip.pk, tip_number=tip.number, scope_id=scope_id,
        received_at=tip.received_at, created_at=at, **facts,
    )  # fmt: skip
    referral.save(force_insert=True)
    vault.store_key(referral.id, vault.new_key(), AUDIENCES)
    audit.record("system:desk", "referral.opened", "tip", tip.pk, referral=str(referral.id), scope=scope_id)
    return referral


def _notice(
    referral: Referral, contact: Contact, action: RequiredAction | None, pack: Pack, at: datetime
) -> None:
    notice, new = Notice.objects.get_or_create(
        referral=referral,
        contact=contact,
        defaults={
            "id": new_id(),
            "action": action,
            "created_at": at,
            "asked_since": at,
            "link_until": at + timedelta(days=pack.limits.link_days),
        },
    )
    if not new and action and notice.action_id != action.id:
        Notice.objects.filter(pk=notice.pk).update(action=action)
    has_address = any(p.kind == "email" and p.bounced_at is None for p in contact.points.all())
    if action and action.done_at is None and has_address:
        purpose, subject = ("raised", action.id) if "#" in action.rule else ("notice", notice.id)
        delivery.send(purpose, subject, f"contact:{contact.pk}", priority(pack, referral.klass))


def release(tip_id: UUID, actor: str, account_id: int, text: str, pack: Pack) -> int:
    """Release `text` (the narrative, with reporter-revealing words taken out by a human) to every referral of the tip.

    A Critical's narrative follows in the thread of its first mail (decisions 8). Returns how many referrals got it.
    """
    at = clock.now()
    referrals = list(Referral.objects.select_for_update().filter(tip_id=tip_id).exclude(state="withdrawn"))
    keys = vault.content_keys([r.id for r in referrals], "desk")
    for referral in referrals:
        sealed = seal(
            keys[referral.id], text, place("actions_referral.sealed_summary", referral.id, referral.id)
        )
        Referral.objects.filter(pk=referral.pk).update(
            sealed_summary=sealed, released_at=at, released_by=account_id
        )
    if referrals and pack.critical(referrals[0].klass):
        for notice in _mailable(referrals):
            delivery.send("narrative", notice.id, f"contact:{notice.contact_id}", CRITICAL)
    audit.record(actor, "narrative.released", "tip", tip_id, referrals=len(referrals), characters=len(text))
    wake.desk(tip_id)
    return len(referrals)


def _mailable(referrals: Iterable[Referral]) -> list[Notice]:
    """The notices whose person was owed a mail."""
    return list(Notice.objects.filter(referral__in=[r.pk for r in referrals], action__isnull=False))


def stand_down(tip_id: UUID, actor: str, pack: Pack, contacts: set[int] | None = None) -> int:
    """Send a correction to everyone who had been told (decisions 9), or to those of `contacts`; returns how many."""
    at = clock.now()
    notices = Notice.objects.select_related("referral").filter(referral__tip_id=tip_id, action__isnull=False)
    if contacts is not None:
        notices = notices.filter(contact_id__in=contacts)
    told = list(notices)
    for notice in told:
        delivery.cancel("notice", notice.id)
        delivery.cancel("narrative", notice.id)
        delivery.send("stand_down", notice.id, f"contact:{notice.contact_id}", CRITICAL)
    Referral.objects.filter(pk__in={n.referral_id for n in told}).update(stood_down_at=at)
    if told:
        audit.record(actor, "stand_down", "tip", tip_id, notices=len(told))
    return len(told)


def released_text(referral: Referral) -> str:
    """What was released, as the desk reads it."""
    return words.summary(referral, "desk")
