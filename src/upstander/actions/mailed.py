"""What the carriers say of this room's mails, brought to the ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from upstander import clock
from upstander.actions import exclusion, recording
from upstander.actions.models import Notice, Release, RequiredAction
from upstander.actions.refused import REFUSED, SET_ASIDE
from upstander.delivery.models import Attempt, Delivery
from upstander.delivery.services import try_again
from upstander.directory.models import ContactPoint

_ACTOR = "system:relay"


def _proves(deliveries: Iterable[Delivery]) -> dict[UUID, RequiredAction]:
    """By delivery, the `email_contacts` action whose mail it is: a raised tip's own, a first mail's through its notice."""
    of: dict[str, dict[UUID, UUID]] = {"raised": {}, "notice": {}}
    for one in deliveries:
        if one.purpose in of:
            of[one.purpose][one.subject_id] = one.pk
    raised = RequiredAction.objects.in_bulk(list(of["raised"]))
    notices = Notice.objects.filter(pk__in=list(of["notice"])).select_related("referral")
    people = {(n.referral.tip_id, str(n.contact_id)): of["notice"][n.pk] for n in notices}
    tips, contacts = {tip for tip, _ in people}, {contact for _, contact in people}
    rows = RequiredAction.objects.filter(tip_id__in=tips, kind="email_contacts", target_ref__in=contacts)
    firsts = {(row.tip_id, row.target_ref): row for row in rows.exclude(rule__contains="#")}
    return {of["raised"][id]: action for id, action in raised.items()} | {
        delivery_id: firsts[person] for person, delivery_id in people.items() if person in firsts
    }


def _row(delivery: Delivery) -> RequiredAction | None:
    """The row of the ledger on which a refusal of this mail is written: also of words, and of a stand-down.

    None for words to somebody whom a person has set aside: that mail does not reach them is known.
    """
    if delivery.purpose == "stand_down":
        return RequiredAction.objects.filter(pk=delivery.subject_id).first()
    if delivery.purpose != "narrative":
        return _proves([delivery]).get(delivery.pk)
    release = Release.objects.select_related("notice__action").filter(pk=delivery.subject_id).first()
    row = release.notice.action if release else None
    return None if row is None or row.result == SET_ASIDE else row


def _whose(delivery: Delivery) -> tuple[UUID, int] | None:
    """Of which tip a mail is, and to which contact."""
    if delivery.purpose in ("raised", "stand_down"):
        row = RequiredAction.objects.filter(pk=delivery.subject_id).values_list("tip_id", "target_ref").first()
        return (row[0], int(row[1])) if row else None
    of = {"releases": delivery.subject_id} if delivery.purpose == "narrative" else {"pk": delivery.subject_id}
    return Notice.objects.filter(**of).values_list("referral__tip_id", "contact_id").first()


def _live(tip_id: UUID, contact_id: int) -> list[ContactPoint]:
    """The contact's addresses to which a mail about a tip may go, the first of them next."""
    mails = ContactPoint.objects.filter(contact_id=contact_id, kind="email", bounced_at=None)
    out = exclusion.of_tip(tip_id)
    return [p for p in mails.order_by("position", "pk") if exclusion.key(p) not in out.addresses]


def sent(delivery_ids: Sequence[UUID]) -> None:
    """A carrier accepted mails: for a first mail that is the proof its action asks for."""
    proved = _proves(Delivery.objects.filter(pk__in=delivery_ids))
    recording.mailed({id: action for id, action in proved.items() if action.done_at is None}, _ACTOR, "sent")


def failed(delivery_id: UUID, written_at: datetime | None = None) -> None:
    """A mail refused for good: mark the address, and try the contact's next one; without one it is red at its row.

    `written_at`: when its address was looked up, which is some time before it was tried.
    """
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.channel != "email":  # says nothing of an address of a mail
        return
    whose = _whose(delivery)
    if whose is None:
        return
    tip_id, contact_id = whose
    tried = Attempt.objects.filter(delivery=delivery).latest("at", "pk")
    began = tried.at - timedelta(milliseconds=tried.millis)
    if tried.permanent and not _marked_since(contact_id, written_at or began):
        for refused in _live(tip_id, contact_id)[:1]:
            ContactPoint.objects.filter(pk=refused.pk).update(bounced_at=clock.now())
    if tried.permanent and _live(tip_id, contact_id):  # (asked again: the one just marked is no longer among them)
        try_again(delivery.pk)
        return
    row = _row(delivery)
    if row:
        recording.mailed({delivery_id: row}, _ACTOR, REFUSED)


def _marked_since(contact_id: int, written_at: datetime) -> bool:
    """Whether another mail has marked the address for which this one was written: the next one has refused nothing yet."""
    points = ContactPoint.objects.filter(contact_id=contact_id, kind="email", bounced_at__gte=written_at)
    return points.exists()
