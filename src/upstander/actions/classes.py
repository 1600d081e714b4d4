"""The fusion center's word on a class that a call-taker gave (D-III.A, D-III.B): confirmed, or raised, by name.

The call-taker's class acts at once; this changes nothing of what is owed. It is owed for every tip.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import ledger, recording, wake
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.actions.recording import CONFIRM_CLASS, CannotRecord
from upstander.intake.models import Tip
from upstander.packs.model import Pack
from upstander.people import access
from upstander.people.models import Role
from upstander.protocol import Plan

CONFIRMED, RAISED = "confirmed", "raised"
ASSIGNED = (Role.STIC_STAFF, Role.SUPERVISOR)


def confirm(tip_id: UUID, account_id: int, seen: int) -> ActionEvent | None:
    """Say that the class of judgement number `seen` is right; None where the same person had said so already.

    Raises CannotRecord where the tip was judged again since it was seen, where there is nothing to confirm, and for whoever
    is not assigned: a supervisor does not confirm what they judged themselves.
    """
    Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)
    judgement = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()
    if judgement is None:
        raise CannotRecord(_("Nobody has judged this tip yet."))
    _may(judgement, account_id)
    if judgement.n != seen:
        raise CannotRecord(
            _("This tip has been judged again since you looked. See what it is now, then confirm it.")
        )
    row = newest(tip_id)
    actor = f"account:{account_id}"
    if row is None or row.done_at:
        if row and row.done_by == actor:
            return None
        raise CannotRecord(_("This class has been confirmed or raised already."))
    return _said(row, actor, CONFIRMED)


def _may(judgement: Judgement, account_id: int) -> None:
    if not access.holds(account_id, *ASSIGNED):
        raise CannotRecord(_("A class is confirmed by fusion-center staff or a supervisor."))
    if judgement.account_id == account_id and not access.holds(account_id, Role.STIC_STAFF):
        raise CannotRecord(
            _(
                "You judged this tip yourself. Somebody of the fusion center, or another supervisor, confirms it."
            )
        )


def newest(tip_id: UUID) -> RequiredAction | None:
    """The row of the ledger on which the word stands, or is waited for."""
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind=CONFIRM_CLASS, ended_by=None)
    return rows.order_by("owed_since", "id").last()


def _said(row: RequiredAction, actor: str, result: str) -> ActionEvent:
    event = recording.happened(row, actor, result)
    recording.close([row], actor, result)
    wake.desk(row.tip_id)
    return event


def judged(judgement: Judgement, before: Judgement | None, pack: Pack, demanded: Plan) -> None:
    """What a judgement that has just come into force says of the word: one by which fusion-center staff raise the class is
    that word; any other change of class asks for it anew, if it was given."""
    if before is None or judgement.klass == before.klass:
        return
    row = newest(judgement.tip_id)
    graver = pack.rank(judgement.klass) < pack.rank(before.klass)
    if row and graver and access.holds(judgement.account_id, Role.STIC_STAFF):
        _said(row, f"account:{judgement.account_id}", RAISED)
    elif row and row.done_at:
        ledger.once_more(demanded, CONFIRM_CLASS, judgement, judgement.decided_at or judgement.at)
