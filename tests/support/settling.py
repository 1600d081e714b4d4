"""Everything that is owed for a tip, done: as people record it, by the result that opens nothing further."""

from uuid import UUID

from tests.support.people import holding
from upstander.actions import queries, recording, services
from upstander.actions.models import RequiredAction
from upstander.people.models import Account


def assigned() -> Account:
    """Somebody of the fusion center's staff, who confirms classes."""
    account, new = Account.objects.get_or_create(email="stic@upstander.example", defaults={"name": "Stic Staff"})
    return holding(account, "stic_staff") if new else account


def settle(row: RequiredAction, account_id: int) -> None:
    """Do one action: a call is answered, a class confirmed, of anything else the last result that ends it is recorded."""
    if row.kind == recording.CONFIRM_CLASS:
        judgement = queries.in_force(row.tip_id)
        services.confirm_class(row.tip_id, assigned().pk, judgement.n if judgement else 0)
        return
    if row.kind in recording.CALLS:
        services.record_call(row.id, account_id, "answered", 20, {"answered_by": "Badge 12"})
        return
    proof = recording.proof_of(row)
    if row.kind == "false_determination":
        services.determine(row.tip_id, _supervisor(), list(proof.closes)[-1], "noted")
        return
    detail = {field.code: "12" for field in proof.fields}
    services.mark_done(row.id, account_id, "noted", list(proof.closes)[-1], detail)


def _supervisor() -> int:
    """Somebody who may determine what only a supervisor does."""
    found, new = Account.objects.get_or_create(email="settling@upstander.example", name="Settling Supervisor")
    return (holding(found, "supervisor") if new else found).pk


def settle_owed(tip_id: UUID, account_id: int) -> None:
    """Do whatever is owed and not done. Mails prove themselves: they are left."""
    owed = RequiredAction.objects.filter(tip_id=tip_id, done_at=None, ended_by=None)
    for row in owed.exclude(kind="email_contacts"):
        settle(row, account_id)
