"""Escalation by the clock: while somebody who was asked has not confirmed, the worker takes the pack's next step.

A step and the message it owes are one transaction, and a step is a row that can stand there once: so a worker that is killed has
either done both or neither, and two workers do it once. Nothing is ever taken back here, nothing lowered; and the desk's red does
not depend on it (decisions 14).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.actions import escalation_channels, escalation_phone, wake
from upstander.actions.escalation_facts import ACCOUNT, Asked, Target, asked, silent
from upstander.actions.escalation_models import PURPOSE, EscalationStep
from upstander.actions.models import Notice
from upstander.actions.referrals import priority
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.protocol.escalation import Rung, next_steps

ACTOR = "system:worker"
MOST = 100  # tips of which steps are taken at a time, so that no word and no address waits for them
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('upstander.escalation'), hashtext(%s))"


def criticals() -> bool:
    """The steps that are due for Criticals."""
    return _turn(but=_calm(current()))


def others() -> bool:
    """The steps that are due for everything else."""
    return _turn(_calm(current()))


def _calm(pack: Pack) -> list[str]:
    return [c.code for c in pack.classes if not c.critical]


def _turn(klasses: Collection[str] | None = None, but: Collection[str] = ()) -> bool:
    """Take the steps that are due, of MOST tips, a transaction each; True where there are more."""
    pack, now = current(), clock.now()
    due: dict[UUID, list[tuple[Asked, Rung]]] = defaultdict(list)
    for one in asked(pack, silent(now, klasses, but), now):
        for rung in next_steps(pack, one.facts, now - one.asked_since):
            due[one.tip_id].append((one, rung))
    told = [_take(pack, tip_id, steps, now) for tip_id, steps in islice(due.items(), MOST)]
    return len(due) > MOST and any(told)


@transaction.atomic
def _take(pack: Pack, tip_id: UUID, steps: Iterable[tuple[Asked, Rung]], now: datetime) -> bool:
    """Take the steps of a tip: write each, owe its messages, say so on record. Those that another worker has taken meanwhile
    stay as they are; what it is just doing is left to it."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(tip_id)])
        if not cursor.fetchone()[0]:
            return False
    told = 0
    for one, rung in steps:
        done = [_tell(pack, one, rung, target, now) for target in one.targets[rung.step.needs]]
        if any(done):
            told += sum(done)
            audit.record(
                ACTOR, "notice.escalated", "tip", tip_id,
                notice=str(one.notice_id), step=rung.step.code, round=rung.round, told=sum(done),
            )  # fmt: skip
    if told:
        wake.desk(tip_id)
    return told > 0


def _tell(pack: Pack, one: Asked, rung: Rung, target: Target, now: datetime) -> bool:
    """Owe one target its message; whether the step was not there before."""
    row = EscalationStep(
        id=new_id(), notice_id=one.notice_id, asked_since=one.asked_since, step=rung.step.code, round=rung.round, at=now,
        act=rung.step.act, channel=rung.step.channel or "email", target_kind=target.kind, target_id=target.id,
    )  # fmt: skip
    if _there(row):
        return False
    urgency = priority(pack, one.klass)
    if row.channel != "email":
        notice = Notice.objects.select_related("referral").only(*_NOTICE).get(pk=one.notice_id)
        owed = escalation_channels.owe(row.channel, notice, urgency)
        if owed is None:
            return False
        row.purpose, row.subject_id = owed
    else:
        row.purpose, row.subject_id = PURPOSE, _told_already(one, rung, row) or row.id
    row.save(force_insert=True)
    if row.subject_id == row.id:
        key = f"account:{target.id}" if target.kind == ACCOUNT else f"contact:{target.id}"
        delivery.send_new(PURPOSE, row.id, key, urgency)
        escalation_phone.owe(row, rung.step.also, key, urgency, one.targets[rung.step.needs])
    return True


def _there(row: EscalationStep) -> bool:
    same = {name: getattr(row, name) for name in ("notice_id", "asked_since", "step", "round", "target_kind", "target_id")}
    return EscalationStep.objects.filter(**same).exists()


_NOTICE = ("id", "contact_id", "referral__id", "referral__tip_id")


def _told_already(one: Asked, rung: Rung, row: EscalationStep) -> UUID | None:
    """The step of another silent contact of the same tip by which this target has been told the same in this round: one word to
    who is on call is enough, however many are silent."""
    if rung.step.while_ != "nobody":  # the next of somebody, or who stands in for them, is told of each
        return None
    same = EscalationStep.objects.filter(
        notice__referral__tip_id=one.tip_id, step=row.step, round=row.round, asked_since=row.asked_since,
        target_kind=row.target_kind, target_id=row.target_id, purpose=PURPOSE,
    )  # fmt: skip
    return same.order_by("at", "pk").values_list("subject_id", flat=True).first()
