"""Asking to take part, without an account: the programme verifies who asked before anything follows from it (D-II.B)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory.models import Kind, Organisation
from upstander.packs.current import current
from upstander.response.forms import EnrolmentForm
from upstander.web.search import asked

_KINDS = (Kind.DISTRICT.value, Kind.SYSTEM.value, Kind.SCHOOL.value)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find one's district or school."""
    words = asked(request)
    hits = directory.find_organisations(words, _KINDS) if words else []
    known = Organisation.objects.filter(pk__in=[h.id for h in hits]).select_related("parent").in_bulk()
    rows = [(hit, known[hit.id].parent, listing.may_enrol(known[hit.id])) for hit in hits]
    values = {"q": words, "rows": rows, "desk_phone": current().programme.desk_phone}
    return render(request, "response/enrol.html", values)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, place_id: int) -> HttpResponse:
    """Ask for one of them. So many requests wait for each and no more, so that a flood of them has an end."""
    place = Organisation.objects.filter(pk=place_id, kind__in=_KINDS).first()
    if place is None or not listing.may_enrol(place):
        raise Http404
    form = EnrolmentForm(request.POST if request.method == "POST" else None)
    values = {"place": place, "form": form, "desk_phone": current().programme.desk_phone}
    if request.method == "POST" and request_from(form, place.pk, "system:school"):
        return render(request, "response/enrol_sent.html", values)
    return render(request, "response/enrol_place.html", values, status=422 if form.errors else 200)


def request_from(form: EnrolmentForm, organisation_id: int, actor: str) -> bool:
    """Ask for enrolment with what the form says; False with the reasons on the form."""
    if not form.is_valid():
        return False
    try:
        listing.request_enrolment(organisation_id, actor=actor, **form.cleaned_data)
    except listing.Invalid as wrong:
        for field, words in wrong.errors.items():
            form.add_error(field, words)
    except listing.NotNow as why:
        form.add_error(None, _("%(why)s If you know nothing of it, please call the desk.") % {"why": why})
    return not form.errors
