"""What is missing (the article's "internal gap analysis"): regions, topics and disciplines that nothing covers, and questions
that nobody answered. Each line is something that somebody can do today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.exchange.models import Question as Asked
from upstander.forum import courses
from upstander.forum import queries as forum
from upstander.gatherings import coverage
from upstander.insight.measures import people as membership
from upstander.insight.measures import shared
from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import OUT, rows
from upstander.markings import Level
from upstander.network import pack

HALF = 50  # per cent of a region's schools
_QUIET = timedelta(days=7)
MOST = 100
_SWORN = """
SELECT r.id, count(*) FROM network_member m, unnest(m.regions) AS r(id) WHERE m.state = 'active' AND m.left_at IS NULL AND m.sworn
GROUP BY 1
"""
_TOPICS = f"""{OUT}, wanted AS (
    SELECT t.code, count(*) AS n FROM network_member m, unnest(m.topics) AS t(code)
    WHERE m.state = 'active' AND m.left_at IS NULL GROUP BY 1
), ever AS (SELECT t.code, max(o.goes_at) AS last FROM gone_out o, unnest(o.topics) AS t(code) GROUP BY 1)
SELECT coalesce(w.code, e.code), coalesce(w.n, 0), e.last FROM wanted w FULL JOIN ever e ON e.code = w.code
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Region:
    """A regional office that something is missing in, and what (`why`, in words, the gravest first)."""

    id: int
    name: str
    schools: int
    uncovered: int
    members: int
    sworn: int
    products: int
    last_visit: date | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic on which nothing went out in the span; how many members chose it, and when it last had something."""

    code: str
    label: str
    wanted: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Discipline:
    """A discipline that is missing, or left alone."""

    code: str
    label: str
    members: int
    products: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that somebody asked, and nobody answered. `where`: the name of the page that leads on, and its argument."""

    what: str
    title: str
    since: datetime
    where: str
    id: UUID | None
    red: bool = False


@dataclass(frozen=True, slots=True)
class Gaps:
    """All of them."""

    regions: tuple[Region, ...]
    topics: tuple[Topic, ...]
    disciplines: tuple[Discipline, ...]
    questions: tuple[Question, ...]

    @property
    def total(self) -> int:
        """How many lines there are."""
        return len(self.regions) + len(self.topics) + len(self.disciplines) + len(self.questions)


def gaps(span: Span, level: Level | None = None) -> Gaps:
    """What is missing now, of what went out in the span (to readers of `level`). The statements do not grow with it."""
    out, members = shared.shared(span, level), membership.people(span)
    return Gaps(_regions(span, out), _topics(span, level, out), _disciplines(out, members), questions())


def _regions(span: Span, out: shared.Shared) -> tuple[Region, ...]:
    sworn = dict(rows(_SWORN, span))
    found = []
    for one in coverage.regions():
        officers = sworn.get(one.id, 0)
        why = _lacks(one, officers)
        if why:
            products = out.regions.get(str(one.id), 0)
            found.append(
                Region(
                    one.id, one.name, one.schools, one.uncovered, one.members, officers, products, one.last_visit, why
                )
            )
    return tuple(sorted(found, key=lambda one: (one.members > 0, one.sworn > 0, -one.uncovered, one.name)))


def _lacks(one: coverage.Region, sworn: int) -> tuple[str, ...]:
    if not one.members:
        return (_("no member at all"),)
    why = [_("no sworn officer")] if not sworn else []
    if one.schools and one.share < HALF:
        why.append(_("%(share)d of 100 schools have a member") % {"share": one.share})
    return tuple(why)


def _topics(span: Span, level: Level | None, out: shared.Shared) -> tuple[Topic, ...]:
    known: Mapping[str, tuple[int, datetime | None]] = {code: (n, last) for code, n, last in rows(_TOPICS, span, level)}
    missing = [topic for topic in pack.network().topics if not out.topics.get(topic.code)]
    # a topic with parts is covered by its parts
    covered = {topic.above for topic in pack.network().topics if topic.above and out.topics.get(topic.code)}
    found = [
        Topic(topic.code, topic.label, *known.get(topic.code, (0, None))) for topic in missing if topic.code not in covered
    ]
    return tuple(sorted(found, key=lambda one: (-one.wanted, one.last is not None, one.label)))


def _disciplines(out: shared.Shared, members: membership.People) -> tuple[Discipline, ...]:
    found = []
    for one in pack.network().disciplines:
        group = members.disciplines.get(one.code)
        n, products = group.members if group else 0, out.disciplines.get(one.code, 0) + out.disciplines.get("", 0)
        why = []
        if not n:
            why.append(_("no member"))
        if out.total and not products:
            why.append(_("nothing that went out was for them"))
        if n and group and not group.hidden and not group.active:
            why.append(_("none of them took part in anything"))
        if why:
            found.append(Discipline(one.code, one.label, n, products, tuple(why)))
    return tuple(sorted(found, key=lambda one: (one.members, one.label)))


def questions() -> tuple[Question, ...]:
    """Requests that nobody answered, the most overdue first; states' questions; discussions in which nobody answered for a week;
    concerns that nobody owns. At most a hundred of each."""
    now = clock.now()
    asked = forum.requests().filter(state__in=courses.OPEN).order_by("due")[:MOST]
    found = [
        Question(_("Request"), one.title, one.at, "forum_desk_request", one.pk, one.due <= now) for one in asked
    ]
    states = Asked.objects.filter(answered_at=None).select_related("peer").order_by("asked_at")[:MOST]
    found += [
        Question(_("Question of a state"), _("Asked by %(state)s") % {"state": one.peer.name}, one.asked_at, "exchange_peer",
                 one.peer_id)
        for one in states
    ]  # fmt: skip
    quiet = forum.threads().filter(closed_at=None, shown=True, posts_seen=1, at__lt=now - _QUIET).order_by("at")[:MOST]
    found += [Question(_("Discussion"), one.title, one.at, "forum_thread", one.pk) for one in quiet]
    alone = [one for one in forum.concerns() if not one.owner and one.state not in ("resolved", "set_aside")][:MOST]
    found += [Question(_("Concern without an owner"), one.title, one.at, "forum_desk_concern", one.pk) for one in alone]
    return tuple(found)
