"""A year's work in counts: by role, by kind, by what came of it; small counts hidden. Pure (R-climate)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from upstander.packs.officers import GROUPS, Officers


@dataclass(frozen=True, slots=True)
class Done:
    """Activities of one kind and the same outcomes, as they are counted: how often, and how many minutes in all."""

    role: str
    kind: str
    outcomes: tuple[str, ...]
    times: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One count of a table: what, how often, how many minutes. Both are None where the count is small, and hidden."""

    code: str
    times: int | None
    minutes: int | None = None

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else round(self.minutes / 60, 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """The year: each table in the pack's order. `groups`: how often an outcome was support, the school's rules, enforcement.
    `times` and `minutes` are None where there are so few entries that nothing is said of them; `none`: there are no entries."""

    times: int | None
    minutes: int | None
    roles: tuple[Line, ...]
    kinds: tuple[Line, ...]
    outcomes: tuple[Line, ...]
    groups: tuple[Line, ...]
    hidden: bool

    @property
    def none(self) -> bool:
        return self.times == 0

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else round(self.minutes / 60, 1)

    @property
    def enforced(self) -> int | None:
        """Of a hundred entries, how many ended in enforcement; None where that is not shown, or there are none."""
        n = self.groups[-1].times
        return None if n is None or not self.times else round(100 * n / self.times)


def hidden(counts: Mapping[str, int], least: int) -> frozenset[str]:
    """The rows of a table of which nothing is said: counts below `least`, and where what is hidden together is still small, the
    smallest shown one with it, for whoever knows the sum knows the last one, too."""
    few = {code for code, n in counts.items() if 0 < n < least}
    if few and (len(few) == 1 or sum(counts[code] for code in few) < least):
        shown = [code for code, n in counts.items() if n >= least]
        if shown:
            few.add(min(shown, key=lambda code: (counts[code], code)))
    return frozenset(few)


def picture(pack: Officers, done: Iterable[Done], *, least: int | None) -> Picture:
    """The counts of what was done; `least` is the smallest that is shown, None where all are (one's own)."""
    rows = list(done)
    role, kind, outcome, group = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    minutes = Counter[str]()
    groups = {r.code: r.group for r in pack.results}
    for one in rows:
        role[one.role] += one.times
        kind[one.kind] += one.times
        minutes.update({f"role:{one.role}": one.minutes, f"kind:{one.kind}": one.minutes})
        outcome.update(dict.fromkeys(one.outcomes, one.times))
        group.update({groups[code]: one.times for code in one.outcomes if code in groups})
    times = sum(role.values())
    few = least is not None and 0 < times < least
    roles = _lines([r.code for r in pack.roles], role, frozenset(), least)
    grouped = _lines(list(GROUPS), group, frozenset(), least)
    kinds = _within(roles, [(k.code, k.role) for k in pack.kinds], kind, least)
    outcomes = _within(grouped, [(r.code, r.group) for r in pack.results], outcome, least)
    return Picture(
        times=None if few else times,
        minutes=None if few else sum(one.minutes for one in rows),
        roles=_timed(roles, "role", minutes),
        kinds=_timed(kinds, "kind", minutes),
        outcomes=outcomes,
        groups=grouped,
        hidden=any(line.times is None for line in (*roles, *kinds, *outcomes, *grouped)),
    )


def _lines(
    codes: Sequence[str], counts: Mapping[str, int], also: frozenset[str], least: int | None
) -> tuple[Line, ...]:
    not_said = also | (hidden({code: counts.get(code, 0) for code in codes}, least) if least else frozenset())
    return tuple(Line(code, None if code in not_said else counts.get(code, 0)) for code in codes)


def _within(
    blocks: tuple[Line, ...], parts: Sequence[tuple[str, str]], counts: Mapping[str, int], least: int | None
) -> tuple[Line, ...]:
    """The parts of each block, hidden within it, for the block's own count stands beside them; of a hidden block, all of them."""
    found: list[Line] = []
    for block in blocks:
        codes = [code for code, of in parts if of == block.code]
        found += _lines(codes, counts, frozenset(codes) if block.times is None else frozenset(), least)
    return tuple(found)


def _timed(lines: tuple[Line, ...], what: str, minutes: Mapping[str, int]) -> tuple[Line, ...]:
    return tuple(
        line if line.times is None else replace(line, minutes=minutes.get(f"{what}:{line.code}", 0))
        for line in lines
    )
