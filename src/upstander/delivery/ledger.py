"""The relay's side of the ledger: leases on what is due, and the settling of what became of it (decisions
11).

A lease says which relay works on a row, and until when; a row is done only when the carrier said so. Every
function here is one transaction.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Greatest

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import backoff
from upstander.delivery.backoff import LONGEST_CRITICAL
from upstander.delivery.channels import channel_of
from upstander.delivery.models import Attempt, Carrier, Delivery
from upstander.delivery.queries import FAILURES_UNTIL_RED
from upstander.delivery.throttle import CRITICAL, WINDOW, Candidate, Limits, choose
from upstander.ops import events
from upstander.ops.transactions import once_more

_ACTOR = "system:relay"
_LONGEST_ASKED = timedelta(hours=1)
# What a carrier of texts says afterwards of one that did not arrive.
IN_VAIN = ("undelivered", "rejected")
# Errors on our side of the door: they say nothing about the carrier.
HOUSE_ERRORS = ("render", "database", "abandoned")


@dataclass(frozen=True)
class Job:
    """A leased delivery, as the relay holds it in memory. `leased_until` is by the house's clock."""

    id: UUID
    purpose: str
    subject_id: UUID
    channel: str
    priority: int
    not_before: datetime
    created_at: datetime
    message_id: str
    attempts: int  # this one included
    leased_until: datetime


@dataclass(frozen=True)
class Result:
    """What became of a job: `code` is "accepted", "not_owed", or an error's code. `written_at`: when its mail was begun;
    `after`: how long the other side asks us to wait.
    """

    job: Job
    code: str
    at: datetime
    millis: int
    permanent: bool = False
    written_at: datetime | None = None
    after: timedelta = timedelta()
    by: str = ""  # which carrier, where the lane has several

    @property
    def accepted(self) -> bool:
        return self.code == "accepted"

    @property
    def cancelled(self) -> bool:
        return self.code == "not_owed"


@dataclass(frozen=True)
class Leased:
    """What `lease` found: the jobs to do now, and whether there may be more that is due."""

    jobs: list[Job]
    more: bool


@transaction.atomic
def lease(
    relay: str, carrier: str, *, most: int, below: int, limits: Limits, length: timedelta, channel: str = "email"
) -> Leased:
    """Take up to `most` due deliveries of a priority number lower than `below`, gravest and oldest first.

    Rows that another relay is just taking are passed over; a lease that ran out is free again. What the
    throttle holds back is put off in the ledger, so that it does not stand in front of the others.
    """
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    # A clock that went back holds up no Critical: what lies in its future was owed, or tried, before it did.
    jumped = Q(created_at__gt=now, attempts=0) | Q(not_before__gt=now + LONGEST_CRITICAL, attempts__gt=0)
    due = Delivery.objects.filter(free, Q(not_before__lte=now) | (jumped & Q(priority=CRITICAL)))
    due = due.filter(state=Delivery.State.PENDING, priority__lt=below, channel=channel)
    rows = list(due.order_by("priority", "not_before", "id").select_for_update(skip_locked=True)[:most])
    if not rows:
        return Leased([], more=False)
    candidates = [Candidate(row.id, row.priority, row.address_key) for row in rows]
    choice = choose(candidates, _to_addresses(rows, now), _through(carrier, channel, now), limits, now)
    for id, until in choice.hold.items():
        Delivery.objects.filter(id=id).update(not_before=until)
    taken = [row for row in rows if row.id in set(choice.go)]
    _note_abandoned(taken, now)
    until = now + length
    Delivery.objects.filter(id__in=choice.go).update(
        lease_until=until, leased_by=relay, attempts=F("attempts") + 1
    )
    starved = not taken and not choice.hold
    return Leased([_job(row, until) for row in taken], more=len(rows) == most and not starved)


def _job(row: Delivery, until: datetime) -> Job:
    return Job(
        id=row.id,
        purpose=row.purpose,
        subject_id=row.subject_id,
        channel=row.channel,
        priority=row.priority,
        not_before=row.not_before,
        created_at=row.created_at,
        message_id=row.message_id,
        attempts=row.attempts + 1,
        leased_until=until,
    )


def _to_addresses(rows: Sequence[Delivery], now: datetime) -> dict[str, list[datetime]]:
    """When mail went to these addresses within the last minute; what is under way counts as now."""
    keys = {row.address_key for row in rows if row.priority != CRITICAL}
    if not keys:
        return {}
    recent = Q(state=Delivery.State.SENT, sent_at__gt=now - WINDOW)
    under_way = Q(state=Delivery.State.PENDING, lease_until__gt=now) & ~Q(channel="call")
    times: dict[str, list[datetime]] = {}
    for key, at in Delivery.objects.filter(recent | under_way, address_key__in=keys).values_list(
        "address_key", "sent_at"
    ):
        times.setdefault(key, []).append(at or now)
    return times


