"""Reads of this room. Each gives what whoever asks may see: the database's walls cut everything else away, also from counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from upstander import clock
from upstander.forum import courses, due, packed, peers
from upstander.forum.models import (
    Answer,
    Concern,
    ConcernStep,
    Contribution,
    ContributionStep,
    Party,
    Post,
    Request,
    RequestStep,
    Ruling,
    Thread,
)
from upstander.forum.written import Written
from upstander.network.models import Member
from upstander.network.pages import Waiting
from upstander.network.standing import Standing, level_of
from upstander.people import queries as people

Annotated = QuerySet[Any, Any]
"""Rows of a model with more than its columns: what follows from others is asked with them, never stored."""


def _last(steps: QuerySet[ContributionStep] | QuerySet[RequestStep] | QuerySet[ConcernStep], column: str) -> Subquery:
    return Subquery(steps.order_by("-at", "-pk").values(column)[:1])


def contributions() -> Annotated:
    """Contributions with their `state`."""
    last = _last(ContributionStep.objects.filter(contribution=OuterRef("pk")), "kind")
    return Contribution.objects.annotate(state=Coalesce(last, Value(courses.NEW)))


def requests() -> Annotated:
    """Requests with their `state` and when they are `due`."""
    steps = RequestStep.objects.filter(request=OuterRef("pk"))
    moved = _last(steps.exclude(due_at=None), "due_at")
    return Request.objects.annotate(
        state=Coalesce(_last(steps, "kind"), Value(courses.NEW)),
        due=Coalesce(moved, F("due_at"), output_field=DateTimeField()),
    )



def clock_of(found: Any) -> str:
    """What its clock says: "overdue" (red), "soon" or nothing."""
    return due.clock(found.due, clock.now(), is_open=found.state in courses.OPEN)


def put_to(member_id: UUID) -> Annotated:
    """The open requests that were put to this member, or to everybody, and that they did not ask themselves."""
    asked = Party.objects.filter(Q(member=member_id) | Q(member=None), ended_at=None)
    found = requests().filter(pk__in=asked.values("request_id"), state__in=courses.OPEN)
    return found.exclude(member_id=member_id).order_by("due")


def waiting(who: Standing) -> list[Waiting]:
    """What was put to this member, for their first page; within their wall."""
    found = put_to(who.member_id) if who.member_id else ()
    words = _("Somebody asks you: %(title)s")
    return [Waiting(words % {"title": one.title}, reverse("forum_request", args=[one.pk])) for one in found]


def may_read(member_id: UUID, level: int) -> bool:
    """Whether this member may read what has `level`, now."""
    theirs = level_of(member_id)
    return theirs is not None and theirs >= level


def threads(topic: str = "") -> Annotated:
    """The discussions that whoever asks may see, with `posts_seen` and `last_at`, the latest first; without the concerns'."""
    found = Thread.objects.filter(concern=None)
    if topic:
        found = found.filter(topic=topic)
    seen = Q(posts__shown=True)
    return found.annotate(
        posts_seen=Count("posts", filter=seen), last_at=Coalesce(Max("posts__at", filter=seen), F("at"))
    ).order_by("-last_at", "-pk")


def concerns() -> Annotated:
    """The board, with how far each is (`state`; empty: nothing yet), who owns it, and how much was said and proposed."""
    steps = ConcernStep.objects.filter(concern=OuterRef("pk"))
    seen = Q(thread__posts__shown=True)
    return Concern.objects.annotate(
        state=Coalesce(_last(steps, "state"), Value("")),
        owner=Coalesce(_last(steps.exclude(owner=""), "owner"), Value("")),
        said=Count("thread__posts", filter=seen),
        proposed=Count("thread__posts", filter=seen & Q(thread__posts__kind=Post.Kind.PROPOSAL)),
    ).order_by("number", "at")


def held() -> QuerySet[Post]:
    """Posts that wait for a moderator, the oldest first: hidden, and no ruling yet."""
    return Post.objects.filter(shown=False, rulings=None).select_related("thread", "thread__concern").order_by("at")


def answers_waiting() -> QuerySet[Answer]:
    """Answers that wait for the School Intelligence Officer's release, of requests that are not over, the oldest first."""
    waiting = Answer.objects.filter(released=False).select_related("request").order_by("at")
    return waiting.filter(request__in=requests().exclude(state__in=courses.OVER).values("pk"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for the School Intelligence Officer."""

    contributions: list[Contribution]
    requests: list[Request]
    answers: list[Answer]
    posts: list[Post]
    overdue: int


def desk(most: int = 200) -> Desk:
    """What waits, the most pressing first; nothing of it is stored."""
    open_ones = list(requests().filter(state__in=courses.OPEN).order_by("due")[:most])
    return Desk(
        contributions=list(contributions().filter(state__in=courses.WAITING).order_by("at")[:most]),
        requests=open_ones,
        answers=list(answers_waiting()[:most]),
        posts=list(held()[:most]),
        overdue=sum(clock_of(one) == "overdue" for one in open_ones),
    )


def signatures(rows: Iterable[Written], reader: Standing) -> dict[UUID, str]:
    """Who wrote each row, as `reader` may know: staff by name; a member by what they let others see; to the staff, by name."""
    rows = list(rows)
    staff = people.names(row.staff_id for row in rows)
    ids = {row.member_id for row in rows if row.member_id}
    members = {member.pk: member for member in Member.objects.filter(pk__in=ids).select_related("account", "organisation")}
    cards = {peer.member_id: peer for peer in peers.peers(of=ids)} if ids and not reader.staff else {}

    def of(row: Written) -> str:
        if row.member_id is None:
            return _("%(name)s (network staff)") % {"name": staff.get(row.staff_id or 0, "")}
        if row.member_id == reader.member_id:
            return _("You")
        member = members[row.member_id]
        if reader.staff:
            return ", ".join(part for part in (member.account.name, member.works_at) if part)
        card = cards.get(row.member_id)
        known = [part for part in (card.name, card.position, card.organisation, card.region) if part] if card else []
        return ", ".join(known) or _("A member: %(discipline)s") % {"discipline": packed.discipline(member.discipline)}

    return {row.pk: of(row) for row in rows}


def rulings(post_ids: Iterable[UUID]) -> dict[UUID, Ruling]:
    """The ruling that holds for each post that has one, as far as whoever asks may see it."""
    rows = Ruling.objects.filter(post__in=list(post_ids)).order_by("at", "pk")
    return {ruling.post_id: ruling for ruling in rows}
