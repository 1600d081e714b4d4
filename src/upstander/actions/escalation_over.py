"""The correction to those whom escalation told: on the channels by which they were told (decisions 9)."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from upstander.actions import escalation_phone
from upstander.actions.escalation_models import OVER, PURPOSE, EscalationStep
from upstander.actions.models import Notice
from upstander.delivery import services as delivery

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
    owed = 0
    for (kind, id), rows in by_target.items():
        if any(row.notice_id not in ended for row in rows):
            continue
        subjects = {row.subject_id for row in rows}
        told = delivery.gone([PURPOSE], subjects)
        delivery.cancel_all(PURPOSE, subjects)
        if kind == ACCOUNT or id not in own:
            escalation_phone.stand_down([row for row in rows if row.subject_id == row.id], f"{kind}:{id}")
        first = next((row for row in rows if row.subject_id == row.id and row.id in told), None)
        if first is not None and (kind == ACCOUNT or id not in own):
            delivery.send(OVER, first.id, f"{kind}:{id}", _CRITICAL)
            owed += 1
    return owed
