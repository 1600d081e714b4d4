"""Since when somebody has known of a tip: read from what was sent, said on the telephone and confirmed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Coalesce

from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.delivery.models import Delivery


def told_since(tip_id: UUID, contact_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these contacts was first told of a tip: by a mail that left, a call that was answered or reached a
    voicemail, or by a confirming. Who never was is absent."""
    if not contact_ids:
        return {}
    found: dict[int, datetime] = {}

    def heard(contact_id: int, at: datetime | None) -> None:
        if at is not None and contact_id in contact_ids:
            found[contact_id] = min(at, found.get(contact_id, at))

    notices = list(Notice.objects.filter(referral__tip_id=tip_id, contact_id__in=contact_ids))
    refs = [str(id) for id in contact_ids]
    rows = RequiredAction.objects.filter(tip_id=tip_id, target_kind="contact", target_ref__in=refs)
    of = {n.id: n.contact_id for n in notices} | {row.id: int(row.target_ref) for row in rows}
    left = Delivery.objects.filter(
        purpose__in=("notice", "raised"), subject_id__in=list(of), state=Delivery.State.SENT
    )
    for subject, at in left.values_list("subject_id", "sent_at"):
        heard(of[subject], at)
    calls = ActionEvent.objects.filter(
        action__in=[row.id for row in rows],
        action__kind="call_contacts",
        result__in=("answered", "voicemail"),
    )
    for action_id, at in calls.values_list("action_id", Coalesce("happened_at", "at")):
        heard(of[action_id], at)
    for notice in notices:
        heard(notice.contact_id, notice.confirmed_at)
    return found
