"""What this room is measured by, for the program's review (S-measure). For the staff: of others the walls cut it down."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from upstander.forum import queries
from upstander.forum.models import Answer, ConcernStep, Post, RequestStep, Ruling


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests that came within the time: how many, how far they are, from where, how fast they were answered.

    `median_time` and `longest_time` run from asking to the first answer that whoever asked could read; `in_time` are those that
    came before they were due. A request of several regions counts in each.
    """

    number: int
    by_kind: Mapping[str, int]
    by_state: Mapping[str, int]
    by_urgency: Mapping[str, int]
    by_region: Mapping[int, int]
    answered: int
    in_time: int
    median_time: timedelta | None
    longest_time: timedelta | None
    useful: Mapping[str, int]
    without_answer: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts over a span of time."""

    requests: Requests
    contributions: Mapping[str, int]  # by kind
    contributions_by_state: Mapping[str, int]
    contributors: int
    posts: int
    posts_by_kind: Mapping[str, int]
    posters: int
    withdrawn: int
    concerns_by_state: Mapping[str, int]  # as the board stands now
    concerns_moved: int


def measures(since: datetime, until: datetime) -> Measures:
    """Figures of what came from `since` (included) until `until` (not). The statements do not grow with it."""
    gifts = list(queries.contributions().filter(at__gte=since, at__lt=until).values_list("kind", "state", "member_id"))
    posts = list(Post.objects.filter(at__gte=since, at__lt=until, member__isnull=False).values_list("kind", "member_id"))
    withdrawn = Ruling.objects.filter(at__gte=since, at__lt=until, kind=Ruling.Kind.WITHDRAWN)
    return Measures(
        requests=_requests(since, until),
        contributions=Counter(kind for kind, _state, _by in gifts),
        contributions_by_state=Counter(state for _kind, state, _by in gifts),
        contributors=len({by for _kind, _state, by in gifts if by}),
        posts=len(posts),
        posts_by_kind=Counter(kind for kind, _by in posts),
        posters=len({by for _kind, by in posts}),
        withdrawn=withdrawn.count(),
        concerns_by_state=Counter(concern.state or "heard" for concern in queries.concerns()),
        concerns_moved=ConcernStep.objects.filter(at__gte=since, at__lt=until).values("concern").distinct().count(),
    )


def _requests(since: datetime, until: datetime) -> Requests:
    found: list[Any] = list(queries.requests().filter(at__gte=since, at__lt=until))
    steps = RequestStep.objects.filter(request__in=[one.pk for one in found]).order_by("at", "pk")
    first: dict[object, datetime] = {}
    useful: dict[object, str] = {}
    for request_id, kind, at, word in steps.values_list("request_id", "kind", "at", "useful"):
        if kind == RequestStep.Kind.ANSWERED:
            first.setdefault(request_id, at)
        elif kind == RequestStep.Kind.FEEDBACK:
            useful[request_id] = word
    times = sorted((first[one.pk] - one.at).total_seconds() for one in found if one.pk in first)
    return Requests(
        number=len(found),
        by_kind=Counter(one.kind for one in found),
        by_state=Counter(one.state for one in found),
        by_urgency=Counter(one.urgency for one in found),
        by_region=Counter(region for one in found for region in set(one.regions)),
        answered=len(times),
        in_time=sum(first[one.pk] <= one.due for one in found if one.pk in first),
        median_time=timedelta(seconds=median(times)) if times else None,
        longest_time=timedelta(seconds=times[-1]) if times else None,
        useful=Counter(useful.values()),
        without_answer=sum(one.pk not in first for one in found),
    )


def answered_by() -> Mapping[str, int]:
    """From which kinds of source the answers that were released came."""
    return Counter(Answer.objects.filter(released=True).values_list("source_kind", flat=True))
