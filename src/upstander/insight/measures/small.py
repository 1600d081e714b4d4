"""Small numbers: of a group of one or two people a count tells what each of them did. Pure.

Whoever knows the total and all groups but one knows that one, too: so a single hidden group takes the smallest shown one with it.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from upstander.circulation.feedback import LEAST

__all__ = ["LEAST", "hidden"]
K = TypeVar("K", bound=Hashable)


def hidden(people: Mapping[K, int]) -> frozenset[K]:
    """The groups of which nothing is said, of these with so many people each. Groups without anybody tell nothing."""
    few = {key for key, n in people.items() if 0 < n < LEAST}
    if few and sum(people[key] for key in few) < LEAST:
        shown = [key for key, n in people.items() if n >= LEAST]
        if shown:
            few.add(min(shown, key=lambda key: (people[key], str(key))))
    return frozenset(few)
