"""A drill: planned, moved, held, evaluated, called off; what parents are told; the dates with the fire department."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander import clock
from upstander.preparedness import pack, queries, services, years
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.forms import DrillForm, FireForm, HeldForm, MoveForm
from upstander.preparedness.models import Drill
from upstander.preparedness.pages import acting, place, shown
from upstander.preparedness.reach import Reach
from upstander.web import paper


@require_http_methods(["GET", "POST"])
@acting
def new(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """Put a drill on a day."""
    mine.keeps(place_id)
    found = place(mine, place_id)
    kind = request.GET.get("kind", "")
    form = DrillForm(request.POST if request.method == "POST" else None, rules=pack.rules(), initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.plan_drill(mine, place_id, said["entry"], said["kind"], said["day"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            if said["day"] > clock.today():
                messages.success(request, _("The drill is planned."))
                return redirect("preparedness_place", place_id=place_id)
            return redirect("preparedness_drill", drill_id=said["entry"])
    return shown(request, "drill_new.html", {"place": found, "form": form}, 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@acting
def drill(request: HttpRequest, mine: Reach, drill_id: UUID) -> HttpResponse:
    """A drill, and how it went."""
    one = queries.drill(mine, drill_id)
    kind = pack.rules().kind(one.kind)
    form = HeldForm(request.POST if request.method == "POST" else None, rules=pack.rules(), kind=kind, initial=_known(one))
    if request.method == "POST" and form.is_valid():
        try:
            services.record_drill(mine, drill_id, form.held())
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("The drill is recorded."))
            return redirect("preparedness_place", place_id=one.place_id)
    return _shown(request, one, form, MoveForm(initial={"day": one.planned_on}))


def _known(one: Drill) -> dict[str, object]:
    words = queries.drill_words(one)
    took = {} if one.seconds is None else {"minutes": one.seconds // 60, "seconds": one.seconds % 60}
    today = clock.today()
    return {
        "held_on": one.held_on or (one.planned_on if one.planned_on and one.planned_on <= today else None),
        "fire": one.fire, "law": one.law, "conditions": one.conditions, "notice_on": one.notice_on, "students": one.students,
        "staff": one.staff, "kept_out": one.kept_out, **took, **words,
    }  # fmt: skip


def _shown(request: HttpRequest, one: Drill, form: HeldForm, move: MoveForm) -> HttpResponse:
    rules = pack.rules()
    kind = rules.kind(one.kind)
    lacking = [c.label for c in rules.conditions_of(one.kind) if c.code not in one.conditions] if one.held_on else []
    values = {
        "drill": one, "kind": kind, "place": one.place, "form": form, "move": move, "lacking": lacking,
        "conditions": rules.conditions_of(one.kind),
        "wrong_partner": bool(kind and one.held_on and kind.with_ and not getattr(one, kind.with_)),
        "today": clock.today(),
    }  # fmt: skip
    return shown(request, "drill.html", values, 422 if form.errors or move.errors else 200)


@require_POST
@acting
def move(request: HttpRequest, mine: Reach, drill_id: UUID) -> HttpResponse:
    """A planned drill on another day."""
    one = queries.drill(mine, drill_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            services.move_drill(mine, drill_id, form.cleaned_data["day"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("The drill is moved."))
            return redirect("preparedness_place", place_id=one.place_id)
    return _shown(request, one, HeldForm(rules=pack.rules(), kind=pack.rules().kind(one.kind), initial=_known(one)), form)


@require_POST
@acting
def call_off(request: HttpRequest, mine: Reach, drill_id: UUID) -> HttpResponse:
    """A drill that does not count."""
    services.call_off(mine, drill_id)
    messages.success(request, _("The drill counts no more. It stays on file."))
    return redirect("preparedness_place", place_id=queries.drill(mine, drill_id).place_id)


@require_POST
@acting
def notice(request: HttpRequest, mine: Reach, drill_id: UUID) -> HttpResponse:
    """What parents are told before a drill, as PDF to send home."""
    one = queries.drill(mine, drill_id)
    kind, rules = pack.rules().kind(one.kind), pack.rules()
    on = one.held_on or one.planned_on
    if kind is None or not kind.notice or on is None:
        raise Http404
    put = {"school": one.place.name, "drill": kind.label, "day": date_format(on, "l, F j, Y")}

    def said(text: str) -> str:
        for name, value in put.items():
            text = text.replace("{" + name + "}", value)
        return text

    title = said(rules.notice.title)
    blocks = tuple(paper.Block("text", said(text)) for text in rules.notice.paragraphs)
    made = paper.pdf(paper.Document(title=title, language="en", blocks=blocks, foot=one.place.name), clock.now())
    return paper.answer(made, "notice-to-parents")


@require_http_methods(["GET", "POST"])
@acting
def fire(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """The dates that are proposed to the fire department, and what came of it."""
    mine.keeps(place_id)
    found, rules, year = place(mine, place_id), pack.rules(), years.asked(request.GET.get("year"))
    known = queries.fire_dates(place_id, year)
    names = ("contacted_on", "proposed_on", "dates", "outcome", "decided_on", "agreed")
    initial = {name: getattr(known, name) for name in names} if known else {}
    form = FireForm(request.POST if request.method == "POST" else None, rules=rules, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_fire(mine, place_id, year, form.said())
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It is noted."))
            return redirect(f"{request.path}?year={year.number}")
    rule = rules.fire
    values = {
        "place": found, "form": form, "year": year, "known": known,
        "flaws": sorted(queries.fire_flaws(known, year)) if known else [],
        "contact_by": year.day(*rule.contact_by), "propose_by": year.day(*rule.propose_by), "waive_by": year.day(*rule.waive_by),
    }  # fmt: skip
    return shown(request, "fire.html", values, 422 if form.errors else 200)
