"""The yearly review: its page, letter and report; and what is to be mended."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from upstander import clock
from upstander.packs.preparedness import Preparedness
from upstander.preparedness import facts, pack, printed, queries, reviews, years
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.forms import day, lines
from upstander.preparedness.models import Item
from upstander.preparedness.pages import acting, kept_alone, place, shown
from upstander.preparedness.reach import Reach
from upstander.preparedness.reviews import PARTS, Said
from upstander.web import paper
from upstander.web.fields import Words


class ReviewForm(forms.Form):
    """The meeting: when, who is invited and came, what was found."""

    meets_on = day(gettext_lazy("The meeting is on"))
    where = Words(label=gettext_lazy("Where, and at what time"), max_length=200, required=False, widget=forms.TextInput)
    invited_on = day(gettext_lazy("Invitations went out on"), required=False)
    held_on = day(gettext_lazy("It was held on"), required=False)

    def __init__(self, *args: Any, rules: Preparedness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = rules.seats
        for seat in rules.seats:
            self.fields[f"invited_{seat.code}"] = lines(_("%(seat)s: invited") % {"seat": seat.label}, rows=2, most=1000)
            self.fields[f"came_{seat.code}"] = lines(_("%(seat)s: came") % {"seat": seat.label}, rows=2, most=1000)
        for part in PARTS:
            self.fields[f"found_{part}"] = lines(printed.TITLES[part], most=1500)

    @property
    def invited(self) -> list[forms.BoundField]:
        return [self[f"invited_{seat.code}"] for seat in self.seats]

    @property
    def came(self) -> list[forms.BoundField]:
        return [self[f"came_{seat.code}"] for seat in self.seats]

    @property
    def found(self) -> list[forms.BoundField]:
        return [self[f"found_{part}"] for part in PARTS]

    def said(self) -> Said:
        """What was said, as the service takes it."""
        given = self.cleaned_data
        by = {name: {s.code: given[f"{name}_{s.code}"] for s in self.seats} for name in ("invited", "came")}
        findings = {part: given[f"found_{part}"] for part in PARTS}
        return Said(given["meets_on"], given["invited_on"], given["held_on"], given["where"], findings=findings, **by)


class SignForm(forms.Form):
    """Who signs the report."""

    name = Words(
        label=gettext_lazy("Your name and office"), max_length=120, widget=forms.TextInput,
        error_messages={"required": gettext_lazy("Write your name and office.")},
    )  # fmt: skip


class ItemForm(forms.Form):
    """Something that is to be mended."""

    what = Words(
        label=gettext_lazy("What is to be done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Do not name a student."), error_messages={"required": gettext_lazy("Write what is to be done.")},
    )  # fmt: skip
    who = Words(
        label=gettext_lazy("Who sees to it"), max_length=120, widget=forms.TextInput,
        error_messages={"required": gettext_lazy("Write who sees to it.")},
    )  # fmt: skip
    due_on = day(gettext_lazy("Until"))
    source = forms.ChoiceField(label=gettext_lazy("Where it was found"), choices=Item.Source.choices, initial="other")


def _initial(place_id: int, year: Any) -> dict[str, object]:
    one = reviews.of(place_id, year)
    if one is None:
        return {}
    what = reviews.said(one)
    found: dict[str, object] = {name: getattr(what, name) for name in ("meets_on", "invited_on", "held_on", "where")}
    for name, by in (("invited", what.invited), ("came", what.came), ("found", what.findings)):
        found |= {f"{name}_{code}": text for code, text in by.items()}
    return found


@require_http_methods(["GET", "POST"])
@acting
def review(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """R-plans: who was invited when, who came, what was found, who signed."""
    kept_alone(mine, place_id)
    year = years.asked(request.GET.get("year"))
    form = ReviewForm(request.POST if request.method == "POST" else None, rules=pack.rules(), initial=_initial(place_id, year))
    if request.method == "POST" and form.is_valid():
        try:
            reviews.keep(mine, place_id, year, form.said())
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It is kept."))
            return redirect(f"{request.path}?year={year.number}")
    return _page(request, mine, place_id, form, SignForm())


def _page(request: HttpRequest, mine: Reach, place_id: int, form: ReviewForm, sign_form: SignForm) -> HttpResponse:
    found, year = place(mine, place_id), years.asked(request.GET.get("year"))
    one = reviews.of(place_id, year)
    what = reviews.said(one) if one else None
    rules = pack.rules()
    values = {
        "place": found, "year": year, "form": form, "sign_form": sign_form, "review": one, "said": what,
        "short": reviews.notice_short(one) if one else 0, "reports_to": rules.reports_to[facts.sector(found)],
        "latest": one.meets_on - timedelta(rules.notice_days) if one else None,
        "open": reviews.items(reviews.places_under(found, mine)), "today": clock.today(),
        "duty": next((duty for duty in rules.duties if "review" in duty.counts), None),
        "findings": [(printed.TITLES[part], what.findings.get(part, "")) for part in PARTS] if what else [],
    }  # fmt: skip
    return shown(request, "review.html", values, 422 if form.errors or sign_form.errors else 200)


@require_POST
@acting
def sign(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """The report is signed."""
    kept_alone(mine, place_id)
    year, form = years.asked(request.GET.get("year")), SignForm(request.POST)
    if form.is_valid():
        try:
            reviews.sign(mine, place_id, year, form.cleaned_data["name"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("The report is signed, and does not change any more."))
            return redirect(request.path.removesuffix("sign/") + f"?year={year.number}")
    return _page(request, mine, place_id, ReviewForm(rules=pack.rules(), initial=_initial(place_id, year)), form)


@require_POST
@acting
def letter(request: HttpRequest, mine: Reach, place_id: int, which: str) -> HttpResponse:
    """The invitation or the report, as PDF."""
    kept_alone(mine, place_id)
    found, year = place(mine, place_id), years.asked(request.GET.get("year"))
    one = reviews.of(place_id, year)
    if one is None or which not in ("invitation", "report"):
        raise Http404
    if which == "invitation":
        return paper.answer(printed.invitation(found, one), "invitation")
    buildings = queries.buildings(reviews.places_under(found, mine))
    return paper.answer(printed.report(found, one, year, printed.counts(found, buildings, year)), "report")


@require_http_methods(["GET", "POST"])
@acting
def items(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """What was found in drills, exercises and the review, and is to be mended."""
    mine.keeps(place_id)
    form = ItemForm(request.POST if request.method == "POST" else None, initial={"source": request.GET.get("from", "other")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reviews.add_item(mine, place_id, given["source"], given["what"], given["who"], given["due_on"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It stands in the next review until it is done."))
            return redirect("preparedness_items", place_id=place_id)
    rows = reviews.items([place_id], years.this_year())
    values = {"place": place(mine, place_id), "form": form, "items": rows}
    return shown(request, "items.html", values, 422 if form.errors else 200)


@require_POST
@acting
def item_done(request: HttpRequest, mine: Reach, item_id: UUID) -> HttpResponse:
    """Mended."""
    place_id = reviews.done(mine, item_id)
    messages.success(request, _("It is done."))
    return redirect("preparedness_items", place_id=place_id)
