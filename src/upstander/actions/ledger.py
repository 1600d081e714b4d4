"""The ledger of what is owed: adding what a plan demands, ending what it demands no longer, recording what was done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from upstander.actions.models import Judgement, Notice, RequiredAction
from upstander.actions.refused import CORRECTIONS, FIRST
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.protocol import Plan, Target
from upstander.protocol import RequiredAction as PlannedAction
from upstander.protocol.facts import UNKNOWN

WORD_GIVEN = (
    "call_psap",
    "call_contacts",
    "email_contacts",
    "notify_law_enforcement",
    "assure_receipt",
    "command_review",
)
# By these a contact is told; what else concerns them tells them nothing.
TO_CONTACTS = ("call_contacts", "email_contacts")
_NOBODY = (Target("none", "", ""),)

Identity = tuple[str, str, str]


def apply(
    plan: Plan, judgement: Judgement, at: datetime, *, raised: bool = False, only_add: bool = False
) -> set[int]:
    """Make the ledger say what `plan` demands since `judgement`: nothing fires twice, nothing is removed (decisions 7).

    Where the tip was `raised` (graver, or now in progress), word that was already given is owed once more: who was told of
    something less grave has not been told. So is word to whom it had not been owed for a while: they were stood down. What is
    not done yet is due no later than what is owed from now on. What is offered has no row until somebody takes it up.
    `only_add` ends nothing.
    Returns the contacts whom it had not been owed for a while.
    """
    rows = _families(judgement.tip_id)
    left, owed, back = _left(rows, raised=raised), set(), set()
    fresh, again, replaced = [], [], []
    sooner: dict[datetime, list[UUID]] = defaultdict(list)
    for position, action, target in _pairs(plan.owed):
        identity = (action.rule, target.kind, target.ref)
        owed.add(identity)
        if identity not in rows:
            fresh.append(_row(action, target, judgement, at, position, ""))
            continue
        last, due = rows[identity][-1], _due(action, at)
        ended = last.ended_by_id is not None
        if ended and action.kind in TO_CONTACTS and target.known:
            back.add(int(target.ref))
        if (raised or ended) and action.kind in WORD_GIVEN and (last.done_at or last.id in left):
            fresh.append(_row(action, target, judgement, at, position, f"#{judgement.n}"))
            replaced += [last.id] if not last.done_at else []
            continue
        again += [last.id] if ended else []
        if last.standing == RequiredAction.Standing.OFFERED and last.done_at is None:
            RequiredAction.objects.filter(pk=last.id).update(
                standing=RequiredAction.Standing.OWED, owed_since=at, due_at=due
            )
        elif due and last.done_at is None and (last.due_at is None or due < last.due_at):
            sooner[due].append(last.id)
    RequiredAction.objects.bulk_create(fresh)
    _replace(replaced, judgement)
    if not only_add:
        RequiredAction.objects.filter(id__in=_gone(plan, rows, owed)).update(ended_by=judgement)
    RequiredAction.objects.filter(id__in=again).update(ended_by=None)
    for due, ids in sooner.items():
        RequiredAction.objects.filter(id__in=ids).update(due_at=due)
    return back


def _left(rows: Mapping[Identity, list[RequiredAction]], *, raised: bool) -> set[UUID]:
    """The mails that are not done and of which something has left all the same, or is leaving at this moment: a correction;
    where the tip was `raised`, the first mail, which may say something less grave. Who is told again is told by another row,
    whose mail and whose correction are its own.
    """
    newest = [family[-1] for family in rows.values()]
    open_ = {row.id: row for row in newest if row.kind == "email_contacts" and row.done_at is None}
    if not open_:
        return set()
    left = delivery.gone(CORRECTIONS, list(open_))
    if raised:
        firsts = {id: id for id, row in open_.items() if "#" in row.rule}
        notices = Notice.objects.filter(action__in=open_.keys() - firsts.keys())
        firsts |= dict(notices.values_list("pk", "action_id"))
        left |= {firsts[subject] for subject in delivery.gone(FIRST, list(firsts))}
    return left


def _replace(row_ids: Collection[UUID], judgement: Judgement) -> None:
    """End these mails' rows, in whose place others are owed now. What of them has not left leaves no more."""
    if not row_ids:
        return
    RequiredAction.objects.filter(id__in=row_ids).update(ended_by=judgement)
    notices = Notice.objects.filter(action__in=row_ids)
    delivery.cancel_all("notice", list(notices.values_list("pk", flat=True)))
    delivery.cancel_all("raised", row_ids)


