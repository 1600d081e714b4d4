"""The worker puts together what came since the last time for those who chose to be told once a day or a week."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.circulation import limits
from upstander.circulation.models import Copy, Digest
from upstander.circulation.spreading import DIGEST
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.ids import new_id
from upstander.network.models import Member

PART = 1000  # copies


@transaction.atomic
def turn() -> bool:
    """The worker's chore: a part of the digests whose hour has come; True where there is more."""
    due = Copy.objects.filter(how=Copy.How.DIGEST, digest=None, due_at__lte=clock.now()).order_by("due_at", "member")
    rows = list(due.select_for_update(skip_locked=True).values_list("id", "member", "due_at")[:PART])
    if not rows:
        return False
    last = rows[-1][1:]
    whole = [row for row in rows if row[1:] != last] if len(rows) == PART else rows  # the last member's may not all be here
    by: dict[tuple[UUID, datetime], list[UUID]] = {}
    for id, member, due_at in whole or rows:
        assert due_at is not None  # the statement asks for it
        by.setdefault((member, due_at), []).append(id)
    accounts = dict(Member.objects.filter(pk__in={member for member, _due in by}).values_list("pk", "account"))
    now = clock.now()
    made = [(Digest(id=new_id(), member_id=member, due_at=due, made_at=now), ids) for (member, due), ids in by.items()]
    Digest.objects.bulk_create(digest for digest, _ids in made)
    for digest, ids in made:
        Copy.objects.filter(pk__in=ids).update(digest=digest)
    delivery.send_all_new(
        Owed(DIGEST, digest.id, f"account:{accounts[digest.member_id]}", limits.DIGEST) for digest, _ids in made
    )
    return len(rows) == PART
