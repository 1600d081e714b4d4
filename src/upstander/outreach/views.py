"""The pages of outreach: whom it was told of, how far each is, and what an analyst released. No word of a tip is at hand here."""

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.actions import outreach as told_by_desk
from upstander.actions.outreach import Told
from upstander.audit import services as audit
from upstander.directory import queries as directory
from upstander.ids import grouped, normalised
from upstander.outreach import forms, queries, services
from upstander.outreach.models import Words
from upstander.packs.current import current
from upstander.people import access
from upstander.people import queries as people
from upstander.people.access import View
from upstander.people.models import Account, Role

READERS = (Role.OUTREACH, Role.SIO, Role.STIC_ANALYST, Role.SUPERVISOR)
PAGE = 50
MOST = 200  # tips of one organisation: the latest


class StaffRequest(HttpRequest):
    """What a view of this room gets: nobody else is let in."""

    user: Account


def _reader(view: View) -> View:
    return access.require_role(*READERS)(view)


@require_GET
@_reader
@transaction.atomic
def everybody(request: StaffRequest) -> HttpResponse:
    """Whom outreach was told of, who was named last first."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    found, total = queries.prospects(PAGE, (max(number, 1) - 1) * PAGE)
    page = Paginator(range(total), PAGE).get_page(number)
    audit.record(request.user.actor, "outreach.listed", "list", "outreach", prospects=len(found))
    return render(request, "outreach/everybody.html", {"found": found, "total": total, "page": page, "stages": _stages()})


def _stages() -> dict[str, str]:
    return {
        "told": _("Told"), "contacted": _("Contacted"), "meeting": _("Meeting"), "requested": _("Enrollment requested"),
        "enrolled": _("Enrolled"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@_reader
@transaction.atomic
def prospect(request: StaffRequest, organisation_id: int) -> HttpResponse:
    """One organisation: the tips by number, what was done, and what is done now (by outreach)."""
    found = queries.prospect(organisation_id)
    if found is None or found.card is None:
        raise Http404
    form, status = forms.StepForm(request.POST or None), 200
    if request.method == "POST":
        status = _record(request, organisation_id, form)
        if status == 302:
            return redirect("outreach_prospect", organisation_id=organisation_id)
    known = {"one": found, "form": form, "done": queries.steps(organisation_id), **_tips(organisation_id)}
    return _shown(request, known, organisation_id, status)


def _record(request: StaffRequest, organisation_id: int, form: forms.StepForm) -> int:
    """The status of the answer to a step that was sent."""
    if Role.OUTREACH not in access.roles(request.user):
        return 403
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.record(organisation_id, request.user.pk, given["kind"], given["note"], given["press"])
        except services.CannotDo as why:
            form.add_error("note", str(why))
            return 422
        return 302
    return 422


@require_GET
@_reader
@transaction.atomic
def unknown(request: StaffRequest) -> HttpResponse:
    """The tips of which nobody knows where they are about."""
    return _shown(request, {"one": queries.prospect(None), **_tips(None)}, 0, 200)


def _tips(organisation_id: int | None) -> dict[str, Any]:
    """What is shown of the tips: in words of the pack and the directory."""
    told = queries.told(organisation_id)
    places = directory.place_cards({t.place_id for t in told if t.place_id})
    names = people.names(int(t.told_by[8:]) for t in told if t.told_by.startswith("account:"))
    released = queries.released([t.number for t in told])
    rows = [
        {
            "told": tip,
            "place": places.get(tip.place_id) if tip.place_id else None,
            "by": names.get(int(tip.told_by[8:]), "") if tip.told_by.startswith("account:") else "",
            "released": () if tip.veiled else released.get(tip.number, ()),
            **_in_words(tip),
        }
        for tip in told
    ]
    return {"rows": rows, "most": MOST}


def _in_words(tip: Told) -> dict[str, Any]:
    pack = current()
    known = {s.key: s.label for s in pack.subtypes}
    return {
        "klass": next((c.label for c in pack.classes if c.code == tip.klass), ""),
        "kinds": [known.get(key, key) for key in tip.about],
        "notices": [(pack.word("kind", made.kind), made) for made in tip.notices],
    }


def _shown(request: StaffRequest, known: dict[str, Any], organisation_id: int, status: int) -> HttpResponse:
    audit.record(request.user.actor, "outreach.viewed", "organisation", organisation_id, tips=len(known["rows"]))
    held = access.roles(request.user)
    may = {"records": Role.OUTREACH in held, "releases": Role.STIC_ANALYST in held}
    return render(request, "outreach/prospect.html", {**known, **may, "stages": _stages()}, status=status)


@require_http_methods(["GET", "POST"])
@access.require_role(Role.STIC_ANALYST)
@transaction.atomic
def release(request: StaffRequest, number: str) -> HttpResponse:
    """An analyst's act: let outreach read words about one tip."""
    tip = told_by_desk.told_of(grouped(normalised(number)))
    if tip is None:
        raise Http404
    form, status = forms.ReleaseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                words = services.release(tip.number, request.user.pk, form.cleaned_data["text"], form.cleaned_data["press"])
            except services.CannotDo as why:
                form.add_error("text", str(why))
            else:
                return redirect("outreach_words", words_id=words.pk)
    place = directory.place_cards([tip.place_id]).get(tip.place_id) if tip.place_id else None
    known = {"tip": tip, "place": place, "form": form, **_in_words(tip)}
    return render(request, "outreach/release.html", known, status=status)


@require_GET
@_reader
@transaction.atomic
def words(request: StaffRequest, words_id: Any) -> HttpResponse:
    """What an analyst released; opening it is on the record. Nothing of a tip that has turned out since to be one of which only
    few may hear (D-IV.A.2.c.5)."""
    found = Words.objects.filter(pk=words_id).first()
    tip = told_by_desk.told_of(found.tip_number) if found else None
    if found is None or tip is None or tip.veiled:
        raise Http404
    audit.record(request.user.actor, "outreach.words_viewed", "words", found.pk, number=found.tip_number)
    by = people.names([found.account_id]).get(found.account_id, "")
    return render(request, "outreach/words.html", {"words": found, "by": by, "text": queries.text_of(found)})
