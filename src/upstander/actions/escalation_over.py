"""The correction to those whom escalation told: on the channels by which they were told (decisions 9)."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from upstander.actions import escalation_phone, exclusion
from upstander.actions.escalation_models import OVER, PURPOSE, EscalationStep
from upstander.actions.exclusion import NOBODY
from upstander.actions.models import Notice
from upstander.delivery import services as delivery
from upstander.directory.models import Contact

_CRITICAL = 0
SELF, _CONTACT, ACCOUNT = EscalationStep.Target.values


def stand_down(tip_id: UUID, notices: Collection[Notice]) -> int:
    """Owe a correction to whoever was asked for help because of these notices, which are stood down now, and of no other; what
    waits leaves no more. Who has a notice of their own is corrected by that. Returns how many it owes."""
    steps = EscalationStep.objects.filter(notice__referral__tip_id=tip_id, purpose=PURPOSE)
    ended = {notice.id for notice in notices}
    delivery.cancel_all(PURPOSE, [s.id for s in steps if s.notice_id in ended and s.target_kind == SELF])
    by_target: dict[tuple[str, int], list[EscalationStep]] = defaultdict(list)
    for step in steps.exclude(target_kind=SELF).order_by("at", "pk"):
        by_target[step.target_kind, step.target_id].append(step)
    own = set(Notice.objects.filter(referral__tip_id=tip_id).values_list("contact_id", flat=True))
    barred = _barred(tip_id, [id for kind, id in by_target if kind == _CONTACT])
    owed = 0
    for (kind, id), rows in by_target.items():
        if any(row.notice_id not in ended for row in rows):
            continue
        subjects = {row.subject_id for row in rows}
        told = delivery.gone([PURPOSE], subjects)
        delivery.cancel_all(PURPOSE, subjects)
        if kind == _CONTACT and id in barred:
            continue
        if kind == ACCOUNT or id not in own:
            escalation_phone.stand_down([row for row in rows if row.subject_id == row.id], f"{kind}:{id}")
        first = next((row for row in rows if row.subject_id == row.id and row.id in told), None)
        if first is not None and (kind == ACCOUNT or id not in own):
            delivery.send(OVER, first.id, f"{kind}:{id}", _CRITICAL)
            owed += 1
    return owed


def _barred(tip_id: UUID, contact_ids: Collection[int]) -> set[int]:
    """Those of these contacts who were left out since a step told them: a correction would tell them anew."""
    out = exclusion.of_tip(tip_id) if contact_ids else NOBODY
    if out == NOBODY:
        return set()
    people = Contact.objects.prefetch_related("points").filter(pk__in=contact_ids)
    return {contact.pk for contact in people if out.holds(contact)}
