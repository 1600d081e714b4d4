"""The page of gaps: what nothing covers, and beside each line what somebody can do about it today (S-measure)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.insight import beginning
from upstander.insight.errors import CannotDo
from upstander.insight.measures import gaps as measures
from upstander.insight.measures import span
from upstander.network.doors import staff_page
from upstander.network.middleware import of


class BeginForm(forms.Form):
    """Which gap a product is to fill; the draft's id is that of the form."""

    press = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(choices=[(what, what) for what in beginning.WHAT])
    key = forms.CharField(max_length=40)


@require_GET
@staff_page
def gaps(request: HttpRequest) -> HttpResponse:
    """What is missing, by what went out in the last twelve months."""
    return _page(request)


def _page(request: HttpRequest, problem: object = "", status: int = 200) -> HttpResponse:
    found = measures.gaps(span.last_year())
    audit.record(f"account:{of(request).account_id}", "insight.gaps_viewed", "list", "gaps", lines=found.total)
    rows = {
        "regions": [(one, new_id()) for one in found.regions], "topics": [(one, new_id()) for one in found.topics],
        "disciplines": [(one, new_id()) for one in found.disciplines],
    }  # fmt: skip
    return render(request, "insight/gaps.html", {"gaps": found, **rows, "problem": problem}, status=status)


@require_POST
@staff_page
def begin(request: HttpRequest) -> HttpResponse:
    """A draft for a gap, with its topic, region or discipline set; then its editor."""
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, _("This gap is not known any more. Choose one below."), 422)
    given = form.cleaned_data
    product_id: UUID = given["press"]
    try:
        beginning.begin(product_id, of(request).account_id, given["what"], given["key"])
    except CannotDo as why:
        return _page(request, why, 422)
    return redirect("product_edit", product_id=product_id)
