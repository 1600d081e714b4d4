"""The versions of one pack, and which of them is in force.

A pack's folder is a version, and so is each folder within it that has a `pack.toml` of its own. One that is broken
is refused, named with what is wrong; the others stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from upstander.packs.errors import PackError, Problem
from upstander.packs.loader import load
from upstander.packs.model import Pack


@dataclass(frozen=True, slots=True)
class Versions:
    """The whole versions, the earliest first, and what is wrong with those that are refused."""

    packs: tuple[Pack, ...]
    refused: tuple[Problem, ...] = ()

    def in_force(self, at: datetime) -> Pack:
        """The version in force at a moment: the newest whose first day has begun there; before the first, that one."""
        begun = [pack for pack in self.packs if begins(pack) <= at]
        return begun[-1] if begun else self.packs[0]

    def named(self, name: str) -> Pack | None:
        """The version of this name, or of this digest; None where there is none."""
        return next((p for p in self.packs if name in (p.version, p.digest)), None)


def begins(pack: Pack) -> datetime:
    """The moment from which a version is in force: midnight of its first day, where the programme is."""
    zone = ZoneInfo(pack.programme.time_zone)
    return datetime.combine(pack.effective_from, time(), zone).astimezone(UTC)


def folders(path: Path) -> list[Path]:
    """The folder of each version of the pack in `path`."""
    within = sorted(p.parent for p in path.glob("*/pack.toml")) if path.is_dir() else []
    return [path, *within]


def versions(path: Path) -> Versions:
    """Every version of the pack in `path`. Raises PackError where none is whole."""
    whole: list[tuple[Path, Pack]] = []
    problems: list[Problem] = []
    for folder in folders(path):
        try:
            whole.append((folder, load(folder)))
        except PackError as error:
            problems += error.problems
    packs = _apart(whole, problems)
    if not packs:
        raise PackError(problems)
    return Versions(tuple(sorted(packs, key=begins)), tuple(sorted(set(problems))))


def _apart(whole: Iterable[tuple[Path, Pack]], problems: list[Problem]) -> list[Pack]:
    """The versions that are of one pack, with a name and a first day of their own, and that know each code of those before
    them; any other is refused.
    """
    kept: list[tuple[Path, Pack]] = []
    for folder, pack in whole:
        file = str(folder / "pack.toml")
        if kept and pack.id != kept[0][1].id:
            hint = f"id = {kept[0][1].id!r}, or a folder elsewhere."
            problems.append(Problem(file, 1, f"{pack.id!r} is another pack.", hint))
        elif any(pack.version == other.version for _, other in kept):
            problems.append(Problem(file, 1, f"the version {pack.version!r} stands twice.", "raise it."))
        elif any(pack.effective_from == other.effective_from for _, other in kept):
            message = f"another version begins on {pack.effective_from}, too."
            problems.append(Problem(file, 1, message, "give each version a first day of its own."))
        else:
            kept.append((folder, pack))
    known: list[Pack] = []
    for folder, pack in sorted(kept, key=lambda one: one[1].effective_from):
        lost = _lost(folder, pack, known[-1]) if known else []
        problems += lost
        if not lost:
            known.append(pack)
    return known


def _lost(folder: Path, pack: Pack, earlier: Pack) -> list[Problem]:
    """The classes, sub-types and flags of the version before that a version lacks: tips that were judged to be of them are
    still open when it begins, and would be of nothing.
    """
    codes = (
        ("class", "class", {c.code for c in pack.classes}, [c.code for c in earlier.classes]),
        ("sub-type", "subtype", {s.key for s in pack.subtypes}, [s.key for s in earlier.subtypes]),
        ("flag", "flag", {f.code for f in pack.flags}, [f.code for f in earlier.flags]),
    )
    file = folder / "taxonomy.toml"
    file = file if file.is_file() else folder.parent / "taxonomy.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    found = []
    for what, table, has, had in codes:
        line = next((n for n, text in enumerate(lines, 1) if text.strip() == f"[[{table}]]"), 1)
        for code in had:
            if code not in has:
                message = f"the {what} {code!r} of the version {earlier.version} is missing: open tips may be of it."
                hint = f"keep its [[{table}]] and its code; a new name for it is its label."
                found.append(Problem(str(file), line, message, hint))
    return found
