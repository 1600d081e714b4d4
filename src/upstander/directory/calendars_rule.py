"""The days of a repeated event (RFC 5545, RRULE), within bounds. Pure.

Own code, because the library at hand looks for the next day of a rule that never comes true until the year 9999. Here no period
is looked at that begins after the last day that counts. What a school's calendar has no use for is refused (hours, weeks).
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_PARTS = frozenset("FREQ INTERVAL COUNT BYDAY BYMONTH BYMONTHDAY BYSETPOS WKST".split())
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_DAY = timedelta(days=1)


class NotRead(ValueError):
    """A rule that is none, or of a kind that is not read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: how often, every which of them, how many in all, on what days. Weekdays are (ordinal or 0, Monday is 0)."""

    every: str
    interval: int
    count: int
    weekdays: tuple[tuple[int, int], ...]
    months: frozenset[int]
    month_days: frozenset[int]
    positions: frozenset[int]
    week_begins: int


def rule(given: Mapping[str, Sequence[Any]]) -> Rule:
    """The rule of an event's RRULE (without UNTIL). Raises NotRead."""
    parts = {name.upper(): [str(value).upper() for value in values] for name, values in given.items()}
    if set(parts) - _PARTS or any(not values or len(values) > 40 for values in parts.values()):
        raise NotRead
    every = parts.get("FREQ", [""])[0]
    weekdays = tuple(_weekday(text) for text in parts.get("BYDAY", []))
    if every not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or (
        every in ("DAILY", "WEEKLY") and any(n for n, _ in weekdays)
    ):
        raise NotRead
    return Rule(
        every,
        _numbers(parts.get("INTERVAL", ["1"])[:1], 1, 400)[0],
        _numbers(parts.get("COUNT", ["9999"])[:1], 1, 9999)[0],
        weekdays,
        frozenset(_numbers(parts.get("BYMONTH", []), 1, 12)),
        frozenset(_numbers(parts.get("BYMONTHDAY", []), -31, 31)),
        frozenset(_numbers(parts.get("BYSETPOS", []), -366, 366)),
        _weekday(parts.get("WKST", ["MO"])[0])[1],
    )


def _numbers(texts: Sequence[str], least: int, most: int) -> list[int]:
    if not all(
        re.fullmatch(r"[+-]?\d{1,4}", text) and least <= int(text) <= most and int(text) for text in texts
    ):
        raise NotRead
    return [int(text) for text in texts]


def _weekday(text: str) -> tuple[int, int]:
    found = _BYDAY.fullmatch(text)
    if found is None:
        raise NotRead
    return int(found[1] or 0), _WEEKDAYS.index(found[2])


def days(rule: Rule, first: date, last: date) -> Iterator[date]:
    """The days of an event that begins on `first`, in order, none after `last`."""
    left = rule.count
    for period in _periods(rule, first, last):
        chosen = [day for day in period if _matches(rule, day, first)]
        if rule.positions:
            chosen = [day for n, day in enumerate(chosen) if {n + 1, n - len(chosen)} & rule.positions]
        for day in chosen:
            if day >= first and left:
                if day > last:
                    return
                left -= 1
                yield day
        if not left:
            return


def _periods(rule: Rule, first: date, last: date) -> Iterator[list[date]]:
    """The days of each day, week, month or year that the rule looks at, up to the one in which `last` lies."""
    begins = {
        "WEEKLY": first - timedelta((first.weekday() - rule.week_begins) % 7),
        "MONTHLY": first.replace(day=1),
    }.get(rule.every, first.replace(month=1, day=1) if rule.every == "YEARLY" else first)
    while begins <= last:
        length = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": monthrange(begins.year, begins.month)[1]}.get(
            rule.every
        )
        length = length or (365 + (monthrange(begins.year, 2)[1] == 29))
        yield [begins + n * _DAY for n in range(length)]
        if rule.every in ("DAILY", "WEEKLY"):
            begins += rule.interval * length * _DAY
        else:
            months = begins.month - 1 + rule.interval * (12 if rule.every == "YEARLY" else 1)
            begins = begins.replace(year=begins.year + months // 12, month=months % 12 + 1)


def _matches(rule: Rule, day: date, first: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & rule.month_days:
        return False
    if rule.weekdays:
        return any(day.weekday() == weekday and _is_nth(rule, day, n) for n, weekday in rule.weekdays)
    if rule.month_days or rule.every == "DAILY":
        return True
    if rule.every == "WEEKLY":
        return day.weekday() == first.weekday()
    return day.day == first.day and (rule.every == "MONTHLY" or bool(rule.months) or day.month == first.month)


def _is_nth(rule: Rule, day: date, n: int) -> bool:
    """Whether it is the nth of its weekday, from the begin or the end of the month, or of a year without months."""
    if n == 0:
        return True
    if rule.every == "YEARLY" and not rule.months:
        at, length = day.timetuple().tm_yday, 365 + (monthrange(day.year, 2)[1] == 29)
    else:
        at, length = day.day, monthrange(day.year, day.month)[1]
    return n in ((at - 1) // 7 + 1, -((length - at) // 7 + 1))
