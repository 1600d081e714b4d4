"""The fusion center's board of every tip: how grave, who gave the class, who confirmed or raised it. No word of a tip."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from upstander.actions import work
from upstander.actions.classes import CONFIRMED, RAISED
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.actions.recording import CONFIRM_CLASS
from upstander.desk import board
from upstander.desk.board import MOST, PAGE, Item
from upstander.intake import queries as intake
from upstander.intake.queries import QueueRow
from upstander.packs.current import current
from upstander.people import queries as people

SHOWS = ("open", "unconfirmed", "critical", "all")


@dataclass(frozen=True, slots=True)
class Said:
    """The word on a class: `result` confirmed or raised, by whom, when."""

    result: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One tip on the board."""

    item: Item
    judgement: Judgement | None
    judged_by: str
    subtypes: tuple[str, ...]
    owed: RequiredAction | None
    said: Said | None
    own: bool

    @property
    def waits(self) -> bool:
        """Whether the class is still to be confirmed."""
        return self.owed is not None and self.owed.done_at is None

    @property
    def late(self) -> bool:
        """Whether that is past its time."""
        due = self.owed.due_at if self.owed and self.waits else None
        return due is not None and due < self.item.now

    @property
    def critical(self) -> bool:
        """Whether being late is red: of a Critical only (0076)."""
        return bool(self.item.tip.klass) and current().critical(self.item.tip.klass)


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown, of how many."""

    rows: list[Row]
    show: str
    total: int
    unconfirmed: int

    @property
    def more(self) -> bool:
        """Whether there are tips beyond those shown."""
        return self.total > len(self.rows)


def read(show: str, now: datetime, account_id: int, red: board.Reds, limit: int = PAGE) -> Board:
    """The board: graver and older tips first; of closed ones the latest. The number of queries does not grow with it."""
    limit, show = max(PAGE, min(limit, MOST)), show if show in SHOWS else SHOWS[0]
    tips, total = _tips(show, limit)
    shown = board.items(tips, red, now, account_id)
    judged = work.in_force(t.id for t in tips)
    owed, said = _words([t.id for t in tips])
    names = people.names([j.account_id for j in judged.values()] + [int(e.actor[8:]) for e in said.values()])
    return Board(
        rows=[_row(item, judged.get(item.tip.id), owed, said, names, account_id) for item in shown],
        show=show, total=total, unconfirmed=_unconfirmed().count(),
    )  # fmt: skip


def _unconfirmed() -> QuerySet[RequiredAction]:
    return RequiredAction.objects.filter(kind=CONFIRM_CLASS, done_at=None, ended_by=None, tip__closed_at=None)


def _tips(show: str, limit: int) -> tuple[list[QueueRow], int]:
    if show == "unconfirmed":
        ids = list(_unconfirmed().order_by("tip__standing", "tip__received_at").values_list("tip_id", flat=True)[:limit])
        return intake.tips(ids, limit), _unconfirmed().count()
    if show == "critical":
        classes = [c.code for c in current().classes if c.critical]
        return intake.open_queue(limit, classes), intake.open_count(classes)
    rows, total = intake.open_queue(limit), intake.open_count()
    if show == "all" and len(rows) < limit:
        rows += intake.closed(limit - len(rows))
        total = max(total, len(rows) + (len(rows) == limit))
    return rows, total


def _words(tips: list[UUID]) -> tuple[dict[UUID, RequiredAction], dict[UUID, ActionEvent]]:
    """The newest row on which the word stands or is waited for, and the newest word, by tip."""
    rows = RequiredAction.objects.filter(tip_id__in=tips, kind=CONFIRM_CLASS, ended_by=None).order_by("owed_since", "id")
    owed = {row.tip_id: row for row in rows}
    events = ActionEvent.objects.filter(action__in=[r.id for r in owed.values()], result__in=(CONFIRMED, RAISED))
    of = {row.id: tip for tip, row in owed.items()}
    return owed, {of[e.action_id]: e for e in events.defer("sealed_detail").order_by("at")}


def _row(
    item: Item, judgement: Judgement | None, owed: dict[UUID, RequiredAction], said: dict[UUID, ActionEvent],
    names: dict[int, str], account_id: int,
) -> Row:  # fmt: skip
    tip, word = item.tip.id, said.get(item.tip.id)
    known = {s.key: s.label for s in current().subtypes}
    return Row(
        item=item,
        judgement=judgement,
        judged_by=names.get(judgement.account_id, "") if judgement else "",
        subtypes=tuple(known.get(s, s) for s in judgement.subtypes) if judgement else (),
        owed=owed.get(tip),
        said=Said(word.result, names.get(int(word.actor[8:]), ""), word.at) if word else None,
        own=judgement is not None and judgement.account_id == account_id,
    )
