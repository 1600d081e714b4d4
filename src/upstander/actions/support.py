"""Analytical support, when an agency asks for it (D-IV.A.1.b): a request, its analyst, its product, its closing."""

from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import followup, ledger, recording, wake
from upstander.actions.models import Judgement, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.audit import services as audit
from upstander.people import access
from upstander.people.models import Role

KIND, REQUESTED = "analytical_support", "requested"


def request(tip_id: UUID, actor: str, asked: dict[str, str], analyst_id: int | None) -> RequiredAction:
    """Record that an agency asks for support: `asked` says who (`answered_by`), of which `agency`, and for what (`note`).
    It is owed from now on, by the analyst of this id where one is named. Raises CannotRecord.
    """
    row = _open(tip_id) or _anew(tip_id, actor)
    followup.after(recording.done(row.id, actor, REQUESTED, asked))
    if analyst_id is not None:
        _assign(row, actor, analyst_id)
    wake.desk(tip_id)
    return RequiredAction.objects.get(pk=row.pk)


def _open(tip_id: UUID) -> RequiredAction | None:
    """The support that is under way: what is asked for meanwhile goes on the same row."""
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind=KIND, done_at=None, ended_by=None)
    return rows.order_by("owed_since").last()


def _anew(tip_id: UUID, actor: str) -> RequiredAction:
    """A row for a request: taken up for the first, owed once more where an earlier product was delivered."""
    judgement = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()
    if judgement is None:
        raise CannotRecord(_("Judge the tip first."))
    now = followup.plan_now(judgement)
    if offer := now.offer(KIND):
        return followup.take_up(tip_id, offer.rule, actor)[0]
    rows = ledger.once_more(now, KIND, judgement, clock.now())
    if not rows:
        raise CannotRecord(_("Analytical support is not offered for this tip."))
    return rows[0]


def _assign(row: RequiredAction, actor: str, analyst_id: int) -> None:
    if not access.holds(analyst_id, Role.STIC_ANALYST):
        raise CannotRecord(
            _("Choose an analyst of the fusion center, or nobody: then whoever is free does it.")
        )
    RequiredAction.objects.filter(pk=row.pk).update(assigned_to=analyst_id)
    audit.record(actor, f"action.{KIND}.assigned", "tip", row.tip_id, action=str(row.id), analyst=analyst_id)
