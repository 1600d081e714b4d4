"""What became of an exercise's reports, read from the practice system's own record: codes and times, and what answers did."""

from datetime import datetime
from uuid import UUID

from upstander import clock
from upstander.actions.models import Judgement, RequiredAction
from upstander.audit.models import Entry
from upstander.exercises.run import script
from upstander.exercises.state import Running
from upstander.intake import queries
from upstander.intake.models import Message, Tip
from upstander.packs.current import current
from upstander.rehearsal import hear
from upstander.rehearsal.after import OWN, Act, Result, Seen, assess


def result(running: Running) -> Result:
    """The grade of an exercise, as things stand now."""
    seen = {n: found for n, entered in running.reports.items() if (found := _seen(entered.tip_id))}
    until = ((running.ended_at or clock.now()) - running.began_at).total_seconds()
    return assess(current(), script(running.code), seen, until)


def _seen(tip_id: UUID) -> Seen | None:
    tip = Tip.objects.filter(pk=tip_id).first()
    if tip is None:
        return None
    judgements = list(Judgement.objects.filter(tip_id=tip_id).order_by("n"))
    last = judgements[-1] if judgements else None
    desk = [one for one in queries.dialogue(tip_id) if one.sender == Message.From.DESK]
    return Seen(
        number=tip.number,
        received_at=tip.received_at,
        taken_at=_taken(tip_id),
        answered_at=desk[0].at if desk else None,
        judged_at=judgements[0].at if judgements else None,
        subtypes=tuple(last.subtypes) if last else (),
        flags=frozenset(last.flags) if last else frozenset(),
        in_progress=last.in_progress if last else False,
        heard=frozenset(code for one in desk for code in hear(current(), one.text)),
        acts=tuple(_acts(tip_id)),
    )


def _taken(tip_id: UUID) -> datetime | None:
    """When somebody took it first."""
    claims = Entry.objects.filter(act="tip.claimed", object_kind="tip", object_id=str(tip_id))
    return claims.order_by("id").values_list("at", flat=True).first()


def _acts(tip_id: UUID) -> list[Act]:
    rows = RequiredAction.objects.filter(tip_id=tip_id, owed_by=OWN, ended_by=None).order_by("position", "id")
    return [Act(row.kind, row.label, row.due_at, row.done_at) for row in rows]
