"""A Critical's steps of no minutes: the text message that goes in the judgement's own transaction, beside the mail and the call.

The worker finds such a step taken. What it could not reach, because a number came later, is the worker's, as any other step.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from upstander.actions import texted
from upstander.actions.escalation_models import EscalationStep
from upstander.actions.exclusion import LeftOut
from upstander.actions.models import Notice
from upstander.actions.referrals import priority
from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.directory.models import Contact
from upstander.ids import new_id
from upstander.packs.model import Pack

_TEXT = "sms"  # (a call is owed by its own action, a mail by the notice)


def owe(
    people: Iterable[Contact],
    notices: Mapping[int, Notice],
    klass: str,
    pack: Pack,
    out: LeftOut,
    at: datetime,
) -> None:
    """Owe these people, who are asked now, the text messages that the pack has for a Critical after no minutes at all.

    `notices` are theirs, by contact. Who has no telephone that may be used for this tip is passed over; who wants no texts
    is left alone by the relay. Anything but a Critical keeps to quiet hours, and so waits for the worker. A house that sends no
    texts owes none.
    """
    steps = [s for s in pack.steps(klass) if s.channel == _TEXT and not s.after_minutes]
    if not steps or not pack.critical(klass) or not delivered.offers(_TEXT):
        return
    reached = [c for c in people if out.numbers_of(p.value for p in c.points.all() if p.kind == "phone")]
    asked = Notice.objects.filter(pk__in=[notices[c.pk].id for c in reached])
    since = dict(asked.values_list("pk", "asked_since"))  # as the database has made it
    rows = [
        EscalationStep(
            id=(id := new_id()), notice_id=notices[c.pk].id, asked_since=since[notices[c.pk].id], step=step.code, at=at,
            act=step.act, channel=_TEXT, target_kind=EscalationStep.Target.SELF, target_id=c.pk,
            purpose=texted.AT_ONCE, subject_id=id,
        )
        for step in steps
        for c in reached
    ]  # fmt: skip
    EscalationStep.objects.bulk_create(rows)
    urgency = priority(pack, klass)
    delivery.send_all(Owed(r.purpose, r.subject_id, f"contact:{r.target_id}", urgency, _TEXT) for r in rows)
