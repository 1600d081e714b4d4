"""What the code calls things, and which paths a page names: for tests that hold the documentation against the repository."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
_CODE = re.compile(r"[\w.:/-]+")
_WORDS = re.compile(r"\w+")
_TICKED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.*-][\w.*{},/-]*")
_FILE = re.compile(r"[\w*-]+\.(py|md|toml|sh|mjs|html|yml|lock|scss)")
# Folders that an installation makes, in the pages for administrators, and what is built and not committed.
_MADE = {"call-sheet", "keys", "logs", "pg", "relay", "run", "static", "site", "var"}


def of_python(source: str) -> set[str]:
    """Every name in a module, every string that is a code (no space in it), every word that goes through gettext."""
    found: set[str] = set()
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        for attribute in ("id", "name", "attr", "arg", "asname"):
            name = getattr(node, attribute, None)
            found |= set(name.split(".")) if isinstance(name, str) else set()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _GETTEXT:
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    found |= set(_WORDS.findall(str(argument.value)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            if _CODE.fullmatch(node.value):
                found |= set(_WORDS.findall(node.value))
    return found


def of_toml(source: str) -> set[str]:
    """Every key and every word of a value."""
    return set(_of_data(tomllib.loads(source)))


def _of_data(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _WORDS.findall(key)
            yield from _of_data(value)
    elif isinstance(data, list):
        for value in data:
            yield from _of_data(value)
    elif isinstance(data, str):
        yield from _WORDS.findall(data)


def paths(text: str) -> list[str]:
    """What stands in backticks and looks like a path of the repository; `{a,b}` is two."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = []
    for word in _TICKED.findall(text):
        first = word.partition("/")[0]
        if not _PATH.fullmatch(word) or first in _MADE or first.isupper() or re.fullmatch(r"[\d/.]+", word):
            continue
        if "/" in word or _FILE.fullmatch(word):
            found += _spread(word)
    return found


def _spread(path: str) -> list[str]:
    braces = re.search(r"\{([^{}]*)\}", path)
    if braces is None:
        return [path]
    return [p for part in braces[1].split(",") for p in _spread(path[: braces.start()] + part + path[braces.end() :])]


def exists(path: str, root: Path, beside: Path) -> bool:
    """Whether a path is there: from the root, from `src` or a room, beside the page; a file's bare name anywhere in it."""
    path = path.strip("/")
    rooms = root / "src" / "upstander"
    if any(any(base.glob(path)) for base in (root, root / "src", rooms, root / "packs" / "illinois", beside)):
        return True
    folders = ("src", "tests", "scripts", "packs", "docs", "bench", "assets/js", "assets/scss")
    return any(any((root / folder).rglob(path)) for folder in folders)
