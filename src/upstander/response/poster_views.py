"""Posters, ID cards and stickers of a school: where they hang, as PDF, and what they brought (issue 6, item 7; D-II.J, D-V)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from upstander import clock
from upstander.directory.models import Organisation
from upstander.packs.current import current
from upstander.packs.library import Kit, said
from upstander.people.adapters import account_of
from upstander.posters import queries, release, services, sheets
from upstander.posters.models import Placement
from upstander.response.letter_views import places_of
from upstander.response.pages import shown
from upstander.web import paper
from upstander.web.context import house

_SHEETS = {
    "poster": gettext_lazy("Poster, one Letter page"),
    "cards": gettext_lazy("Cards for the back of an ID card, eight a page"),
    "stickers": gettext_lazy("Stickers, twelve a page"),
}


class SpotForm(forms.Form):
    """Where posters are to hang."""

    spot = forms.ChoiceField(label=gettext_lazy("Where will it hang, or stand?"))

    def __init__(self, data: object, kit: Kit) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["spot"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(spot.code, said(spot.label, "en")) for spot in kit.spots]


class SheetForm(forms.Form):
    """What is to be printed, in which language."""

    sheet = forms.ChoiceField(
        label=gettext_lazy("What do you want to print?"),
        widget=forms.RadioSelect,
        choices=list(_SHEETS.items()),
    )
    language = forms.ChoiceField(label=gettext_lazy("In which language?"))

    def __init__(self, data: object, kit: Kit) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        every = [(code, current().library.label("language", code)) for code in kit.languages]
        field.choices = (
            [*every, (sheets.BOTH, _("Each of them, on a page of its own"))] if len(every) > 1 else every
        )


@require_http_methods(["GET", "HEAD"])
def schools(request: HttpRequest) -> HttpResponse:
    """The schools for which one may make posters; of one alone, its page."""
    found = places_of(account_of(request.user))
    kit = current().library.kit
    if len(found) == 1 and kit:
        return redirect("response_posters_of", found[0].pk)
    return shown(request, "posters.html", {"places": found, "kit": kit})


def _place(request: HttpRequest, place_id: int) -> tuple[Organisation, Kit]:
    kit = current().library.kit
    found = next((one for one in places_of(account_of(request.user)) if one.pk == place_id), None)
    if found is None or kit is None:
        raise Http404
    return found, kit


@require_http_methods(["GET", "HEAD", "POST"])
def school(request: HttpRequest, place_id: int) -> HttpResponse:
    """A school's placements with what each brought, and a new one."""
    place, kit = _place(request, place_id)
    form = SpotForm(request.POST if request.method == "POST" else None, kit)
    if form.is_valid():
        try:
            made = services.place(place.pk, form.cleaned_data["spot"], account_of(request.user).pk)
        except services.CannotPlace:
            form.add_error(
                None, _("This school has as many places as we can keep. Print again what is there.")
            )
        else:
            return redirect("response_poster", place.pk, made.pk)
    known = {"place": place, "form": form, "rows": queries.placements(place.pk), "fewest": release.FEWEST}
    return shown(request, "posters_of.html", known, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: HttpRequest, place_id: int, placement_id: int) -> HttpResponse:
    """One placement: print it, or say that it hangs no more."""
    place, kit = _place(request, place_id)
    found = queries.placement(placement_id, place.pk)
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "end":
        if services.end(found.pk, account_of(request.user).pk):
            messages.success(request, _("It is counted no more. Its code still leads to the form."))
        return redirect("response_posters_of", place.pk)
    form = SheetForm(request.POST if request.method == "POST" else None, kit)
    if form.is_valid():
        try:
            return _made(request, form, kit, place, found)
        except paper.CannotPrint:
            form.add_error(None, _("It could not be made just now. Please press again in a minute."))
    known = {
        "place": place,
        "form": form,
        "one": found,
        "name": queries.name_of(found),
        "address": _address(request, found),
    }
    return shown(request, "poster.html", known, status=422 if form.errors else 200)


def _address(request: HttpRequest, found: Placement) -> str:
    return sheets.address(house(request)["origin_urls"]["public"], found.code)


def _made(
    request: HttpRequest, form: SheetForm, kit: Kit, place: Organisation, found: Placement
) -> HttpResponse:
    sheet, language = form.cleaned_data["sheet"], form.cleaned_data["language"]
    origin = house(request)["origin_urls"]["public"]
    made = sheets.pages(current(), kit, language, place.name, found.code, origin)
    title = f"{place.name}: {queries.name_of(found)}"
    return paper.answer(sheets.pdf(sheet, title, made, clock.now()), f"{sheet}-{found.code}-{language}")
