"""The verbs: a school makes a placement and ends one; a report that began at one is counted."""

import secrets

from django.db import connection, transaction
from django.db.models import Max

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import crockford, normalised
from upstander.packs.current import current
from upstander.posters.models import Placement
from upstander.posters.release import month_of

LONG = 8  # characters of a code: 40 bits, so that none is found by trying, and few enough to be typed from a poster
MOST = 300  # placements of one school, those that ended too


class CannotPlace(ValueError):
    """Why no placement was made: `code` is too_many or unknown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def place(organisation_id: int, spot: str, account_id: int) -> Placement:
    """A new placement of this kind of spot in this school; the caller has asked who may. Raises CannotPlace."""
    kit = current().library.kit
    if kit is None or spot not in {one.code for one in kit.spots}:
        raise CannotPlace("unknown")
    with connection.cursor() as cursor:  # one of a school numbers at a time
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"posters:{organisation_id}"]
        )
    there = Placement.objects.filter(organisation_id=organisation_id)
    if there.count() >= MOST:
        raise CannotPlace("too_many")
    last = there.filter(spot=spot).aggregate(last=Max("number"))["last"] or 0
    made = Placement.objects.create(
        organisation_id=organisation_id, spot=spot, number=last + 1, code=crockford(secrets.token_bytes(5), LONG),
        made_at=clock.now(), account_id=account_id,
    )  # fmt: skip
    audit.record(
        f"account:{account_id}",
        "posters.placed",
        "organisation",
        organisation_id,
        spot=spot,
        number=made.number,
    )
    return made


@transaction.atomic
def end(placement_id: int, account_id: int) -> bool:
    """It is counted no more from now on; whether it was until now. The caller has asked who may."""
    ended = Placement.objects.filter(pk=placement_id, ended_at=None).update(ended_at=clock.now())
    if ended:
        audit.record(f"account:{account_id}", "posters.ended", "placement", placement_id)
    return bool(ended)


def counted(code: str) -> None:
    """A report that began at this code was received: one more for its placement in this month, and nothing else is kept.

    Not in the transaction of the report, and without a line of audit: neither the report nor the record may say where it began.
    An unknown code, or one that ended, counts nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT posters_counted(%s, %s)", [normalised(code)[:LONG], month_of(clock.today())])
