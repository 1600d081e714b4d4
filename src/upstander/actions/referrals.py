"""What leaves: one referral a recipient organisation, one notice a person, one mail a notice."""

from collections import defaultdict
from collections.abc import Container
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from upstander import clock
from upstander.actions import ledger, wake, words
from upstander.actions.models import ActionEvent, Notice, Referral, RequiredAction
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.model import Pack
from upstander.protocol import Plan
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

AUDIENCES = ("school", "relay", "desk")
CRITICAL, STANDARD, OTHER = 0, 3, 4  # priorities of delivery: a Critical overtakes everything


def priority(pack: Pack, klass: str) -> int:
    """How urgent mail about a tip of this class is."""
    return CRITICAL if pack.critical(klass) else (OTHER if klass == "other" else STANDARD)


def open_for(
    tip: Tip, demanded: Plan, pack: Pack, at: datetime, *, in_progress: bool, raised: bool, back: set[int]
) -> None:
    """Give every contact that is owed word a referral and a notice, and send each its mail; who has one keeps it.

    Where the tip was `raised`, everybody is asked anew, and who had their mail gets another; so are those who come `back`
    after a stand-down. What an organisation had closed is open again then.
    """
    owed = ledger.contacts_owed(tip.pk)
    by_scope: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(pk__in=owed).prefetch_related("points"):
        by_scope[contact.organisation_id].append(contact)
    for scope_id, people in by_scope.items():
        anew = {c.pk for c in people if raised or c.pk in back}
        referral = _referral(tip, demanded, in_progress, scope_id, at, anew=bool(anew))
        # a confirmation that came while we judged was of what stood before: it is asked after it
        later = Greatest(Value(at), F("confirmed_at") + timedelta(microseconds=1))
        Notice.objects.filter(referral=referral, contact_id__in=anew).update(asked_since=later)
        for contact in people:
            _notice(referral, contact, owed[contact.pk], pack, at)


def _referral(
    tip: Tip, demanded: Plan, in_progress: bool, scope_id: int, at: datetime, *, anew: bool
) -> Referral:
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
        again = anew or referral.state == Referral.State.WITHDRAWN
        opened = {"state": Referral.State.OPEN, "closed_at": None} if again else {}
        Referral.objects.filter(pk=referral.pk).update(**facts, **opened, stood_down_at=None)
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
    if not new and notice.action_id:
        delivery.cancel("stand_down", notice.action_id)  # it does not stand any more
    if not new and action and notice.action_id != action.id:
        Notice.objects.filter(pk=notice.pk).update(action=action)
    has_address = any(p.kind == "email" and p.bounced_at is None for p in contact.points.all())
    if action and action.done_at is None and has_address:
        purpose, subject = ("raised", action.id) if "#" in action.rule else ("notice", notice.id)
        delivery.send(purpose, subject, f"contact:{contact.pk}", priority(pack, referral.klass))


def release(tip_id: UUID, actor: str, account_id: int, text: str, pack: Pack) -> int:
    """Release `text` (the narrative, with reporter-revealing words taken out by a human) to whom word of the tip is owed.

    A Critical's narrative follows in the thread of its first mail (decisions 8), as does anybody's whose first mail left
    without it. Who was stood down reads nothing more. Returns how many referrals got it.
    """
    at = clock.now()
    critical = pack.critical(Tip.objects.values_list("klass", flat=True).get(pk=tip_id))
    notices = Notice.objects.filter(referral__tip_id=tip_id, contact_id__in=ledger.contacts_owed(tip_id))
    notices = notices.select_related("referral").exclude(referral__state=Referral.State.WITHDRAWN)
    by_referral = {n.referral_id: n.referral for n in notices}
    for referral_id, key in vault.content_keys(list(by_referral), "desk").items():
        sealed = seal(key, text, place("actions_referral.sealed_summary", referral_id, referral_id))
        Referral.objects.filter(pk=referral_id).update(
            sealed_summary=sealed, released_at=at, released_by=account_id
        )
    mailed = _mailed(list(notices))
    for notice in notices:
        late = notice.referral.released_at is None and notice.id in mailed
        if notice.action_id and (critical or late):
            delivery.send("narrative", notice.id, f"contact:{notice.contact_id}", CRITICAL)
    audit.record(actor, "narrative.released", "tip", tip_id, referrals=len(by_referral), characters=len(text))
    wake.desk(tip_id)
    return len(by_referral)


def _mailed(notices: list[Notice]) -> set[UUID]:
    """Those of the notices of which a mail has left, or is leaving at this moment."""
    mails = Delivery.objects.filter(
        Q(purpose="notice", subject_id__in=[n.id for n in notices])
        | Q(purpose="raised", subject_id__in=[n.action_id for n in notices if n.action_id])
    )
    left = mails.filter(Q(state=Delivery.State.SENT) | Q(lease_until__gt=clock.now()))
    subjects = set(left.values_list("subject_id", flat=True))
    return {n.id for n in notices if n.id in subjects or n.action_id in subjects}


def _told(tip_id: UUID, notices: list[Notice]) -> set[UUID]:
    """Those of the notices whose person has heard of the tip: by mail, by telephone, or by a colleague's confirming."""
    calls = ActionEvent.objects.filter(
        action__tip_id=tip_id, action__kind="call_contacts", result__in=("answered", "voicemail")
    )
    called = set(calls.values_list("action__target_ref", flat=True))
    heard = {n.id for n in notices if n.confirmed_at or str(n.contact_id) in called}
    return heard | _mailed(notices)


def stand_down(tip_id: UUID, actor: str, contacts: set[int] | None = None) -> int:
    """Send a correction to everyone who had been told (decisions 9), or to those of `contacts`; returns how many.

    Who is owed word still, and had none yet, gets the first mail as the tip stands now. Who is owed none gets none, and a
    referral of which nobody had been told is withdrawn.
    """
    at, owed = clock.now(), ledger.contacts_owed(tip_id)
    found = Notice.objects.select_related("referral").filter(referral__tip_id=tip_id, action__isnull=False)
    notices = list(found if contacts is None else found.filter(contact_id__in=contacts))
    told = _told(tip_id, notices)
    for notice in notices:
        if notice.contact_id not in owed:
            delivery.cancel("notice", notice.id)
            delivery.cancel("narrative", notice.id)
            if notice.action_id:
                delivery.cancel("raised", notice.action_id)
        if notice.id in told and notice.action_id:
            delivery.send("stand_down", notice.action_id, f"contact:{notice.contact_id}", CRITICAL)
    concerned = set(
        found.filter(contact_id__in=owed).values_list("referral_id", flat=True)
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


def released_text(referral: Referral) -> str:
    """What was released, as the desk reads it."""
    return words.summary(referral, "desk")
