"""A supervisor's decision on the lowering of a Critical: until then everything goes on as it was (decisions 9)."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import conflict, referrals, wake, words
from upstander.actions.conflict import Settled
from upstander.actions.facts import CannotJudge, Circumstances, gather, results_of
from upstander.actions.judge import put_in_force
from upstander.actions.models import Judgement
from upstander.audit import services as audit
from upstander.intake import services as intake
from upstander.intake.models import Tip
from upstander.ops.transactions import once_more
from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.protocol import Facts, Plan
from upstander.protocol.codec import facts_to_json, plan_to_json


@once_more
def decide_lowering(judgement_id: UUID, account_id: int, accept: bool, reason: str) -> Judgement:
    """A supervisor's decision on a pending lowering of a Critical; accepting it sends the stand-down (decisions 9).

    The decider is never the one who asked for it. Raises CannotJudge.
    """
    tip = Tip.objects.select_for_update(of=("self",)).get(
        judgements=judgement_id
    )  # first the tip, as `judge` does
    judgement = Judgement.objects.select_for_update().get(pk=judgement_id)
    _may_decide(judgement, account_id, reason.strip())
    _write_decision(judgement, account_id, accept, reason.strip())
    if accept:
        _accept(judgement, tip, f"account:{account_id}")
    wake.desk(judgement.tip_id)
    return judgement


def _may_decide(judgement: Judgement, account_id: int, reason: str) -> None:
    """Raises CannotJudge where this person may not decide this lowering, now, without more words."""
    if judgement.state != Judgement.State.PENDING:
        why = _("This lowering waits no more: it was decided, or the tip was judged again.")
    elif judgement.account_id == account_id:
        why = _("You asked for this lowering yourself. A second person must decide it.")
    elif not reason:
        why = _("Write why: the record keeps your reason.")
    else:
        return
    raise CannotJudge("reason", why)


def _write_decision(judgement: Judgement, account_id: int, accept: bool, reason: str) -> None:
    """Put the decision on record, and its reason into the desk's own thread, where whoever asked for it reads it."""
    column = "actions_judgement.sealed_decision"
    judgement.sealed_decision = words.under_tip(judgement.tip_id, column, judgement.id, reason)
    judgement.decided_at, judgement.decided_by = clock.now(), account_id
    judgement.state = Judgement.State.PENDING if accept else Judgement.State.REFUSED
    judgement.save(update_fields=["decided_at", "decided_by", "sealed_decision", "state"])
    actor, decided = f"account:{account_id}", "accepted" if accept else "refused"
    intake.say(judgement.tip_id, "note", f"Lowering {decided}: {reason}", account_id=account_id)
    audit.record(actor, f"lowering.{decided}", "tip", judgement.tip_id, judgement=str(judgement.id))


def _accept(judgement: Judgement, tip: Tip, actor: str) -> None:
    """The lowering holds from now on, for the place and the people of this moment; who had been told hears it."""
    pack, at = current(), clock.now()
    before = Judgement.objects.filter(tip=tip, state=Judgement.State.IN_FORCE).first()
    settled = conflict.consider(tip.pk, tip.place_id, None)
    judgement.flags = _with_marks(pack, judgement, before, settled)
    also = replace(Circumstances.of(judgement), excluded=settled.refs)
    facts, demanded = gather(
        pack,
        tip.place_id,
        judgement.subtypes,
        judgement.in_progress,
        judgement.flags,
        also,
        results_of(tip.pk),
        tip.submitter,
    )
    conflict.check(settled, tip.pk, judgement.account_id, demanded)
    _as_of_now(judgement, pack, facts, demanded)
    put_in_force(judgement, tip, pack, facts, demanded, at, before, settled)
    if narrative := words.narrative(judgement):
        referrals.release(tip.pk, actor, judgement.account_id, narrative, pack)
    referrals.stand_down(tip.pk, actor)


def _with_marks(pack: Pack, judgement: Judgement, before: Judgement | None, settled: Settled) -> list[str]:
    """The marks of a lowering that waited, with those that others set meanwhile and it may not take away: a supervisor's
    determination, and that the tip is about somebody who is left out."""
    stays = {f.code for f in pack.flags if f.supervisor} | (
        conflict.marks(pack) if settled.left_out else set()
    )
    return sorted({*judgement.flags, *(stays & set(before.flags if before else ()))})


def _as_of_now(judgement: Judgement, pack: Pack, facts: Facts, plan_: Plan) -> None:
    """What a judgement that waited stands on: the place and the people of the moment from which it holds."""
    judgement.network, judgement.facts, judgement.plan = (
        facts.network,
        facts_to_json(facts),
        plan_to_json(plan_),
    )
    judgement.pack, judgement.pack_version, judgement.pack_digest = pack.id, pack.version, pack.digest
    judgement.save(update_fields=["flags", "network", "facts", "plan", "pack", "pack_version", "pack_digest"])
