"""Figures as they are printed and kept."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Figure:
    """One measured thing: its value, the limit that was measured in the same run (or what is aimed at), and their ratio."""

    part: str
    what: str
    value: str
    limit: str = ""
    ratio: str = ""
    note: str = ""


def show(part: str, figures: list[Figure]) -> None:
    """Print the figures as a table and keep them as JSON in bench/out/PART.json."""
    table = Table(title=part)
    for column in ("what", "measured", "limit in the same run", "ratio", "note"):
        table.add_column(column)
    for f in figures:
        table.add_row(f.what, f.value, f.limit, f.ratio, f.note)
    Console(width=150).print(table)
    OUT.mkdir(exist_ok=True)
    (OUT / f"{part}.json").write_text(json.dumps([asdict(f) for f in figures], indent=1, ensure_ascii=False))


def results(path: Path) -> None:
    """Write RESULTS.md from every part that was measured."""
    lines = ["# Measured", "", f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
             "the client, the servers and the database share them.",
             "Each figure stands beside its limit, measured in the same run. Absolute figures of a shared machine are noisy;",
             "ratios decide. `make bench` measures them again.", ""]  # fmt: skip
    for file in sorted(OUT.glob("*.json")):
        lines += [
            f"## {file.stem}",
            "",
            "| what | measured | limit in the same run | ratio | note |",
            "|---|---|---|---|---|",
        ]
        for f in json.loads(file.read_text()):
            lines.append(f"| {f['what']} | {f['value']} | {f['limit']} | {f['ratio']} | {f['note']} |")
        lines.append("")
    path.write_text("\n".join(lines))