def take_up(plan: Plan, rule: str, judgement: Judgement, at: datetime) -> list[RequiredAction]:
    """Give what `plan` offers by `rule` its rows, so that it can be done and recorded; none where it offers no such thing.

    Where it has been taken up before, the rows are those.
    """
    rows = _families(judgement.tip_id)
    found = []
    for position, action, target in _pairs([*plan.owed, *plan.offers]):  # behind all that is owed
        if action.owed or action.rule != rule:
            continue
        last = rows.get((rule, target.kind, target.ref), [None])[-1]
        if last is None or last.ended_by_id is not None:
            last = _row(action, target, judgement, at, position, f"#{judgement.n}" if last else "")
            last.save(force_insert=True)
        found.append(last)
    return found


def once_more(plan: Plan, kind: str, judgement: Judgement, at: datetime) -> list[RequiredAction]:
    """Owe what `plan` demands of this kind once more since `judgement`, though it was done; the new rows."""
    before = RequiredAction.objects.filter(tip_id=judgement.tip_id, kind=kind).count()
    rows = [
        _row(action, target, judgement, at, position, f"#{judgement.n}.{before}")
        for position, action, target in _pairs(plan.owed)
        if action.kind == kind
    ]
    return RequiredAction.objects.bulk_create(rows)


def _pairs(actions: Iterable[PlannedAction]) -> Iterator[tuple[int, PlannedAction, Target]]:
    for position, action in enumerate(actions):
        for target in action.targets or _NOBODY:
            yield position, action, target


def _due(action: PlannedAction, at: datetime) -> datetime | None:
    return None if action.due_seconds is None else at + timedelta(seconds=action.due_seconds)


def _row(
    action: PlannedAction, target: Target, judgement: Judgement, at: datetime, position: int, mark: str
) -> RequiredAction:
    return RequiredAction(
        id=new_id(), tip_id=judgement.tip_id, rule=f"{action.rule}{mark}", kind=action.kind, target_kind=target.kind,
        target_ref=target.ref, owed_by=action.owed_by, cites=list(action.cites), position=position, owed_since=at,
        due_at=_due(action, at), first_judgement=judgement, standing=action.standing, because=action.because,
        script=action.script, proof=action.proof, about=list(action.about), label=target.label[:200],
    )  # fmt: skip


def _gone(plan: Plan, rows: dict[Identity, list[RequiredAction]], owed: set[Identity]) -> list[UUID]:
    """The rows that are owed no more. What was done stays done, save word given: whom it concerns no longer cannot act on
    it. What somebody took up stays while it is offered."""
    offered = {(a.rule, t.kind, t.ref) for _, a, t in _pairs(plan.offers)}
    return [
        row.id
        for identity, family in rows.items()
        if identity not in owed
        for row in family
        if row.ended_by_id is None
        and not (row.done_at and row.kind not in WORD_GIVEN)
        and not (identity in offered and row.standing == RequiredAction.Standing.OFFERED)
    ]


def _families(tip_id: UUID) -> dict[Identity, list[RequiredAction]]:
    """The tip's rows by what they are, each once and once more, in the order in which they were owed."""
    rows: dict[Identity, list[RequiredAction]] = defaultdict(list)
    for row in RequiredAction.objects.filter(tip_id=tip_id).order_by("owed_since"):
        rows[row.rule.partition("#")[0], row.target_kind, row.target_ref].append(row)
    return rows


def contacts_owed(tip_id: UUID) -> dict[int, RequiredAction | None]:
    """Every contact whom word is owed, or was and is still meant, with the newest action that owes them a mail."""
    owed: dict[int, RequiredAction | None] = {}
    rows = RequiredAction.objects.filter(
        tip_id=tip_id, kind__in=TO_CONTACTS, target_kind="contact", ended_by=None
    )
    for row in rows.exclude(target_ref=UNKNOWN).order_by("owed_since"):
        contact_id = int(row.target_ref)
        owed.setdefault(contact_id, None)
        if row.kind == "email_contacts":
            owed[contact_id] = row
    return owed
