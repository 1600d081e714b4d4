"""Figures as they are printed and kept."""

import json
import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from upstander import clock

OUT = Path(__file__).parent / "out"
_MACHINE = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
_HEAD = """# Measured

The client, the servers and the database share the machine. Each figure stands beside its limit, measured in the same run.
Absolute figures of a shared machine are noisy; ratios decide. `make bench` measures them again.
"""


@dataclass(frozen=True)
class Figure:
    """One measured thing: its value, the limit that was measured in the same run (or what is aimed at), and their ratio."""

    part: str
    what: str
    value: str
    limit: str = ""
    ratio: str = ""
    note: str = ""


def tail(waits: Sequence[float]) -> tuple[str, float]:
    """The p99, by its name; of fewer than a hundred, which have none, the worst."""
    ranked = sorted(waits)
    return ("p99", ranked[round(len(ranked) * 0.99) - 1]) if len(ranked) >= 100 else ("worst", ranked[-1])


def spread(waits: Sequence[float]) -> str:
    """Milliseconds as they are shown: the median and the tail."""
    name, worst = tail(waits)
    return f"median {statistics.median(waits):.0f} ms; {name} {worst:.0f} ms"


@dataclass
class Kept:
    """Where this run keeps what it measures, and what that is so far. Figures that are not to be quoted are kept elsewhere."""

    folder: Path = OUT
    files: list[Path] = field(default_factory=list)


KEPT = Kept()


def show(part: str, figures: list[Figure]) -> None:
    """Print the figures as a table and keep them as PART.json in `KEPT.folder`: bench/out, which is committed."""
    table = Table(title=part)
    for column in ("what", "measured", "limit in the same run", "ratio", "note"):
        table.add_column(column)
    for f in figures:
        table.add_row(f.what, f.value, f.limit, f.ratio, f.note)
    Console(width=150).print(table)
    KEPT.folder.mkdir(parents=True, exist_ok=True)
    file = KEPT.folder / f"{part}.json"
    file.write_text(json.dumps([asdict(f) for f in figures], indent=1, ensure_ascii=False) + "\n")
    KEPT.files.append(file)


def results(path: Path, files: Iterable[Path] | None = None) -> None:
    """Write into RESULTS.md what `files` hold (default: what this run measured), each as the section of its name.

    Every other section stays as it is: what another run measured, and what a person wrote (`## Runs`: soak and attack).
    """
    text = path.read_text() if path.exists() else _HEAD
    head, *sections = re.split(r"(?m)^(?=## )", text)
    named = {section.splitlines()[0][3:].strip(): section for section in sections}
    for file in KEPT.files if files is None else files:
        named[file.stem] = _section(file)
    path.write_text("\n\n".join(part.strip() for part in (head, *named.values())) + "\n")


def _section(file: Path) -> str:
    lines = [f"## {file.stem}", "", f"{clock.today()}, {_MACHINE}", "",
             "| what | measured | limit in the same run | ratio | note |", "|---|---|---|---|---|"]  # fmt: skip
    for f in json.loads(file.read_text()):
        lines.append(f"| {f['what']} | {f['value']} | {f['limit']} | {f['ratio']} | {f['note']} |")
    return "\n".join(lines)
