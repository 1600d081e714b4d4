"""Reading TOML tables: whatever is wrong becomes a `Problem` with its line, and reading goes on.

A value that is missing or wrong reads as an empty one; nothing built from it is used, because problems
were noted.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import TypeVar

from upstander.packs.errors import Problem, suggest
from upstander.packs.locate import Lines, Path

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
Data = dict[str, object]
T = TypeVar("T")


@dataclass(slots=True)
class Source:
    """One file of a pack: its name as people see it, its data, and where things stand in it."""

    name: str
    data: Data
    lines: Lines
    problems: list[Problem] = field(repr=False)

    def problem(self, path: Path, message: str, hint: str = "") -> None:
        """Note what is wrong at `path`."""
        self.problems.append(Problem(self.name, self.lines.of(path), message, hint))

    def root(self) -> "Table":
        return Table(self, (), self.data)


def open_source(file: FilePath, content: bytes, problems: list[Problem]) -> Source | None:
    """Parse one file; None, and a problem, where it is not TOML."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(Problem(str(file), line, "is not UTF-8.", "save the file with the encoding UTF-8."))
        return None
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        what = _AT_LINE.sub("", str(error)).strip().rstrip(".")
        hint = "check quotes, brackets and commas on or before this line."
        problems.append(Problem(str(file), line, f"is not TOML: {what}.", hint))
        return None
    return Source(str(file), data, Lines(text), problems)


