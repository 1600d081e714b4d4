"""Holding a tip: one call-taker at a time, for as long as they act (the pack's claim minutes)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.actions import wake
from upstander.audit import services as audit
from upstander.desk.models import Claim
from upstander.intake import queries as intake_queries
from upstander.intake import services as intake
from upstander.packs.current import current
from upstander.training import queries as training

# Taken where nobody holds it, where the holder's time is over, or where the holder is oneself; one statement, so that of two
# who press at the same moment exactly one has it.
_TAKE = """
INSERT INTO desk_claim (tip_id, account_id, claimed_at, until) VALUES (%s, %s, %s, %s)
ON CONFLICT (tip_id) DO UPDATE SET account_id = excluded.account_id, until = excluded.until,
    claimed_at = CASE WHEN desk_claim.account_id = excluded.account_id AND desk_claim.until > excluded.claimed_at
                 THEN desk_claim.claimed_at ELSE excluded.claimed_at END
WHERE desk_claim.until <= excluded.claimed_at OR desk_claim.account_id = excluded.account_id
RETURNING claimed_at = %s
"""


class Held(Exception):
    """Somebody else holds the tip: who, until when."""

    def __init__(self, account_id: int, name: str, until: datetime) -> None:
        super().__init__(name)
        self.account_id, self.name, self.until = account_id, name, until


class NotCertified(Held):
    """The account has no valid certificate, and the pack keeps such ones from what is not urgent (S-exercise)."""


@transaction.atomic
def take(tip_id: UUID, account_id: int, *, own: bool = False) -> Claim:
    """Hold a tip, or hold it longer; raises Held where somebody else does, NotCertified. `own`: they entered it themselves."""
    now = clock.now()
    if not own and training.kept_out(account_id) and _waits(tip_id, account_id):
        raise NotCertified(account_id, "", now)
    until = now + timedelta(minutes=current().limits.claim_minutes)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [tip_id, account_id, now, until, now])
        row = cursor.fetchone()
    claim = Claim.objects.select_related("account").get(pk=tip_id)
    if row is None:
        raise Held(claim.account_id, claim.account.name, claim.until)
    if row[0]:
        audit.record(f"account:{account_id}", "tip.claimed", "tip", tip_id)
        _read(tip_id)
        wake.desk(tip_id)
    return claim


def _waits(tip_id: UUID, account_id: int) -> bool:
    """Whether a tip can wait for somebody with a certificate: judged, or told by its reporter, as no danger; nobody holds it; and
    nobody has left it unread for the claim's time. What nobody knows yet waits for no paper."""
    tip = intake_queries.tip(tip_id)
    if tip is None or tip.danger_now or tip.about_self or not (tip.klass or tip.reported_subtype):
        return False
    pack = current()
    klass = tip.klass or (pack.subtype(tip.reported_subtype).klass if pack.knows_subtype(tip.reported_subtype) else "")
    late = tip.status == "received" and clock.now() - tip.received_at > timedelta(minutes=pack.limits.claim_minutes)
    held = Claim.objects.filter(pk=tip_id, account_id=account_id).exists()
    return not (pack.critical(klass) or late or held)


def _read(tip_id: UUID) -> None:
    """The reporter learns that a trained person reads it: whoever takes a tip does."""
    tip = intake_queries.tip(tip_id)
    if tip and tip.status == "received":
        intake.set_status(tip_id, "read")


@transaction.atomic
def take_over(tip_id: UUID, account_id: int) -> Claim:
    """Take a tip from whoever holds it: a supervisor's act, for a colleague who had to leave. On the record."""
    before = Claim.objects.select_for_update(of=("self",)).filter(pk=tip_id).first()
    if before and before.account_id != account_id:
        before.delete()
        audit.record(f"account:{account_id}", "tip.taken_over", "tip", tip_id, held_by=before.account_id)
    return take(tip_id, account_id)


@transaction.atomic
def give_back(tip_id: UUID, account_id: int) -> bool:
    """Let a tip go; True where it was held by this account."""
    gone, _ = Claim.objects.filter(pk=tip_id, account_id=account_id).delete()
    if gone:
        audit.record(f"account:{account_id}", "tip.given_back", "tip", tip_id)
        wake.desk(tip_id)
    return bool(gone)


def holder(tip_id: UUID, now: datetime) -> Claim | None:
    """Who holds a tip at this moment; None for nobody or an expired claim."""
    return Claim.objects.select_related("account").filter(pk=tip_id, until__gt=now).first()
