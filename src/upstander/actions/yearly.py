"""Numbers that the yearly report counts (5 ILCS 860/40): how many, never who, and no word of a tip."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from upstander.actions.models import ActionEvent
from upstander.packs.current import current

KIND = "crisis_referral"
# Somebody was referred to help: taken up, handed over while we stayed, or told where it is to be had.
REFERRED = ("accepted", "handed_over", "information_given")


@dataclass(frozen=True, slots=True)
class Referrals:
    """A calendar year: of how many tips help was offered with which result (a tip counts once for each), and how many tips
    resulted in a referral for human services."""

    year: int
    by_result: dict[str, int]
    referred: int


def help_referrals(first: int, last: int) -> list[Referrals]:
    """The years `first` to `last` by the programme's own calendar, each with its numbers, also where they are none."""
    zone = ZoneInfo(current().programme.time_zone)
    found: dict[int, dict[str, set[object]]] = {year: defaultdict(set) for year in range(first, last + 1)}
    events = ActionEvent.objects.filter(
        action__kind=KIND,
        at__gte=datetime(first, 1, 1, tzinfo=zone),
        at__lt=datetime(last + 1, 1, 1, tzinfo=zone),
    )
    for tip_id, result, at in events.values_list("action__tip_id", "result", "at"):
        found[at.astimezone(zone).year][result].add(tip_id)
    return [
        Referrals(
            year=year,
            by_result={result: len(tips) for result, tips in sorted(results.items())},
            referred=len({tip for result in REFERRED for tip in results.get(result, ())}),
        )
        for year, results in found.items()
    ]