def _through(carrier: str, channel: str, now: datetime) -> int:
    """How many mails this carrier took in the last minute, and how many are under way."""
    recent = Q(state=Delivery.State.SENT, sent_at__gt=now - WINDOW, carrier__in=carrier.split("+"))
    under_way = Q(state=Delivery.State.PENDING, lease_until__gt=now, channel=channel)
    return sum(Delivery.objects.filter(which).aggregate(n=Count("id"))["n"] for which in (recent, under_way))


def _note_abandoned(rows: Iterable[Delivery], now: datetime) -> None:
    """A lease that ran out leaves a trace: somebody had begun, and nobody knows how far."""
    Attempt.objects.bulk_create(
        Attempt(delivery_id=row.id, at=now, carrier=row.carrier, result="abandoned")
        for row in rows
        if row.leased_by
    )


_OURS = "SELECT id FROM delivery_delivery WHERE id = ANY(%s) AND leased_by = %s AND state = 'pending'"


def hold(relay: str, jobs: Sequence[Job], *, length: timedelta, at_least: timedelta) -> set[UUID]:
    """Which of `jobs` are still ours to send, and still owed; a lease with less than `at_least` left is renewed.

    Asked just before sending: whoever holds a row has it for `at_least`, in which the send must end.
    """
    now = clock.now()
    short = [job.id for job in jobs if job.leased_until - now < at_least]
    if short:
        ours = Delivery.objects.filter(id__in=short, leased_by=relay, state=Delivery.State.PENDING)
        ours.update(lease_until=now + length)
    with connection.cursor() as cursor:
        cursor.execute(_OURS, [[job.id for job in jobs], relay])
        return {id for (id,) in cursor.fetchall()}


def give_back(relay: str, ids: Iterable[UUID]) -> None:
    """Return leased rows that were not begun, cancelled ones too, as if they had never been taken."""
    begun_no_more = (Delivery.State.PENDING, Delivery.State.CANCELLED)
    Delivery.objects.filter(id__in=list(ids), leased_by=relay, state__in=begun_no_more).update(
        lease_until=None, leased_by="", attempts=Greatest(F("attempts") - 1, 0)
    )


@transaction.atomic
def free_own(relay: str) -> int:
    """Free what an earlier process of this name left leased when it died; returns how many.

    Safe only because the name cannot be held by two living processes (see `identity`).
    """
    now = clock.now()
    rows = list(Delivery.objects.filter(leased_by=relay, state=Delivery.State.PENDING).select_for_update())
    _note_abandoned(rows, now)
    return Delivery.objects.filter(id__in=[row.id for row in rows]).update(
        lease_until=None, leased_by="", last_error="abandoned"
    )


@transaction.atomic
def in_use(*carriers: str) -> None:
    """Say which carriers are in use, one a lane: they can be shown before their first message, and an earlier one's failures
    end.
    """
    for carrier in carriers:
        Carrier.objects.get_or_create(name=carrier)
    known = {one for name in carriers for one in (name, *name.split("+"))}
    failing = Carrier.objects.exclude(name__in=known).filter(failures_in_a_row__gt=0).values_list("name", flat=True)
    others = [name for name in failing if channel_of(name) != "call"]  # those are the caller's
    Carrier.objects.filter(name__in=others).update(failures_in_a_row=0)


@once_more
def settle(relay: str, carrier: str, results: Sequence[Result], *, tell: bool = True) -> None:
    """Write what became of `results`, and tell the upper rooms, in one transaction.

    `tell=False` writes the same without telling, for a result whose hearer fails: a mail that has left must
    not leave again because of it.
    """
    sent = _mark_sent(carrier, [r for r in results if r.accepted])
    failed = []
    for result in results:
        if result.cancelled:
            _not_owed(relay, result)
        elif result.permanent or _too_old(result):
            if _close(relay, result, state="failed", carrier=result.by or carrier, last_error=result.code):
                failed.append(result)
        elif not result.accepted:
            _put_back(relay, result)
    tried = [r for r in results if not r.cancelled]
    Attempt.objects.bulk_create(
        Attempt(
            delivery_id=r.job.id,
            at=r.at,
            carrier=r.by or carrier,
            result=r.code,
            permanent=r.permanent,
            millis=r.millis,
        )
        for r in tried
    )
    _count(carrier, tried)
    _audit(tried)
    if in_vain := _said_in_vain([r for r in results if r.accepted]):
        failed += in_vain
        sent = [id for id in sent if id not in {result.job.id for result in in_vain}]
    if tell:
        if sent:
            events.tell("delivery.sent", delivery_ids=sent)
        for result in failed:
            events.tell("delivery.failed", delivery_id=result.job.id, written_at=result.written_at)