class Table:
    """One TOML table. Each key is asked for by its type; `done` reports what nobody asked for."""

    def __init__(self, source: Source, path: Path, data: Data) -> None:
        self.source, self.path, self._data = source, path, data
        self._asked: set[str] = set()

    def problem(self, message: str, hint: str = "", key: str | None = None) -> None:
        """Note what is wrong with this table, or with one key of it."""
        self.source.problem(self.path if key is None else (*self.path, key), message, hint)

    def _get(self, key: str, kind: type[T], wanted: str, empty: T, *, required: bool = True) -> T:
        """The value of `key` if it is of this kind (a truth is no number, a time no date); else `empty`,
        and a problem.
        """
        self._asked.add(key)
        if key not in self._data:
            if required:
                self.problem(f"{key!r} is missing.", f"add {key} = {wanted}.")
            return empty
        value = self._data[key]
        if (
            not isinstance(value, kind)
            or isinstance(value, datetime)
            or (kind is int and isinstance(value, bool))
        ):
            self.problem(f"{key!r} is of the wrong kind.", f"{key} = {wanted}.", key)
            return empty
        return value

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        return key in self._data

    def keys(self) -> tuple[str, ...]:
        """The keys that are there, for tables whose keys are names."""
        return tuple(self._data)

    def string(self, key: str, *, empty_allowed: bool = False) -> str:
        """A required string."""
        value = self._get(key, str, '"..."', "")
        if self.has(key) and isinstance(self._data[key], str) and not value.strip() and not empty_allowed:
            self.problem(f"{key!r} is empty.", f'{key} = "...".', key)
        return value

    def code(self, key: str) -> str:
        """A required code: lower case, digits, underscores."""
        value = self.string(key)
        if value and not _CODE.fullmatch(value):
            self.problem(
                f"{value!r} is not a code.", "use small letters, digits and underscores, a letter first.", key
            )
        return value

    def optional(self, key: str) -> str | None:
        """A string or None."""
        self._asked.add(key)
        return self.string(key) if self.has(key) else None

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """A required string, one of `allowed`."""
        value = self.string(key)
        if value and value not in allowed:
            self.problem(f"{key} = {value!r} is not known.", suggest(value, allowed), key)
        return value

    def optional_choice(self, key: str, allowed: Collection[str]) -> str | None:
        """One of `allowed`, or None."""
        self._asked.add(key)
        return self.choice(key, allowed) if self.has(key) else None

    def truth(self, key: str, default: bool | None = None) -> bool:
        """true or false; required where there is no default."""
        return self._get(key, bool, "true or false", bool(default), required=default is None)

    def optional_truth(self, key: str) -> bool | None:
        """true, false, or None where it does not matter."""
        self._asked.add(key)
        return self.truth(key) if self.has(key) else None

    def number(self, key: str, *, least: int = 1) -> int:
        """A required whole number, at least `least`."""
        value = self._get(key, int, "a whole number", least)
        if value < least:
            self.problem(f"{key} = {value} is too small.", f"{key} is at least {least}.", key)
        return value

    def optional_number(self, key: str, *, least: int = 1) -> int | None:
        """A whole number, at least `least`, or None."""
        self._asked.add(key)
        return self.number(key, least=least) if self.has(key) else None

    def numbers(self, key: str) -> tuple[int, ...]:
        """A required list of whole numbers, each at least 1."""
        found: list[object] = self._get(key, list, "[60, 30]", [])
        if self.has(key) and (not found or not all(type(one) is int and one > 0 for one in found)):
            self.problem(f"{key!r} is not a list of whole numbers.", f"{key} = [60, 30].", key)
            return ()
        return tuple(one for one in found if isinstance(one, int))

    def day(self, key: str) -> date:
        """A required date."""
        return self._get(key, date, "2026-01-31 (a date without quotes)", date.min)

    def days(self, key: str) -> frozenset[date]:
        """A list of dates; none when absent."""
        items: list[object] = self._get(key, list, "[2026-01-31]", [], required=False)
        if not all(isinstance(item, date) and not isinstance(item, datetime) for item in items):
            self.problem(f"{key!r} is not a list of dates.", f"{key} = [2026-01-31] (without quotes).", key)
        return frozenset(item for item in items if isinstance(item, date))

    def pattern(self, key: str) -> str:
        """A required regular expression."""
        value = self.string(key)
        try:
            re.compile(value)
        except (re.error, RecursionError, OverflowError) as error:
            self.problem(
                f"{key!r} is not a regular expression: {error}.", "try it at the Python prompt.", key
            )
        return value

    def strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of strings, none empty, none twice."""
        items: list[object] = self._get(key, list, '["...", "..."]', [], required=required)
        if not all(isinstance(item, str) and item for item in items):
            self.problem(f"{key!r} is not a list of strings.", f'{key} = ["...", "..."].', key)
            return ()
        found = tuple(str(item) for item in items)
        if len(set(found)) < len(found):
            self.problem(f"{key!r} names something twice.", "name each once.", key)
        if required and self.has(key) and not found:
            self.problem(f"{key!r} is empty.", f"{key} needs at least one.", key)
        return found

    def choices(self, key: str, allowed: Collection[str]) -> frozenset[str]:
        """A list of strings, each one of `allowed`; none when absent."""
        if self.has(key):
            for item in (found := self.strings(key, required=True)):
                if item not in allowed:
                    self.problem(f"{key} names {item!r}, which is not known.", suggest(item, allowed), key)
            return frozenset(found)
        self._asked.add(key)
        return frozenset()

    def table(self, key: str) -> "Table":
        """A required sub-table."""
        return Table(self.source, (*self.path, key), self._get(key, dict, f"a table [{key}]", {}))

    def tables(self, key: str, *, required: bool = True) -> Iterator["Table"]:
        """The items of an array of tables; what of one was not asked for when the next is taken is
        reported.
        """
        items: list[object] = self._get(key, list, f"[[{key}]] tables", [], required=required)
        if required and self.has(key) and not items:
            self.problem(f"{key!r} is empty.", f"add a [[{key}]].", key)
        for index, item in enumerate(items):
            path = (*self.path, key, index)
            if not isinstance(item, dict):
                self.source.problem(path, f"{key!r} is not a table.", f"write it as [[{key}]].")
                continue
            table = Table(self.source, path, item)
            yield table
            table.done()

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                self.problem(f"{key!r} is not a key here.", suggest(key, self._asked), key)
