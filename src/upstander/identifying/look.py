"""From a text to all that could tell who it is about, in the order in which it stands there."""

from collections.abc import Iterable

from upstander.identifying.about import Found, Reading
from upstander.identifying.called import called, hidden
from upstander.identifying.contact import contacts
from upstander.identifying.names import kin, names
from upstander.identifying.narrow import narrow
from upstander.identifying.numbers import numbers
from upstander.identifying.places import places, schools, streets, taken
from upstander.identifying.plain import plain
from upstander.identifying.quotes import quotes
from upstander.identifying.times import times
from upstander.identifying.values import NOTHING_KNOWN, Finding, Kind, Known

_APART = (Kind.QUOTE, Kind.NARROW)
"""Kinds that may lie around others and are kept beside them."""


def findings(text: str, known: Known = NOTHING_KNOWN) -> tuple[Finding, ...]:
    """All that could tell who `text` is about, by place; `known` is what the caller knows of schools, places and its own words.

    English and Spanish. Takes anything and never fails; its work grows with the length of the text and not faster. It hears what
    its lists and forms hold and no more: no finding is no promise that a text identifies nobody (decision 117). Issue 5, point 9.
    """
    read = Reading(plain(text), known)
    if not read.tokens:
        return ()
    fixed, words = taken(iter([*schools(read), *streets(read)]), read)
    found = [*fixed, *contacts(read), *numbers(read), *times(read), *narrow(read), *quotes(read)]
    found += [*names(read, words), *kin(read), *called(read), *hidden(read), *places(read)]
    kept = [*_strongest(f for f in found if f[0] not in _APART), *_strongest_of_each(found)]
    return tuple(_original(read, one) for one in sorted(kept, key=lambda f: (f[1], -f[2], f[0])))


def _strongest_of_each(found: Iterable[Found]) -> list[Found]:
    listed = list(found)
    return [one for kind in _APART for one in _strongest(f for f in listed if f[0] is kind)]


def _strongest(found: Iterable[Found]) -> list[Found]:
    """Of findings that overlap the surest, of equally sure ones the longest."""
    kept: list[Found] = []
    for one in sorted(set(found), key=lambda f: (f[1], -f[2], -f[4])):
        while kept and one[1] < kept[-1][2] and _weight(one) > _weight(kept[-1]):
            kept.pop()
        if not kept or one[1] >= kept[-1][2]:
            kept.append(one)
    return kept


def _weight(found: Found) -> tuple[int, int]:
    return found[4], found[2] - found[1]


def _original(read: Reading, found: Found) -> Finding:
    kind, start, end, why, sure = found
    return Finding(kind, *read.plain.original(start, end), why, sure)
