"""What a person's team and the parents of students wait for, as the school's day reminds of it: numbers, no name."""

from dataclasses import dataclass

from upstander import clock
from upstander.assessment import plans, reach
from upstander.disclosure import log
from upstander.packs.current import current
from upstander.people.models import Account


@dataclass(frozen=True, slots=True)
class TeamDue:
    """Reviews and parts of safety plans that are due within the pack's days, and those that are late; notices to parents, too."""

    parts: int
    parts_late: int
    notices: int
    notices_late: int

    def __bool__(self) -> bool:
        return bool(self.parts or self.notices)


def of(account: Account) -> TeamDue:
    """What `account` is reminded of."""
    pack = current()
    if pack.assessment is None or pack.sharing is None:
        return TeamDue(0, 0, 0, 0)
    with reach.acting(account) as mine:
        parts = [one.on for rows in plans.due(mine).values() for one in rows]
        owed = log.owed(mine.school)
    now, today = clock.now(), clock.today()
    return TeamDue(len(parts), sum(on < today for on in parts), len(owed), sum(due <= now for due in owed))
