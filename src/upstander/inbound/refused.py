"""What could not be routed, tried again because a person says so."""

from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.audit import services as audit


def try_again(id: UUID, actor: str) -> bool:
    """Hand an arrival that was refused to the router once more, with all its tries; False where it is refused no longer.

    It becomes a tip or a word, or is refused again and stands where it stood.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT inbound_try_again(%s, %s)", [id, clock.now()])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return False
        audit.record(actor, "inbound.tried_again", "arrival", id, code=row[0])
    return True
