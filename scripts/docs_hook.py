"""What the documentation does not repeat by hand: it is made from the code whenever the site is built.

A page says where with a comment: `<!-- generated: configuration -->`. Nothing generated is committed, so nothing of it can be
out of date. `python scripts/docs_hook.py NAME` prints one part.
"""

import ast
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from upstander.packs.model import Pack, Paragraph

ROOT = Path(__file__).resolve().parents[1]
PLACE = re.compile(r"^<!-- generated: ([a-z_]+) -->$", re.MULTILINE)
SHOWS = re.compile(r"\{# req: (?P<ids>[^#]+?) #\}")
STEP = "desk/_step.html"  # every rule's row at the desk: its title, its paragraphs in their words, its proof
REQUIREMENT = re.compile(r"^\| (?P<id>[DSR]-[A-Za-z0-9.]+) \| (?P<must>.*?) \|$")


# ---- configuration -------------------------------------------------------------------------------
def configuration() -> str:
    """Every environment variable, its default and its meaning."""
    from upstander.config import described

    rows = [f"| `{name}` | {f'`{default}`' if default else ''} | {words} |" for name, default, words in described()]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


# ---- commands ------------------------------------------------------------------------------------
def commands() -> str:
    """Every command of `upstander` with its help, as the command line itself prints it."""
    _django()
    from upstander.cli import ROOMS, cli

    found = dict(cli.commands)
    for name, room in ROOMS.items():
        if _installed(room.module):
            own = [c for c in vars(import_module(room.module)).values() if isinstance(c, click.Command)]
            found[name] = next((c for c in own if c.name == name), own[0])
    parts = [_help(cli, "upstander")]
    for name in sorted(found):
        parts += _command(found[name], f"upstander {name}", 2)
    return "\n\n".join(parts)


def _installed(module: str) -> bool:
    package = module.rpartition(".")[0]
    return find_spec(package) is not None and find_spec(module) is not None


def _command(command: click.Command, path: str, depth: int) -> Iterator[str]:
    if command.hidden:
        return
    yield f"{'#' * depth} `{path}`\n\n{_help(command, path)}"
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _command(command.commands[name], f"{path} {name}", depth + 1)


def _help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
    return f"```text\n{command.get_help(context)}\n```"


# ---- the API -------------------------------------------------------------------------------------
def api() -> str:
    """The paths and the shapes of the OpenAPI document."""
    _django()
    from upstander.intake.channels.openapi import document

    description = json.loads(document())
    lines = []
    for path, methods in description["paths"].items():
        for method, what in methods.items():
            lines += [f"### `{method.upper()} {path}`", "", f"{what['summary']}. {what.get('description', '')}".strip(), ""]
            lines += ["| answer | meaning |", "|---|---|"]
            lines += [f"| {status} | {answer['description']} |" for status, answer in what["responses"].items()] + [""]
    lines += ["## Shapes", ""]
    for name, schema in description["components"]["schemas"].items():
        lines += [f"### {name}", "", schema.get("description", ""), "", "| field | type | |", "|---|---|---|"]
        needed = set(schema.get("required", ()))
        lines += [_field(field, kind, field in needed) for field, kind in schema.get("properties", {}).items()] + [""]
    return "\n".join(lines)


def _field(name: str, schema: dict[str, object], needed: bool) -> str:
    options = schema.get("anyOf", [schema])
    assert isinstance(options, list)
    kinds = [o.get("type") or o.get("$ref", "").rpartition("/")[2] for o in options]
    words = next((o["description"] for o in [schema, *options] if "description" in o), "")
    return f"| `{name}` | {' or '.join(filter(None, kinds))} | {'demanded. ' if needed else ''}{words} |"


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    import django

    django.setup()


# ---- requirements --------------------------------------------------------------------------------
def requirements() -> dict[str, str]:
    """What the system must do: id to words, as docs/requirements.md has them."""
    text = (ROOT / "docs" / "requirements.md").read_text()
    return {m["id"]: m["must"] for line in text.splitlines() if (m := REQUIREMENT.match(line))}


