"""What is filed, and the staff's training."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from upstander import clock
from upstander.preparedness import pack, staff, years
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.forms import day, lines
from upstander.preparedness.pages import acting, kept_alone, place, shown
from upstander.preparedness.reach import Reach
from upstander.preparedness.staff import Person
from upstander.web.fields import Words


class FilingForm(forms.Form):
    """Something was filed or sent."""

    day = day(gettext_lazy("On which day?"))
    note = Words(
        label=gettext_lazy("With whom, and their confirmation"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class NamesForm(forms.Form):
    """People who are put on the list."""

    names = lines(gettext_lazy("Add people: one name a line"), rows=5, most=40_000)

    def clean_names(self) -> list[str]:
        """The names, without empty lines."""
        found = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if not found:
            raise forms.ValidationError(_("Write at least one name."))
        return found


class TrainedForm(forms.Form):
    """Who was trained on a day, or works here no more."""

    who = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who?"), widget=forms.CheckboxSelectMultiple, coerce=str,
        error_messages={"required": gettext_lazy("Choose at least one person.")},
    )  # fmt: skip
    day = day(gettext_lazy("Trained on"), required=False)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        self.by_code = {str(one.id): one.id for one in people}
        who.choices = [(str(one.id), _said(one)) for one in people]
        self.fields["day"].initial = clock.today

    def chosen(self) -> set[Any]:
        """Their ids."""
        return {self.by_code[code] for code in self.cleaned_data["who"]}


def _said(one: Person) -> str:
    if one.trained:
        return _("%(name)s: trained on %(day)s") % {"name": one.name, "day": one.trained.isoformat()}
    last = _("last on %(day)s") % {"day": one.before.isoformat()} if one.before else _("never yet")
    return _("%(name)s: not trained this year (%(last)s)") % {"name": one.name, "last": last}


@require_http_methods(["GET", "POST"])
@acting
def filing(request: HttpRequest, mine: Reach, place_id: int, code: str) -> HttpResponse:
    """Something that a board or building files: the days on which it did."""
    mine.keeps(place_id)
    duty = next((one for one in staff.filed_duties() if one.counts[0] == f"filing:{code}"), None)
    if duty is None:
        raise Http404
    if duty.level == "district":
        kept_alone(mine, place_id)
    form = FilingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            staff.file(mine, place_id, code, form.cleaned_data["day"], form.cleaned_data["note"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It is noted."))
            return redirect("preparedness_filing", place_id=place_id, code=code)
    values = {"place": place(mine, place_id), "form": form, "duty": duty, "filings": staff.filings(place_id, code)}
    return shown(request, "filing.html", values, 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@acting
def training(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """R-plans: who of the staff was trained when, and who is missing."""
    mine.keeps(place_id)
    year = years.this_year()
    people = staff.people(place_id, year)
    act = request.POST.get("act") if request.method == "POST" else None
    names = NamesForm(request.POST if act == "add" else None)
    trained = TrainedForm(request.POST if act in ("train", "end") else None, people=people)
    try:
        if act == "add" and names.is_valid():
            n = staff.add_people(mine, place_id, names.cleaned_data["names"])
            messages.success(request, ngettext("%(n)d person is added.", "%(n)d people are added.", n) % {"n": n})
            return redirect("preparedness_training", place_id=place_id)
        if act in ("train", "end") and trained.is_valid():
            if act == "train":
                n = staff.train(mine, place_id, trained.chosen(), trained.cleaned_data["day"] or clock.today())
                said = ngettext("%(n)d person is marked as trained.", "%(n)d people are marked as trained.", n)
            else:
                n = staff.end(mine, place_id, trained.chosen())
                said = ngettext("%(n)d person is off the list.", "%(n)d people are off the list.", n)
            messages.success(request, said % {"n": n})
            return redirect("preparedness_training", place_id=place_id)
    except CannotDo as why:
        (names if act == "add" else trained).add_error(why.field or None, str(why))
    values = {
        "place": place(mine, place_id), "names": names, "trained": trained, "people": people, "year": year,
        "missing": sum(one.trained is None for one in people), "duty": pack.rules().duty("staff_training"),
    }  # fmt: skip
    return shown(request, "training.html", values, 422 if names.errors or trained.errors else 200)
