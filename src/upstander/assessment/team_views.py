"""The team's own pages: where somebody begins, the roster, the agreement, telling the team of something."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.assessment import cases, moving, pack, plans, queries, reach, teams
from upstander.assessment.forms import MemberForm, ReportForm, SignForm, TeamForm
from upstander.assessment.models import Team
from upstander.assessment.pages import acting, asked, passed, pressed, sent
from upstander.assessment.reach import Reach
from upstander.directory.models import Kind, Organisation
from upstander.disclosure import files
from upstander.disclosure.errors import NotTheirs
from upstander.disclosure.pages import shown


@require_GET
@acting
def home(request: HttpRequest, mine: Reach) -> HttpResponse:
    """What somebody has to do with teams: their teams with open cases, what they can set up, and where to tell something."""
    rows = list(Team.objects.filter(pk__in=mine.knows).select_related("place").order_by("place__name"))
    values = {
        "cards": _cards(mine, rows), "section": pack.section(), "today": clock.today(),
        "offers": moving.offered(mine), "free": _without(mine, rows), "tells": bool(places(mine)),
    }  # fmt: skip
    return shown(request, "assessment/home.html", values)


def _cards(mine: Reach, rows: list[Team]) -> list[dict[str, Any]]:
    """Each team with its roster, and for who reads them its open cases and what is due in them, with whom it is about."""
    due, rosters, listed = plans.due(mine), queries.rosters(rows), queries.listed(mine, [team.id for team in rows])
    names = {one.case.id: one.about for one in listed}
    return [
        {
            "team": team, "seat": mine.seats.get(team.id), "leads": team.id in mine.leads, "roster": rosters[team.id],
            "cases": [one for one in listed if one.case.team_id == team.id],
            "due": [(one, names.get(one.case_id, "")) for one in due.get(team.id, [])],
        }
        for team in rows
    ]  # fmt: skip


def _without(mine: Reach, rows: list[Team]) -> list[Organisation]:
    """The places that somebody administers and that no team looks after yet; a district before its schools."""
    have = {team.place_id for team in rows}
    led = Organisation.objects.filter(pk__in=mine.school.leads, retired_on=None).exclude(pk__in=have).order_by("name")
    above = {one.pk for one in led if one.kind != Kind.SCHOOL} | have
    return [one for one in led if one.parent_id not in above]


def places(mine: Reach) -> list[Organisation]:
    """The schools of which somebody can tell a team something, by name."""
    schools = Organisation.objects.filter(kind=Kind.SCHOOL, retired_on=None).order_by("name")
    homes = dict(Team.objects.filter(pk__in=mine.reads | mine.reports).values_list("id", "place_id"))
    own = {homes[team] for team in mine.reads if team in homes}
    told = {homes[team] for team in mine.reports if team in homes}
    found = {s.pk: s for s in schools.filter(pk__in=mine.school.keeps) if s.pk in told or s.parent_id in told}
    found |= {s.pk: s for s in [*schools.filter(pk__in=own), *schools.filter(parent__in=own)]}
    return sorted(found.values(), key=lambda one: (one.name, one.pk))


def _team(mine: Reach, team_id: UUID) -> Team:
    found = Team.objects.filter(pk__in=mine.knows & {team_id}).select_related("place").first()
    if found is None:
        raise NotTheirs(team_id)
    return found


@require_http_methods(["GET", "POST"])
@acting
def set_up(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """Make the team of a place, or change how it works."""
    place = Organisation.objects.filter(pk=place_id).first()
    if place is None or place_id not in mine.school.leads:
        raise NotTheirs(place_id)
    before = Team.objects.filter(place=place_id).first()
    start = {"kind": before.kind, "scale": before.scale} if before else {"kind": Team.Kind.OWN}
    form = TeamForm(sent(request), section=pack.section(), initial=start)
    done: list[Team] = []
    if passed(
        request, form, lambda: done.append(teams.set_up(mine, place_id, form.cleaned_data["kind"], form.cleaned_data["scale"]))
    ):
        return redirect("assessment_team", done[0].id)
    says = [_("The law asks each district for a team of its own people and the police; where it cannot, for a regional team.")]
    title = _("Threat-assessment team of %(place)s") % {"place": place.name}
    return asked(request, form, title, _("Keep"), says=says, back=(reverse("assessment_home"), _("Our team")))


@require_http_methods(["GET", "POST"])
@acting
def team(request: HttpRequest, mine: Reach, team_id: UUID) -> HttpResponse:
    """The roster: who is on it, who is missing; its administrators change it."""
    found, leads, section = _team(mine, team_id), team_id in mine.leads, pack.section()
    if request.method == "POST" and not leads:
        raise NotTheirs(team_id)
    people = reach.candidates(found.place_id) if leads else []
    form = MemberForm(sent(request), section=section, people=people) if leads else None
    if form is not None:
        given = form.cleaned_data if form.is_bound and form.is_valid() else {}
        add = lambda: teams.name_member(  # noqa: E731
            mine, team_id, given["part"], designation_id=given["who"], name=given["name"]
        )
        if passed(request, form, add, _("They are on the roster.")):
            return redirect("assessment_team", team_id)
    values = {
        "team": found, "leads": leads, "form": form, "roster": queries.roster(found), "seat": mine.seats.get(team_id),
        "section": section, "scale": section.label("scales", found.scale), "reads": team_id in mine.reads,
    }  # fmt: skip
    return shown(request, "assessment/team.html", values, status=422 if form is not None and form.errors else 200)


@require_POST
@acting
def end_member(request: HttpRequest, mine: Reach, team_id: UUID, member_id: UUID) -> HttpResponse:
    """Take somebody off the roster."""
    return pressed(request, lambda: teams.end_member(mine, member_id), "assessment_team", team_id)


@require_http_methods(["GET", "POST"])
@acting
def agreement(request: HttpRequest, mine: Reach, team_id: UUID) -> HttpResponse:
    """The agreement: a member signs it before they read anything."""
    found, seat, section = _team(mine, team_id), mine.seats.get(team_id), pack.section()
    if seat is None:
        raise NotTheirs(team_id)
    form = SignForm(sent(request))
    if passed(request, form, lambda: teams.sign(mine, team_id), _("You have signed. You can read the team's cases now.")):
        return redirect("assessment_home")
    title = _("Confidentiality agreement, %(place)s") % {"place": found.place.name}
    says = [section.agreement, " · ".join(section.agreement_cites)]
    if seat.signed:
        says.append(_("You have signed this."))
    return asked(request, form, title, _("Sign"), says=says, back=(reverse("assessment_home"), _("Our team")))


@require_http_methods(["GET", "POST"])
@acting
def report(request: HttpRequest, mine: Reach) -> HttpResponse:
    """Tell the team what somebody saw or heard in the hallway, in class, online."""
    where = places(mine)
    if not where:
        raise NotTheirs
    form = report_form(request, mine, where)
    made: list[UUID] = []
    if passed(request, form, lambda: made.append(cases.report(mine, form.told(), case_id=form.cleaned_data["entry"]))):
        return told(request, mine, form.cleaned_data["place"], made[0])
    return asked(
        request, form, _("Tell the team"), _("Tell the team"), says=[_("If somebody is in danger right now, call 911 first.")],
        back=(reverse("assessment_home"), _("Our team")),
    )  # fmt: skip


def report_form(request: HttpRequest, mine: Reach, where: list[Organisation]) -> ReportForm:
    """The form for telling the team something of one of these schools."""
    ours = [pk for pk in queries.reading(mine).values_list("student_id", flat=True) if pk is not None]
    students = files.listed([one.pk for one in where], mine.account_id, ours)
    homes = {one.pk for one in where} | {one.parent_id for one in where}
    members = [pair for team in Team.objects.filter(pk__in=mine.knows, place__in=homes) for pair in queries.signing(team)]
    return ReportForm(sent(request), section=pack.section(), places=where, students=students, members=members)


def told(request: HttpRequest, mine: Reach, place_id: int, case_id: UUID) -> HttpResponse:
    """What follows: the case, for who reads it; for others, that the team has it, and who the team is."""
    team_ = cases.team_of(place_id)
    if team_ is not None and team_.id in mine.reads:
        return redirect("assessment_case", case_id)
    roster = queries.roster(team_) if team_ else None
    return shown(request, "assessment/told.html", {"roster": roster})
