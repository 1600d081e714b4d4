"""What follows from what was recorded: some results open further duties (D-IV.A.2.a.3, D-IV.A.6.a, 325 ILCS 5/7)."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import exclusion, ledger, opening, recording, wake
from upstander.actions.facts import NO_WAY, results_of
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.audit import services as audit
from upstander.directory import queries as directory
from upstander.directory.models import Contact
from upstander.intake import services as intake
from upstander.intake.models import Tip
from upstander.packs.current import current, used
from upstander.packs.model import Pack
from upstander.protocol import Facts, Plan, plan, recorded
from upstander.protocol.codec import facts_from_json


def plan_now(judgement: Judgement) -> Plan:
    """What is demanded and offered at this moment, by the version of the pack that judged: from the judgement's facts, and
    from what was recorded since."""
    pack = used(judgement.pack_digest) or current()
    facts = _as_reached_now(facts_from_json(judgement.facts))
    if facts.excluded:
        facts = replace(facts, excluded=facts.excluded | _reached_now(judgement.tip_id, facts))
    return plan(pack, recorded(pack, facts, results_of(judgement.tip_id)))


def _as_reached_now(facts: Facts) -> Facts:
    """The facts with each contact as they can be reached at this moment."""
    gone = {str(pk) for pk in directory.unreachable([int(t.ref) for t in facts.contacts if t.ref.isdecimal()])}
    return replace(
        facts, contacts=tuple(replace(t, missing=NO_WAY) if t.ref in gone else t for t in facts.contacts)
    )


def _reached_now(tip_id: UUID, facts: Facts) -> frozenset[str]:
    """Those who could be told of a tip and are reached, since it was judged, at the address of somebody who is left out."""
    out = exclusion.of_tip(tip_id)
    ids = [int(t.ref) for t in (*facts.contacts, *facts.alternates) if t.ref.isdecimal()]
    people = Contact.objects.filter(pk__in=ids).prefetch_related("points")
    return frozenset(str(contact.pk) for contact in people if out.holds(contact))


def after(event: ActionEvent) -> None:
    """Owe what an event opens; it adds to the ledger, and ends nothing."""
    action = event.action
    judgement = _in_force(action.tip_id)
    if judgement is None:
        return
    pack = used(judgement.pack_digest) or current()
    if pack.waits_for(action.rule_id, event.result) or action.kind == "decide_law_enforcement":
        _owe(judgement, pack)
        wake.desk(action.tip_id)


def _owe(judgement: Judgement, pack: Pack) -> None:
    """Add what is owed now; a contact whom word is owed for the first time is told like any other."""
    at, demanded = clock.now(), plan_now(judgement)
    before = set(ledger.contacts_owed(judgement.tip_id))
    ledger.apply(demanded, judgement, at, only_add=True)
    if set(ledger.contacts_owed(judgement.tip_id)) - before:
        progress = judgement.in_progress
        opening.open_for(judgement.tip, demanded, pack, at, in_progress=progress, raised=False, back=set())
    _reopened(judgement.tip)


def _reopened(tip: Tip) -> None:
    """A closed tip for which something is owed again is open again: of a closed one nothing is shown, and nothing is red."""
    owed = RequiredAction.objects.filter(tip=tip, done_at=None, ended_by=None)
    if tip.closed_at is not None and owed.filter(standing=RequiredAction.Standing.OWED).exists():
        intake.reopen(tip.pk)
        audit.record("system:desk", "tip.reopened", "tip", tip.pk)


def take_up(tip_id: UUID, rule: str, actor: str) -> list[RequiredAction]:
    """Take up what is offered for a tip by `rule`: its rows, one a target, that can now be recorded.

    Raises CannotRecord where no such thing is offered, or the tip is closed.
    """
    judgement = _in_force(tip_id)
    if judgement is not None and judgement.tip.closed_at is not None:
        raise recording.CannotRecord(_("This tip is closed. Judge it again to open it."))
    rows = ledger.take_up(plan_now(judgement), rule, judgement, clock.now()) if judgement else []
    if not rows:
        raise recording.CannotRecord(_("This is not offered for this tip, as it is judged now."))
    audit.record(actor, f"action.{rows[0].kind}.taken_up", "tip", tip_id, rule=rule)
    wake.desk(tip_id)
    return rows


def _in_force(tip_id: UUID) -> Judgement | None:
    return Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()
