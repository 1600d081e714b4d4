"""The figures of who takes part, and of what happened around the products."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from upstander.forum.models import ConcernStep, Contribution, Post, Request, RequestStep
from upstander.gatherings.models import Kind as EventKind
from upstander.insight.measures import drawn, people, sheet, together
from upstander.insight.measures.sheet import Section, Table, number
from upstander.insight.measures.span import Span
from upstander.insight.measures.times import spoken
from upstander.markings import Level
from upstander.register import codes

Name = Callable[[str], str]


def sections(span: Span, level: Level | None = None, *, veiled: bool = False) -> list[Section]:
    """All of them; `veiled`: on paper small numbers of people are not said."""
    found = together.together(span, level)
    return [_people(span, veiled=veiled), _events(found), _forum(found), _states(found), _trends(found)]


def _people(span: Span, *, veiled: bool) -> Section:
    found = people.people(span)
    names, total = sheet.regions(), found.all
    roles = [(sheet.role(code), row) for code, row in found.roles.items() if not row.hidden]
    return Section(
        "people", _("Who takes part"),
        _("Used it has who said that they read something, came to an event or asked. Helped has who answered a request or spoke "
          "in a discussion. Gave has who contributed, told a lesson or an incident. Who works in two regions counts in both."),
        drawn.shares(
            _("Members by the role that they chose: of 100, how many took part; the table has the same."),
            [(f"{label}: {row.active}/{row.people}", (row.active,)) for label, row in roles],
            [row.people for _label, row in roles],
        ),
        facts=(
            (_("Members at the end"), number(total.members)), (_("Joined"), sheet.people(total.joined, veiled=veiled)),
            (_("Left or removed"), sheet.people(total.left, veiled=veiled)),
        ),
        tables=(
            _groups(_("Members by role"), _("Role"), found.roles, sheet.role, veiled),
            _groups(_("Members by discipline"), _("Discipline"), found.disciplines, sheet.discipline, veiled),
            _groups(_("Members by sector"), _("Sector"), found.sectors, sheet.sector, veiled),
            _groups(_("Members by region"), _("Regional office"), found.regions, lambda id: names.get(id, id), veiled),
        ),
    )  # fmt: skip


def _groups(caption: str, head: str, found: Mapping[str, people.Group], name: Name, veiled: bool) -> Table:
    heads = (head, _("Members at the end"), _("Joined"), _("Used"), _("Helped"), _("Gave"))
    rows = tuple(
        (name(key), *(sheet.people(n, veiled=veiled) for n in (row.members, row.joined)),
         *(("-", "-", "-") if row.hidden else (number(row.used), number(row.helped), number(row.gave))))
        for key, row in found.items()
    )  # fmt: skip
    return Table(caption, heads, rows)


def _events(found: together.Together) -> Section:
    kinds = dict(EventKind.choices)
    rows = tuple((str(kinds.get(e.kind, e.kind)), number(e.held), number(e.seats), number(e.came)) for e in found.events)
    return Section(
        "events", _("Events and visits"),
        facts=_facts(found.counts, visits=_("Site visits made"), contacts=_("Contacts with partners written down")),
        tables=(Table(_("Events by kind"), (_("Kind"), _("Held"), _("Seats taken"), _("Came")), rows),),
    )


def _facts(counts: Mapping[str, int], **labels: str) -> tuple[tuple[str, str], ...]:
    return tuple((label, number(counts[key])) for key, label in labels.items() if counts.get(key))


def _forum(found: together.Together) -> Section:
    said, asked = found.forum, found.forum.requests
    facts = [(_("Requests"), number(asked.number)), (_("Answered"), number(asked.answered)),
             (_("Answered in time"), number(asked.in_time)), (_("Without an answer"), number(asked.without_answer))]  # fmt: skip
    if asked.median_time and asked.longest_time:
        facts.append((_("Half of the answers within"), spoken(asked.median_time.total_seconds())))
        facts.append((_("The longest"), spoken(asked.longest_time.total_seconds())))
    facts += [(_("Contributions"), number(sum(said.contributions.values()))), (_("Posts in discussions"), number(said.posts))]
    labels = _labels
    tables = (
        _table(_("Requests by kind"), _("Kind"), asked.by_kind, labels(Request.Kind)),
        _table(_("Was it useful?"), _("Answer"), asked.useful, labels(RequestStep.Useful)),
        _table(_("Contributions by kind"), _("Kind"), said.contributions, labels(Contribution.Kind)),
        _table(_("Posts by kind"), _("Kind"), said.posts_by_kind, labels(Post.Kind)),
        _table(_("Concerns on the board, as it stands now"), _("How far"), said.concerns_by_state,
               labels(ConcernStep.State) | {"heard": _("Heard")}),
    )  # fmt: skip
    there = any((asked.number, said.contributions, said.posts, said.concerns_by_state))
    return Section("forum", _("Questions, contributions, concerns"), facts=tuple(facts) if there else (), tables=tables)


def _labels(choices: type) -> dict[str, str]:
    return {value: str(_(label)) for value, label in choices.choices}  # type: ignore[attr-defined]


def _table(caption: str, head: str, found: Mapping[str, int], words: Mapping[str, str]) -> Table:
    ordered = sorted(((words.get(key, key), n) for key, n in found.items() if n), key=lambda pair: (-pair[1], pair[0]))
    return Table(caption, (head, _("How many")), tuple((label, number(n)) for label, n in ordered))


def _states(found: together.Together) -> Section:
    return Section(
        "states", _("Other states and programs"),
        facts=_facts(
            found.counts, peers=_("Programs that we exchange with"), guests=_("States that are guests"),
            packages_out=_("Packages made for them"), packages_in=_("Packages of theirs taken in"),
            received=_("Products of theirs accepted"), items=_("Items of other programs shared with members"),
            sessions=_("Sessions of the forum of states"), asked=_("Questions of states"), answered=_("Of these answered"),
            promised=_("Commitments"), kept=_("Of these kept"),
        ),
    )  # fmt: skip


def _trends(found: together.Together) -> Section:
    heads = (_("Kind"), _("In this state"), _("Elsewhere"))
    rows = tuple((codes.label("kind", one.kind), number(one.home), number(one.away)) for one in found.trends)
    return Section(
        "trends", _("Incidents in the register"), _("By the day on which they happened, as far as the register has them."),
        tables=(Table(_("Incidents by kind"), heads, rows),),
    )  # fmt: skip