def marked() -> dict[str, list[str]]:
    """The ids that tests carry (`@pytest.mark.req`), each with the tests, as `tests/room/test_x.py::test_y`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, wanted in _marks(ast.parse(path.read_text())):
            found[wanted].append(f"{path.relative_to(ROOT)}{f'::{name}' if name else ''}")
    return dict(found)


def _marks(node: ast.AST, name: str = "") -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        inner = name
        if isinstance(child, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            inner = f"{name}::{child.name}" if name else child.name
        elif isinstance(child, ast.Call) and getattr(child.func, "attr", "") == "req":
            yield from ((name, a.value) for a in child.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
        yield from _marks(child, inner)


@lru_cache(maxsize=1)
def _pack() -> Pack:
    from upstander.packs import load

    return load(ROOT / "packs" / "illinois")


def requirement_of(marker: str, known: dict[str, str]) -> list[str]:
    """The lines of docs/requirements.md that a test's id speaks of: the one that holds this paragraph or statute of the pack,
    itself, what it is part of, or its parts."""
    marker = next((p.requirement for p in _pack().paragraphs if p.id == marker), marker)
    if marker in known:
        return [marker]
    whole = [k for k in known if marker.startswith(f"{k}.")]
    return [max(whole, key=len)] if whole else [k for k in known if k.startswith(f"{marker}.")]


def traceability() -> dict[str, list[str]]:
    """Each requirement with the tests that prove it; none where nothing does yet."""
    known = requirements()
    proved: dict[str, list[str]] = {k: [] for k in known}
    for marker, tests in marked().items():
        for line in requirement_of(marker, known):
            proved[line] += [t for t in tests if t not in proved[line]]
    return proved


def _with_tests(markdown: str) -> str:
    """The table of docs/requirements.md with a third column: the tests."""
    proved, lines = traceability(), []
    for line in markdown.splitlines():
        match = REQUIREMENT.match(line)
        if match:
            line += " <br>".join(f"`{_short(t)}`" for t in proved[match["id"]]) + " |" if proved[match["id"]] else " not yet |"
        elif line == "| id | the system must |":
            line = "| id | the system must | proved by |"
        elif line == "|---|---|":
            line += "---|"
        lines.append(line)
    return "\n".join(lines)


def _short(test: str) -> str:
    path, _, name = test.partition("::")
    return f"{path.removeprefix('tests/')} {name}".strip()


# ---- the directive -------------------------------------------------------------------------------
def screens() -> dict[str, list[str]]:
    """The templates that show what a paragraph demands: those that say so by a comment, `{# req: D-IV.A.2.c.4 #}`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "src" / "upstander").glob("*/templates/**/*.html")):
        for comment in SHOWS.finditer(path.read_text()):
            for id in comment["ids"].split():
                found[id].append("/".join(path.parts[-2:]))
    return dict(found)


@dataclass(frozen=True)
class Trace:
    """A paragraph or statute, what of the pack rests on it, the tests that carry its own id, the screens that show it."""

    paragraph: Paragraph
    pack: list[str]
    tests: list[str]
    screens: list[str]


def traces() -> list[Trace]:
    """Every paragraph and statute of the pack of Illinois, in its order."""
    pack, tests, shown = _pack(), marked(), screens()
    return [Trace(p, _resting_on(pack, p.id), tests.get(p.id, []), shown.get(p.id, [])) for p in pack.paragraphs]


def _resting_on(pack: Pack, id: str) -> list[str]:
    """What of a pack cites a paragraph: rules by their id, anything else with what it is."""
    rules = [r.id for r in pack.rules if any(id in case.cites for case in r.cases)]
    clocks = [f"clock {d.code}" for d in pack.clocks.duties if id in d.cites]
    classes = [f"class {c.code}" for c in pack.classes if id in c.cites]
    subtypes = [f"sub-type {s.key}" for s in pack.subtypes if id in s.cites]
    few = subtypes if len(subtypes) <= 3 else [f"{len(subtypes)} sub-types"]
    flags = [f"flag {f.code}" for f in pack.flags if id in f.cites]
    ways = ["ways in"] if any(id in w.cites for w in pack.ways_in) else []
    return [*rules, *clocks, *classes, *few, *flags, *ways]


def directive() -> str:
    """The table of docs/reference/traceability.md."""
    lines = ["| paragraph | in the pack | tests | screens |", "|---|---|---|---|"]
    for trace in traces():
        words = f"<span title=\"{trace.paragraph.words.replace(chr(34), '&quot;')}\">{trace.paragraph.id}</span>"
        step = [STEP] if any(" " not in name for name in trace.pack) else []  # a rule cites it: its step shows the paragraph
        tests = _codes([_short(t) for t in trace.tests])
        cells = [_codes(trace.pack), tests, _codes([*step, *trace.screens])]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _codes(names: list[str]) -> str:
    return " <br>".join(f"`{name}`" for name in names) or "-"


# ---- decisions -----------------------------------------------------------------------------------
def decisions() -> str:
    """The list of the records, by their first line."""
    found = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    return "\n".join(f"- [{p.read_text().splitlines()[0].lstrip('# ')}]({p.name})" for p in found)


PARTS = {
    "configuration": configuration,
    "commands": commands,
    "api": api,
    "directive": directive,
    "decisions": decisions,
}


def on_page_markdown(markdown: str, page: object, **_: object) -> str:
    """What mkdocs calls for each page."""
    if getattr(getattr(page, "file", None), "src_uri", "") == "requirements.md":
        return _with_tests(markdown)
    return PLACE.sub(lambda m: PARTS[m[1]](), markdown)


if __name__ == "__main__":
    print(PARTS[sys.argv[1]]())
