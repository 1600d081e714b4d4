"""When nobody who is listed for an In-Network place can be reached any more: what an Out-of-Network one is owed is owed too.

The school stays In-Network, and every call and mail stays owed. The worker asks for the plan again, a moment after the last
address was refused or number found to be wrong, and adds what it demands to the ledger; nothing is ended by it.
"""

from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.actions import followup, ledger, wake
from upstander.actions.ledger import TO_CONTACTS
from upstander.actions.models import Judgement, RequiredAction
from upstander.audit import services as audit
from upstander.directory import queries as directory

ACTOR = "system:worker"
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('upstander.reachability'), hashtext(%s))"
_COLUMNS = ("id", "tip_id", "n", "state", "network", "facts", "pack_digest")


def turn() -> bool:
    """Plan again for the open tips of which a contact cannot be reached now, and add what is demanded and not owed yet."""
    unreachable = [str(contact_id) for contact_id in directory.unreachable()]
    if not unreachable:
        return False
    owed = RequiredAction.objects.filter(
        kind__in=TO_CONTACTS, target_kind="contact", target_ref__in=unreachable, ended_by=None, tip__closed_at=None
    )
    for tip_id in sorted(set(owed.values_list("tip_id", flat=True))):
        _plan_again(tip_id)
    return False


@transaction.atomic
def _plan_again(tip_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(tip_id)])
        if not cursor.fetchone()[0]:
            return
    in_force = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE, network="in")
    judgement = in_force.only(*_COLUMNS).first()
    if judgement is None:
        return
    demanded = followup.plan_now(judgement)
    there = set(RequiredAction.objects.filter(tip_id=tip_id).values_list("rule", flat=True))
    known = {rule.partition("#")[0] for rule in there}
    new = [action.rule for action in demanded.owed if action.rule not in known]
    if not new:
        return
    ledger.apply(demanded, judgement, clock.now(), only_add=True)
    audit.record(ACTOR, "tip.planned_again", "tip", tip_id, rules=sorted(new), because="nobody_reachable")
    wake.desk(tip_id)
