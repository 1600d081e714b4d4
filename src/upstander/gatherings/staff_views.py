"""The pages of whoever plans: all of it, the form, who comes, who came, the sheet to sign."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.gatherings import feedback, queries, services, unfitting
from upstander.gatherings.errors import CannotDo
from upstander.gatherings.forms import CancelForm, GatheringForm, MaterialForm, filled
from upstander.gatherings.models import Material
from upstander.gatherings.queries import Card
from upstander.ids import new_id
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.network.seen import seen


@require_GET
@staff_page
def desk(request: HttpRequest) -> HttpResponse:
    """What is to come, drafts too, and what was."""
    ahead, past = queries.planned(clock.now())
    return render(request, "gatherings/desk.html", {"ahead": ahead, "past": past})


@require_http_methods(["GET", "POST"])
@staff_page
def answers(request: HttpRequest) -> HttpResponse:
    """Answers of calendars that fit no invitation: of whom, when, and what to do; a press says that one has looked."""
    if request.method == "POST":
        try:
            unfitting.seen(UUID(request.POST.get("answer", "")), of(request).account_id)
        except ValueError:
            raise Http404 from None
        return redirect("gatherings_answers")
    return render(request, "gatherings/answers.html", {"rows": unfitting.waiting()})


def _card(gathering_id: UUID) -> Card:
    card = queries.planned_card(gathering_id)
    if card is None:
        raise Http404
    return card


@require_http_methods(["GET", "POST"])
@staff_page
def new(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    form = GatheringForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create(form.plan(), of(request).account_id, form.cleaned_data["press"])
        except CannotDo as why:
            form.add_error(None, str(why))
        else:
            return redirect("gatherings_planned", made.id)
    return render(
        request, "gatherings/form.html", {"form": form, "card": None}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@staff_page
def edit(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """Change it; whoever comes is told what stands in their calendars."""
    card = _card(gathering_id)
    form = GatheringForm(request.POST or None, initial=filled(card.gathering))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(gathering_id, form.plan(), of(request).account_id)
        except CannotDo as why:
            form.add_error(None, str(why))
        else:
            return redirect("gatherings_planned", gathering_id)
    return render(
        request, "gatherings/form.html", {"form": form, "card": card}, status=422 if form.is_bound else 200
    )


@require_GET
@staff_page
def planned(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """One of them, with all that can be done with it."""
    seen(of(request), "gatherings.read", "gathering", gathering_id, _card(gathering_id).gathering.level)
    return _planned(request, gathering_id)


def _planned(request: HttpRequest, gathering_id: UUID, status: int = 200, **forms: Any) -> HttpResponse:
    card = _card(gathering_id)
    names = dict(queries.regions())
    known: dict[str, Any] = {
        "card": card, "guests": queries.guests(gathering_id), "heard": feedback.heard(gathering_id),
        "materials": list(Material.objects.filter(gathering=gathering_id).defer("file").order_by("added_at")),
        "certificates": queries.issued(gathering_id), "copy_press": new_id(),
        "regions": [names[pk] for pk in card.gathering.regions if pk in names],
        "disciplines": [queries.discipline(code) for code in card.gathering.disciplines],
        "cancel_form": CancelForm(), "material_form": MaterialForm(lowest=card.gathering.level), "said": "",
    }  # fmt: skip
    return render(request, "gatherings/planned.html", known | forms, status=status)


@require_POST
@staff_page
def publish(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """Show it to all who may read it; with `invite`, mail everybody for whom it is meant."""
    _card(gathering_id)
    verb = services.invite if "invite" in request.POST else services.publish
    try:
        verb(gathering_id, of(request).account_id)
    except CannotDo as why:
        return _planned(request, gathering_id, 409, said=str(why))
    return redirect("gatherings_planned", gathering_id)


@require_POST
@staff_page
def cancel(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """It does not take place."""
    _card(gathering_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            services.cancel(gathering_id, form.cleaned_data["reason"], of(request).account_id)
        except CannotDo as why:
            form.add_error("reason", str(why))
        else:
            return redirect("gatherings_planned", gathering_id)
    return _planned(request, gathering_id, 422, cancel_form=form)


@require_POST
@staff_page
def copy(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """The same again next month, as a draft to look at."""
    _card(gathering_id)
    try:
        press = UUID(request.POST.get("press", ""))
    except ValueError:
        raise Http404 from None
    made = services.copy_to_next_month(gathering_id, of(request).account_id, press)
    return redirect("gatherings_edit", made.id)


@require_POST
@staff_page
def add_material(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """A recording, slides, a paper."""
    card = _card(gathering_id)
    form = MaterialForm(request.POST, request.FILES, lowest=card.gathering.level)
    if form.is_valid():
        try:
            services.add_material(
                gathering_id, form.item(), of(request).account_id, form.cleaned_data["press"]
            )
        except CannotDo as why:
            form.add_error("title", str(why))
        else:
            return redirect("gatherings_planned", gathering_id)
    return _planned(request, gathering_id, 422, material_form=form)


@require_POST
@staff_page
def remove_material(request: HttpRequest, gathering_id: UUID, material_id: UUID) -> HttpResponse:
    """Take it away again."""
    services.remove_material(gathering_id, material_id, of(request).account_id)
    return redirect("gatherings_planned", gathering_id)


@require_http_methods(["GET", "POST"])
@staff_page
def attendance(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """Who came: a list of boxes that the space bar ticks, saved by one press; and who came without a seat."""
    card = _card(gathering_id)
    said, words = "", request.POST.get("q", "").replace("\x00", "")[:100]
    who = of(request)
    if request.method == "POST" and "save" in request.POST:
        services.mark(gathering_id, _ids(request, "came"), _ids(request, "shown"), who.account_id)
        return redirect("gatherings_attendance", gathering_id)
    if request.method == "POST" and "member" in request.POST:
        try:
            for member_id in _ids(request, "member"):
                services.walked_in(gathering_id, member_id, who.account_id)
        except CannotDo as why:
            said = str(why)
        else:
            return redirect("gatherings_attendance", gathering_id)
    known = {"card": card, "guests": queries.guests(gathering_id), "words": words, "said": said}
    found = queries.members_named(words) if words else []
    return render(
        request, "gatherings/attendance.html", known | {"found": found}, status=409 if said else 200
    )


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    found = []
    for value in request.POST.getlist(name):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


@require_GET
@staff_page
def sign_in_sheet(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """The sheet to sign at the door, for the printer: names in order, and blank lines."""
    guests = [one for one in queries.guests(gathering_id) if one.registration.state != "waiting"]
    return render(
        request, "gatherings/sheet.html", {"card": _card(gathering_id), "guests": guests, "blank": range(8)}
    )
