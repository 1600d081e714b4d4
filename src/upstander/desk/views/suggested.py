"""What is suggested from words that are being written or were put in. It shows; it writes nothing but the view."""

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from upstander.desk import forms, roles, suggestions, tipview
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import is_part, whole
from upstander.desk.views.tippage import TipPage
from upstander.packs.current import current

FIELDS = ("text", "narrative")
"""The fields that are released: of the release form, of the judging form."""


def with_suggested(data: QueryDict) -> QueryDict:
    """The judging form as it was sent, with the suggested sub-type whose button was pressed ticked as well."""
    key = data.get("suggested", "")
    if key not in {s.key for s in current().subtypes} or key in data.getlist("subtypes"):
        return data
    ticked = data.copy()
    ticked.appendlist("subtypes", key)
    return ticked


@require_POST
@roles.worker
@transaction.atomic
def reveals(request: StaffRequest, number: str) -> HttpResponse:
    """The words of what is being written that could show who told us; without htmx the page with what was written."""
    found = tipview.find(number)
    text = next((request.POST[f] for f in FIELDS if f in request.POST), "")[: forms.LONG]
    if is_part(request):
        return render(request, "desk/_revealed.html", {"pieces": suggestions.marked(text)})
    page = TipPage(request, found)
    page.bound["release"] = forms.ReleaseForm(initial={"text": text}, auto_id="id_release_%s")
    return whole(request, page)
