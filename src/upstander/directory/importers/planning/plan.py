"""The plan of an import: what is new, changed, renamed, back and gone, and the writes that would make it
so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from upstander.directory.importers.records import Problem, Progress, Read, Where

Change = tuple[str, str, str]  # field, before, after
_MANY = 25  # so few may go without a question; beyond, more than a tenth is suspicious
_SHARE = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an import touches, in words, with what changes about it."""

    kind: str
    name: str
    changes: tuple[Change, ...] = ()
    where: Where | None = None


@dataclass(slots=True)
class Plan:
    """What would happen. `writes` are (how many rows, what to do), run in order within one transaction."""

    read: Read
    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    renamed: list[Item] = field(default_factory=list)
    returned: list[Item] = field(default_factory=list)
    gone: list[Item] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    alarm: str = ""
    writes: list[tuple[int, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems += self.read.problems
        self.notes += self.read.notes

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.new or self.changed or self.renamed or self.returned or self.gone)

    def counts(self) -> dict[str, int]:
        """The figures of the plan, for the history and the report."""
        return {
            "rows": self.read.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "renamed": len(self.renamed),
            "returned": len(self.returned),
            "gone": len(self.gone),
            "same": self.same,
            "bad": sum(p.skipped for p in self.problems),
            "cells": sum(not p.skipped for p in self.problems),
        }

    def bad(self, where: Where, reason: str) -> None:
        """Report a row that cannot be taken."""
        self.problems.append(Problem(where, reason))

    def sort(self, item: Item, known: bool, back: bool) -> None:
        """Put an item on its list: new, returned, renamed, changed or the same."""
        if not known:
            self.new.append(item)
        elif back:
            self.returned.append(item)
        elif any(name == "name" for name, _before, _after in item.changes):
            self.renamed.append(item)
        elif item.changes:
            self.changed.append(item)
        else:
            self.same += 1

    def beware(self, of: int) -> None:
        """Raise the alarm where more go than a new edition takes away: the file may be cut off."""
        if len(self.gone) > max(_MANY, of // _SHARE):
            self.alarm = f"{len(self.gone)} of {of} would go. A whole edition never loses so many; is the file complete?"

    def run(self, progress: Progress) -> None:
        """Do the writes, telling `progress` (rows done, of all)."""
        total = sum(n for n, _write in self.writes)
        done = 0
        progress(0, total)
        for n, write in self.writes:
            write()
            done += n
            progress(done, total)