_SENT = """
UPDATE delivery_delivery d SET state = 'sent', sent_at = r.at, carrier = r.by, last_error = '',
    lease_until = NULL, leased_by = ''
FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[]) AS r(id, at, by)
WHERE d.id = r.id AND d.state <> 'sent' RETURNING d.id
"""


def _mark_sent(carrier: str, results: Sequence[Result]) -> list[UUID]:
    """What a carrier has taken is sent, whatever the row said meanwhile (cancelled, leased to another)."""
    if not results:
        return []
    with connection.cursor() as cursor:
        by = [r.by or carrier for r in results]
        cursor.execute(_SENT, [[r.job.id for r in results], [r.at for r in results], by])
        return [id for (id,) in cursor.fetchall()]


def _said_in_vain(results: Sequence[Result]) -> list[Result]:
    """Texts of which the carrier has said that they did not arrive before we wrote down that it took them: refused for good."""
    texts = {r.job.id: r for r in results if r.job.channel == "sms"}
    if not texts:
        return []
    said = Attempt.objects.filter(delivery_id__in=texts, result__in=IN_VAIN).values_list("delivery_id", "at", "result")
    began = {id: r.at - timedelta(milliseconds=r.millis) for id, r in texts.items()}
    now = {id: code for id, at, code in said if at >= began[id]}
    for id, code in now.items():
        Delivery.objects.filter(id=id).update(state=Delivery.State.FAILED, last_error=code)
    return [texts[id] for id in now]


def _close(relay: str, result: Result, **values: str) -> bool:
    rows = Delivery.objects.filter(id=result.job.id, leased_by=relay, state=Delivery.State.PENDING)
    return rows.update(lease_until=None, leased_by="", **values) == 1


def _not_owed(relay: str, result: Result) -> None:
    """Cancelled, unless it has been owed again since it was leased, which renews `created_at`: nothing was owed before, and now
    it is. Then it is returned, and asked for anew.
    """
    rows = Delivery.objects.filter(id=result.job.id, leased_by=relay, state=Delivery.State.PENDING)
    same = rows.filter(created_at=result.job.created_at)
    if not same.update(lease_until=None, leased_by="", state=Delivery.State.CANCELLED):
        give_back(relay, [result.job.id])


def _put_back(relay: str, result: Result) -> None:
    """Pending again, after a back-off, or as long as we are asked to wait: an hour at most."""
    # Chance that nobody gains by guessing.
    wait = backoff.delay(result.job.attempts, random.random(), critical=result.job.priority == CRITICAL)  # noqa: S311
    Delivery.objects.filter(id=result.job.id, leased_by=relay, state=Delivery.State.PENDING).update(
        lease_until=None,
        leased_by="",
        last_error=result.code,
        not_before=result.at + max(wait, min(result.after, _LONGEST_ASKED)),
    )


def _too_old(result: Result) -> bool:
    return not result.accepted and result.at - result.job.created_at > backoff.GIVE_UP_AFTER


def _count(carrier: str, results: Sequence[Result]) -> None:
    """Keep the carrier's record. A permanent refusal says nothing against it: it answered. Nor does one organisation's system
    that is down: each is somebody else's.
    """
    results = [r for r in results if r.accepted or r.job.channel != "webhook"]
    telling = [r for r in results if r.accepted or not (r.permanent or r.code in HOUSE_ERRORS)]
    if not telling:
        return
    row = Carrier.objects.select_for_update().get_or_create(name=carrier)[0]
    was_red = row.failures_in_a_row >= FAILURES_UNTIL_RED
    for result in telling:
        if result.accepted:
            row.failures_in_a_row, row.last_success_at = 0, result.at
        else:
            row.failures_in_a_row += 1
            row.last_failure_at, row.last_error = result.at, result.code
    row.save()
    if was_red and row.failures_in_a_row == 0:
        hurry(results[-1].at)


def hurry(now: datetime, channel: str = "") -> None:
    """The carrier (of `channel`) is back: what had waited because of it goes now, not at the end of a long back-off."""
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING, lease_until=None, not_before__gt=now)
    if channel == "call":  # in which the contact's own pause counts, but where the trunk was at fault
        waiting.filter(channel=channel, last_error__in=("trunk", "agent_died", "unreachable")).update(not_before=now)
        return
    waiting = waiting.filter(attempts__gt=0).exclude(channel="call")
    waiting.exclude(last_error__in=("", *HOUSE_ERRORS)).update(not_before=now)


def _audit(results: Sequence[Result]) -> None:
    audit.record_all(
        audit.row(_ACTOR, "mail.tried", "delivery", r.job.id, purpose=r.job.purpose, result=r.code)
        for r in results
    )
