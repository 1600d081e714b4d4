"""Judging a tip: an immutable judgement, the plan that follows, the ledger, the first mails (decisions 7 to 9)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import (
    classes,
    conflict,
    falsehood,
    ledger,
    opening,
    referrals,
    wake,
    words,
)
from upstander.actions.conflict import Decision, Settled
from upstander.actions.facts import NOTHING_ELSE, REPORTER, CannotJudge, Circumstances, gather, results_of
from upstander.actions.models import Judgement
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.intake import services as intake
from upstander.intake.models import Tip
from upstander.ops.events import tell
from upstander.ops.transactions import once_more
from upstander.packs.current import current, used
from upstander.packs.model import Pack
from upstander.protocol import Facts, Plan, answered_by, plan, recorded
from upstander.protocol.codec import facts_from_json, facts_to_json, plan_to_json

# Where a judged tip stands in the queue: after an unjudged danger (5); Criticals, then the unjudged (10), then the rest.
_CRITICAL_RANK, _OTHER_RANK = 6, 20


@dataclass(frozen=True, slots=True)
class Judging:
    """What a call-taker decided; `narrative` is the tip as it may be released, `reason` why (demanded for a lowering,
    where the reporter said that somebody is in danger now and the judgement is not Critical, and where a mark says that law
    enforcement needs the tip, so that the pack's question is not put: D-III.B.2).

    `repeats`: the same judgement for another place or other people: a lowering that waits goes on waiting.
    `conflict`: who is left out because the tip is about them, where that was decided with it; None: as decided before.
    `circumstances` None: as judged before (whom they leave out is never taken from here).
    """

    tip_id: UUID
    account_id: int
    subtypes: tuple[str, ...]
    in_progress: bool
    flags: tuple[str, ...] = ()
    reason: str = ""
    narrative: str = ""
    repeats: bool = False
    circumstances: Circumstances | None = None
    conflict: Decision | None = None

    @property
    def actor(self) -> str:
        return f"account:{self.account_id}"


def queue_rank(pack: Pack, klass: str) -> int:
    """The place in the queue of a tip judged to be of `klass`."""
    return (_CRITICAL_RANK if pack.critical(klass) else _OTHER_RANK) + pack.gravity(klass)


def preview(
    place_id: int | None, subtypes: Iterable[str], in_progress: bool, flags: Iterable[str] = (),
    circumstances: Circumstances = NOTHING_ELSE, submitter: str = REPORTER,
) -> Plan:  # fmt: skip
    """The plan that this choice would give now, without writing anything; raises CannotJudge."""
    return gather(
        current(), place_id, subtypes, in_progress, flags, circumstances, submitter=submitter
    )[1]


@once_more
def judge(judging: Judging) -> Judgement:
    """Judge a tip. A lowering of a Critical waits for a supervisor: until then everything goes on as it was (decisions 9).

    Raises CannotJudge, with the field at which its words belong.
    """
    tip = Tip.objects.select_for_update(of=("self",)).get(pk=judging.tip_id)
    pack, at = current(), clock.now()  # after the lock: what was recorded before it is before it
    before = Judgement.objects.filter(tip=tip, state=Judgement.State.IN_FORCE).first()
    settled = conflict.consider(tip.pk, tip.place_id, judging.conflict)
    also = replace(judging.circumstances or Circumstances.of(before), excluded=settled.refs)
    facts, demanded = gather(
        pack, tip.place_id, judging.subtypes, judging.in_progress, judging.flags, also, results_of(tip.pk),
        tip.submitter,
    )  # fmt: skip
    lowers = before is not None and pack.rank(facts.klass) > pack.gravity(before.klass)
    conflict.check(settled, tip.pk, judging.account_id, demanded)
    falsehood.check(pack, judging.account_id, facts.flags, before, judging.reason)
    _check(judging, tip, pack, facts, before, lowers)
    if settled.new and before and lowers and pack.critical(before.klass):
        _left_out_first(judging, pack, before)
        return judge(replace(judging, conflict=None))
    judgement = _written(judging, tip, pack, facts, demanded, at, also)
    if tip.closed_at is not None:
        intake.reopen(tip.pk)
    if before is not None and lowers and pack.critical(before.klass):
        _set_pending(judgement, judging.narrative.strip())
    else:
        if not judging.repeats:
            _overtake(tip.pk, judging.actor)
        put_in_force(judgement, tip, pack, facts, demanded, at, before, settled)
        if judging.narrative.strip() and not pack.critical(facts.klass):
            _release(judging, judgement, pack)
    wake.desk(tip.pk)
    tell("actions.judged", tip_id=tip.pk, judgement_id=judgement.id)
    return judgement


def _left_out_first(judging: Judging, pack: Pack, before: Judgement) -> None:
    """Whoever is to be left out is so at once, though the lowering that says so waits: as a judgement of its own, in which
    nothing else changes."""
    flags = {*before.flags, *(conflict.marks(pack) & set(judging.flags))}
    judge(
        Judging(
            tip_id=judging.tip_id, account_id=judging.account_id, subtypes=tuple(before.subtypes),
            in_progress=before.in_progress, flags=tuple(sorted(flags)), repeats=True, conflict=judging.conflict,
        )
    )  # fmt: skip


def mark(
    before: Judgement, account_id: int, flags: Iterable[str], reason: str, *, only_add: bool
) -> Judgement:
    """The same judgement with other marks, for the same place and people: nobody is told or stood down by it. `only_add`: it
    ends nothing that is owed."""
    tip, pack, at = before.tip, used(before.pack_digest) or current(), clock.now()
    facts = replace(facts_from_json(before.facts), flags=frozenset(flags))
    facts = recorded(pack, facts, results_of(tip.pk))
    demanded = plan(pack, facts)
    judging = Judging(tip.pk, account_id, facts.subtypes, facts.in_progress, tuple(sorted(flags)), reason)
    judgement = _written(judging, tip, pack, facts, demanded, at, Circumstances.of(before))
    Judgement.objects.filter(pk=before.pk).update(state=Judgement.State.SUPERSEDED)
    judgement.state, judgement.raised_at = Judgement.State.IN_FORCE, before.raised_at
    if before.sealed_narrative is not None:
        _keep_words(judgement, words.narrative(before))
    judgement.save(update_fields=["state", "raised_at", "sealed_narrative"])
    ledger.apply(demanded, judgement, at, only_add=only_add)
    if tip.closed_at is not None:
        intake.reopen(tip.pk)
    wake.desk(tip.pk)
    tell("actions.judged", tip_id=tip.pk, judgement_id=judgement.id)
    return judgement


def _release(judging: Judging, judgement: Judgement, pack: Pack) -> None:
    """Release the words with the judgement; where everybody is left out they are kept for whoever is told later."""
    text = judging.narrative.strip()
    if not referrals.release(judging.tip_id, judging.actor, judging.account_id, text, pack).recipients:
        _keep_words(judgement, text)
        judgement.save(update_fields=["sealed_narrative"])


def _keep_words(judgement: Judgement, text: str) -> None:
    column = "actions_judgement.sealed_narrative"
    judgement.sealed_narrative = words.under_tip(judgement.tip_id, column, judgement.id, text)


def _check(
    judging: Judging, tip: Tip, pack: Pack, facts: Facts, before: Judgement | None, lowers: bool
) -> None:
    if lowers and not judging.reason.strip():
        raise CannotJudge("reason", _("You are lowering this tip. Write why: a second person will read it."))
    plays_down = before is None and tip.danger_now and not pack.critical(facts.klass)
    if plays_down and not judging.reason.strip():
        raise CannotJudge(
            "reason", _("The reporter said that somebody is in danger now. Write why you judge otherwise.")
        )
    answer = _new_answer(pack, facts, before)
    if answer and not judging.reason.strip():
        marks = "; ".join(f.label for f in pack.flags if f.code in answer)
        said = _("Write why law enforcement needs this report, for the record. It says so: %(marks)s.")
        raise CannotJudge("reason", said % {"marks": marks})
    released_now = not pack.critical(facts.klass) and not (lowers and before and pack.critical(before.klass))
    if released_now and facts.contacts and facts.network == "in" and not judging.narrative.strip():
        raise CannotJudge(
            "narrative",
            _("Write what the school may read: for this kind of report, releasing is part of judging."),
        )


def _new_answer(pack: Pack, facts: Facts, before: Judgement | None) -> frozenset[str]:
    """The marks that say now, and did not before, that law enforcement needs the tip; none where that is on record already."""
    if facts.law_enforcement == "yes":
        return frozenset()
    said = answered_by(pack, before.klass, frozenset(before.flags)) if before else frozenset()
    return answered_by(pack, facts.klass, facts.flags) - said


def _written(
    judging: Judging, tip: Tip, pack: Pack, facts: Facts, plan_: Plan, at: datetime, also: Circumstances
) -> Judgement:
    last = Judgement.objects.filter(tip=tip).aggregate(n=Max("n"))["n"] or 0
    judgement = Judgement(
        id=new_id(), tip=tip, n=last + 1, state=Judgement.State.SUPERSEDED, at=at, raised_at=at, account_id=judging.account_id,
        klass=facts.klass, subtypes=list(facts.subtypes), in_progress=facts.in_progress, flags=sorted(facts.flags),
        network=facts.network, facts=facts_to_json(facts), pack=pack.id, pack_version=pack.version,
        pack_digest=pack.digest, plan=plan_to_json(plan_),
    )  # fmt: skip
    judgement.sealed_reason = words.under_tip(
        tip.pk, "actions_judgement.sealed_reason", judgement.id, judging.reason.strip()
    )
    age = also.age
    judgement.sealed_age = words.under_tip(
        tip.pk, "actions_judgement.sealed_age", judgement.id, "" if age is None else str(age)
    )
    judgement.save(force_insert=True)
    audit.record(
        judging.actor, "tip.judged", "tip", tip.pk, judgement=str(judgement.id), n=judgement.n,
        klass=facts.klass, subtypes=list(facts.subtypes), in_progress=facts.in_progress, network=facts.network,
    )  # fmt: skip
    return judgement


def _overtake(tip_id: UUID, actor: str) -> None:
    """A lowering that waits is overtaken by a newer judgement, and the record says so: it is never gone in silence."""
    for waiting in Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.PENDING):
        waiting.state = Judgement.State.SUPERSEDED
        waiting.save(update_fields=["state"])
        audit.record(actor, "lowering.overtaken", "tip", tip_id, judgement=str(waiting.id))


def _set_pending(judgement: Judgement, narrative: str) -> None:
    """Nothing of a lowering leaves before it is decided, its words neither."""
    _overtake(judgement.tip_id, f"account:{judgement.account_id}")
    judgement.state = Judgement.State.PENDING
    _keep_words(judgement, narrative)
    judgement.save(update_fields=["state", "sealed_narrative"])


def put_in_force(
    judgement: Judgement,
    tip: Tip,
    pack: Pack,
    facts: Facts,
    demanded: Plan,
    at: datetime,
    before: Judgement | None,
    settled: Settled,
) -> None:
    """From now on the tip is what `judgement` says: the ledger, the queue, who is told, left out or stood down."""
    told = set(ledger.contacts_owed(tip.pk)) if before else set()
    raised = before is not None and _raises(pack, before, judgement)
    Judgement.objects.filter(tip=tip, state=Judgement.State.IN_FORCE).update(state=Judgement.State.SUPERSEDED)
    judgement.state = Judgement.State.IN_FORCE
    if before is not None and not raised:
        judgement.raised_at = before.raised_at
    judgement.save(update_fields=["state", "raised_at"])
    # before the ledger, which the database refuses a row for whom this leaves out
    fresh = conflict.hold(settled, judgement, at)
    back = ledger.apply(demanded, judgement, at, raised=raised)
    conflict.record(settled, judgement, demanded, at)
    classes.judged(judgement, before, pack, demanded)
    intake.set_class(tip.pk, facts.klass, queue_rank(pack, facts.klass), at)
    tip.klass = facts.klass
    progress = facts.in_progress
    owed = opening.open_for(tip, demanded, pack, at, in_progress=progress, raised=raised, back=back)
    if owed:
        intake.set_status(tip.pk, "passed_on")
    if fresh:
        referrals.leave_out(tip.pk, fresh)
    if told - owed - settled.refs:
        referrals.stand_down(tip.pk, f"account:{judgement.account_id}", told - owed - settled.refs)


def _raises(pack: Pack, before: Judgement, after: Judgement) -> bool:
    """Whether a judgement is graver than the one before, or says for the first time that it is happening now."""
    if not pack.critical(after.klass):
        return False
    graver = pack.gravity(after.klass) < pack.gravity(before.klass)
    return graver or (after.in_progress and not before.in_progress)
