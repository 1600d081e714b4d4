"""The caller's side of the ledger: leases on the calls that are due, and what became of each. Every function is one transaction.

A call's row stays `pending` while it is owed, however often it rang in vain; `last_error` says how the last try went, and while a
lease holds, how the present one stands. The codes are those of `telephone.lines.Ended`, and of who registered the purpose.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, When

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery.caller import speaking
from upstander.delivery.caller.again import AGAINST, AT_ONCE, HOUSE, MOST_PAUSES, pause
from upstander.delivery.caller.speaking import Reply
from upstander.delivery.channels import channel_of
from upstander.delivery.models import Attempt, Carrier, Delivery
from upstander.delivery.throttle import CRITICAL
from upstander.ops import events
from upstander.ops.transactions import once_more

CHANNEL = "call"
CARRIER = "sip"
# A trunk that answers like this works, whatever it says of whom we ring.
_SAYS_NOTHING_AGAINST = ("busy", "declined", "no_answer", "wrong_number", "ringing")


@dataclass(frozen=True)
class Job:
    """A leased call. `tries` counts those before it that reached the telephone network. `failed`: of two carriers that by which
    the try before came to nothing for the carrier's sake."""

    id: UUID
    purpose: str
    subject_id: UUID
    tries: int
    carrier: str = ""  # which rings
    failed: str = ""


def by(carrier: str) -> None:
    """Say once, at the start, over which carrier this process rings."""
    global CARRIER
    CARRIER = carrier


def _rang(job: Job) -> str:
    return job.carrier or CARRIER.partition("+")[0]


@transaction.atomic
def in_use(*carriers: str) -> None:
    """Say which carriers ring: they can be shown before their first call, and an earlier one's failures end."""
    now = {*carriers, "+".join(carriers)} if carriers else set()
    for carrier in now:
        Carrier.objects.get_or_create(name=carrier)
    other = [row.name for row in Carrier.objects.filter(failures_in_a_row__gt=0) if channel_of(row.name) == CHANNEL]
    Carrier.objects.filter(name__in=[name for name in other if name not in now]).update(failures_in_a_row=0)


@transaction.atomic
def lease(caller: str, *, most: int, again: int, length: timedelta, left: int | None = None) -> list[Job]:
    """Take up to `most` calls that are due, of which `again` may have been rung before, and `left` may be of what is not Critical
    (None: any): gravest first, then who has not been rung yet, then the oldest. A lease that ran out is free again."""
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Delivery.objects.filter(free, channel=CHANNEL, state=Delivery.State.PENDING, not_before__lte=now)
    if again <= 0:
        due = due.filter(attempts=0)
    if left is not None and left < most:  # (a turn in which nothing but Criticals is taken, for so few)
        due = due.filter(priority=CRITICAL)
    rung = Case(When(attempts=0, then=0), default=1, output_field=IntegerField())
    ordered = due.order_by("priority", rung, "not_before", "id").select_for_update(skip_locked=True)
    spare = iter(range(max(again, 0)))
    rows = [row for row in ordered[:most] if row.attempts == 0 or next(spare, None) is not None]
    failed = _failed(rows)
    _note_abandoned(rows)
    Delivery.objects.filter(id__in=[row.id for row in rows]).update(
        lease_until=now + length, leased_by=caller, attempts=F("attempts") + 1, last_error="dialling"
    )
    return [Job(row.id, row.purpose, row.subject_id, row.attempts, failed=failed.get(row.id, "")) for row in rows]


def _failed(rows: Sequence[Delivery]) -> dict[UUID, str]:
    """Of those whose last try speaks against its carrier, where there are two: which that was."""
    if "+" not in CARRIER:
        return {}
    tries = Attempt.objects.filter(delivery__in=rows).order_by("delivery_id", "-id").distinct("delivery_id")
    return {try_.delivery_id: try_.carrier for try_ in tries if try_.result in AGAINST}


@transaction.atomic
def free_own(caller: str, but: Collection[UUID] = ()) -> int:
    """Free what an earlier process of this name left when it died: those calls were cut, `but` these, and are owed at once; how
    many."""
    rows = Delivery.objects.filter(channel=CHANNEL, leased_by=caller, state=Delivery.State.PENDING)
    found = list(rows.exclude(pk__in=but).select_for_update())
    _note_abandoned(found)
    for row in found:
        _back(row.id, row.attempts - 1, "abandoned", timedelta())
    return len(found)


def _note_abandoned(rows: Sequence[Delivery]) -> None:
    now = clock.now()
    Attempt.objects.bulk_create(
        Attempt(delivery_id=row.id, at=now, carrier=CARRIER.partition("+")[0], result="abandoned")
        for row in rows
        if row.leased_by
    )


@once_more
def stands(job: Job, code: str) -> None:
    """How the call under way stands: `ringing`, or `talking`; for whoever looks."""
    Delivery.objects.filter(id=job.id, state=Delivery.State.PENDING).update(last_error=code)
    _fares(code)
    events.tell("delivery.calling", purpose=job.purpose, subject_id=job.subject_id)


