"""What a region and the state are told of training, and regions side by side; small counts hidden. Pure (R-climate)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from upstander.officers.picture import Done, hidden
from upstander.packs.officers import Officers


@dataclass(frozen=True, slots=True)
class Counted:
    """Of a region and a post, how many people have a training, and of how many it is overdue."""

    region_id: int | None
    post: str
    training: str
    people: int
    trained: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A mandatory training: asked of how many, how many have it, of how many it is overdue; None: small, and hidden."""

    training: str
    law: str | None
    people: int | None
    trained: int | None
    overdue: int | None


@dataclass(frozen=True, slots=True)
class Region:
    """A region beside the others: entries by role in the pack's order, and overdue trainings; None where hidden."""

    region_id: int | None
    roles: tuple[int | None, ...]
    overdue: int | None


def tallies(pack: Officers, counted: Iterable[Counted]) -> tuple[Tally, ...]:
    """Each mandatory training of the pack over all that was counted; nothing of fewer people than the pack's `least`."""
    people, trained, overdue = Counter[str](), Counter[str](), Counter[str]()
    for one in counted:
        people[one.training] += one.people
        trained[one.training] += one.trained
        overdue[one.training] += one.overdue

    def few(n: int) -> bool:
        return 0 < n < pack.least

    found = []
    for t in pack.trainings:
        if not t.mandatory:
            continue
        n, have, late = people[t.code], trained[t.code], overdue[t.code]
        hide = few(n)
        found.append(
            Tally(
                t.label, t.law, None if hide else n,
                None if hide or few(have) or few(n - have) else have, None if hide or few(late) else late,
            )
        )  # fmt: skip
    return tuple(found)


def regions(
    pack: Officers, worked: Iterable[tuple[int | None, Done]], counted: Iterable[Counted]
) -> tuple[Region, ...]:
    """The regions that have any entry or anybody to train. Within each column small counts are hidden, and one beside them from
    which they could be worked out."""
    codes = [r.code for r in pack.roles]
    columns: dict[str, Counter[str]] = {code: Counter() for code in [*codes, "overdue"]}
    ids: dict[str, int | None] = {}
    for region_id, done in worked:
        ids[str(region_id)] = region_id
        if done.role in columns:
            columns[done.role][str(region_id)] += done.times
    for one in counted:
        ids[str(one.region_id)] = one.region_id
        columns["overdue"][str(one.region_id)] += one.overdue
    gone = {code: hidden(column, pack.least) for code, column in columns.items()}

    def shown(code: str, key: str) -> int | None:
        return None if key in gone[code] else columns[code][key]

    return tuple(
        Region(id, tuple(shown(code, key) for code in codes), shown("overdue", key))
        for key, id in ids.items()
    )
