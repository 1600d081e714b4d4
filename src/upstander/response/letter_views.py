"""Letters to families, filled in with the name of a school that one works for, as PDF (issue 6, item 7)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.library import letters, queries
from upstander.packs.current import current
from upstander.packs.library import said
from upstander.people import access
from upstander.people.adapters import account_of
from upstander.people.models import Account
from upstander.response.pages import shown
from upstander.web import paper
from upstander.web.context import house

_PLACES = (Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM)


class LetterForm(forms.Form):
    """Which letter, whose name stands on it, in which language."""

    letter = forms.ChoiceField(label=gettext_lazy("Which letter?"), widget=forms.RadioSelect)
    place = forms.TypedChoiceField(label=gettext_lazy("Which school?"), coerce=int)
    language = forms.ChoiceField(label=gettext_lazy("In which language?"))

    def __init__(self, data: object, places: list[Organisation]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        found = queries.letters()
        spoken = list(dict.fromkeys(code for one in found for code in one.body))
        self._offer("letter", [(one.code, said(one.title, "en")) for one in found])
        self._offer("place", [(place.pk, place.name) for place in places])
        self._offer("language", [(code, current().library.label("language", code)) for code in spoken])

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def places_of(account: Account) -> list[Organisation]:
    """The schools and districts that `account` works for or administers, and the live schools under these districts, by name."""
    own = {*access.scopes(account), *access.administered(account)}
    live = Organisation.objects.filter(kind__in=_PLACES, retired_on=None).select_related("parent")
    found = {*live.filter(pk__in=own), *live.filter(parent_id__in=own, kind=Kind.SCHOOL)}
    return sorted(found, key=lambda place: (place.name.casefold(), place.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The letters, and the one that was asked for as PDF."""
    places = places_of(account_of(request.user))
    form = LetterForm(request.POST if request.method == "POST" else None, places)
    if form.is_valid():
        try:
            return _made(request, form, places)
        except paper.CannotPrint:
            form.add_error(None, _("The letter could not be made just now. Please press again in a minute."))
    values = {
        "form": form,
        "places": places,
        "uses": [(said(one.title, "en"), one.use) for one in queries.letters()],
    }
    return shown(request, "letters.html", values, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: LetterForm, places: list[Organisation]) -> HttpResponse:
    asked = form.cleaned_data
    place = next(one for one in places if one.pk == asked["place"])
    letter = current().library.letter(asked["letter"])
    assert letter is not None, "the form offers those of the pack in force"
    website = house(request)["origin_urls"]["public"].removeprefix("https://")
    words = letters.words_for(current(), place.name, place.parent.name if place.parent else "", website)
    made = paper.pdf(letters.document(letter, asked["language"], words), clock.now())
    return paper.answer(made, f"letter-{letter.code.replace('_', '-')}-{asked['language']}")