@once_more
def pressed(job: Job, key: str, at: datetime | None = None) -> Reply | None:
    """A key was pressed, now or `at`: who registered the purpose records it, and where that ends the call's being owed, it ends
    here."""
    reply = speaking.pressed(job.purpose, job.subject_id, key, at)
    if reply is not None and reply.over:
        confirmed = reply.code == "confirmed"
        now = clock.now()
        state = Delivery.State.SENT if confirmed else Delivery.State.CANCELLED
        Delivery.objects.filter(id=job.id).update(
            state=state, sent_at=now if confirmed else None, carrier=_rang(job), last_error="" if confirmed else reply.code,
            lease_until=None, leased_by="",
        )  # fmt: skip
    return reply


@once_more
def ended(job: Job, code: str, seconds: int, *, numbers: int, first: timedelta) -> None:
    """A call is over: write what it came to, tell the upper rooms, and owe it again, unless nothing is owed any more. What speaks
    against one of two carriers is no try at that number: the other rings it at once."""
    now = clock.now()
    other = _other_at_once(job, code, now - first)
    Attempt.objects.create(
        delivery_id=job.id, at=now, carrier=_rang(job), result=code, permanent=False, millis=seconds * 1000
    )
    _fares(code)
    audit.record("system:caller", "call.tried", "delivery", job.id, purpose=job.purpose, result=code)
    before = Attempt.objects.filter(delivery_id=job.id).order_by("-id").values_list("result", flat=True)[:MOST_PAUSES]
    tries = job.tries + (code not in HOUSE and not other)
    in_a_row = len(list(takewhile(lambda result: result in HOUSE, before)))
    wait = AT_ONCE if other else pause(code, in_a_row or max(tries, 1), numbers, first)
    _back(job.id, tries, code, wait)
    if code not in HOUSE or in_a_row < 2:  # that nothing can be dialled is told once, not every few seconds
        events.tell("delivery.called", purpose=job.purpose, subject_id=job.subject_id, code=code, seconds=seconds)


def _other_at_once(job: Job, code: str, since: datetime) -> bool:
    """Whether the other of two carriers is to ring at once, for whom this one could not reach: unless that was so `since` then
    already, which says that neither of them can."""
    if "+" not in CARRIER or code not in AGAINST or code in HOUSE:
        return False
    return not Attempt.objects.filter(delivery_id=job.id, result__in=AGAINST, at__gt=since).exists()


@transaction.atomic
def not_owed(job: Job, code: str = "") -> None:
    """Nothing is owed any more, or, with a `code`, it is and nobody can be rung: then the upper rooms are told."""
    _open(job.id).update(state=Delivery.State.CANCELLED, last_error=code, lease_until=None, leased_by="")
    if code:
        events.tell("delivery.called", purpose=job.purpose, subject_id=job.subject_id, code=code, seconds=0)


@once_more
def heard(job: Job, seconds: int) -> None:
    """A call that asks for no key was picked up and heard: it is done, and the upper rooms are told."""
    now = clock.now()
    rang = _rang(job)
    _open(job.id).update(state=Delivery.State.SENT, sent_at=now, carrier=rang, last_error="", lease_until=None, leased_by="")
    Attempt.objects.create(delivery_id=job.id, at=now, carrier=rang, result="heard", millis=seconds * 1000)
    audit.record("system:caller", "call.tried", "delivery", job.id, purpose=job.purpose, result="heard")
    events.tell("delivery.called", purpose=job.purpose, subject_id=job.subject_id, code="heard", seconds=seconds)


@transaction.atomic
def kept(job: Job) -> None:
    """The sandbox has it."""
    now = clock.now()
    _open(job.id).update(
        state=Delivery.State.SENT, sent_at=now, carrier="sandbox", last_error="", lease_until=None, leased_by=""
    )
    Attempt.objects.create(delivery_id=job.id, at=now, carrier="sandbox", result="accepted")


def later(job: Job, wait: timedelta) -> None:
    """It was not begun, and is looked at again after `wait`."""
    _back(job.id, job.tries, "", wait)


def waiting() -> tuple[int, float]:
    """How many calls are due and not begun, and for how many seconds the oldest of them."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(not_before) FROM delivery_delivery WHERE state = 'pending' AND channel = %s"
            " AND not_before <= %s AND (lease_until IS NULL OR lease_until < %s)",
            [CHANNEL, now, now],
        )
        n, oldest = cursor.fetchone()
    return n, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


@transaction.atomic
def no_agent() -> None:
    """There is nothing to dial with."""
    _fares("agent_died")


def _open(id: UUID) -> QuerySet[Delivery]:
    return Delivery.objects.filter(id=id, state=Delivery.State.PENDING)


def _back(id: UUID, tries: int, code: str, wait: timedelta) -> None:
    _open(id).update(
        lease_until=None, leased_by="", attempts=max(tries, 0), last_error=code, not_before=clock.now() + wait
    )


def _fares(code: str) -> None:
    """Keep the carrier's record."""
    row = Carrier.objects.select_for_update().get_or_create(name=CARRIER)[0]
    if code in AGAINST:
        row.failures_in_a_row += 1
        row.last_failure_at, row.last_error = clock.now(), code
    elif code in _SAYS_NOTHING_AGAINST:
        row.failures_in_a_row, row.last_success_at = 0, clock.now()
    else:
        return
    row.save()

