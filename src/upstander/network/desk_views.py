"""The SIO's queue of applications, cleared by keyboard; each on one page with everything that is needed (S-sio)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.directory.models import Contact, ContactPoint, Organisation
from upstander.ids import new_id
from upstander.network import applying, asking, pack, papers, queries, vetting
from upstander.network.desk_forms import AgencyForm, AskForm, ReasonForm
from upstander.network.doors import staff_page
from upstander.network.errors import CannotDo
from upstander.network.forms import PressForm
from upstander.network.middleware import of
from upstander.network.models import Application
from upstander.people.models import Account
from upstander.web import paper


class StaffRequest(HttpRequest):
    """What a view of the staff gets: nobody else is let in."""

    user: Account


@require_GET
@staff_page
def queue(request: StaffRequest) -> HttpResponse:
    """What waits: applications, appeals, agencies' answers that a second person must see."""
    known, rows = pack.network(), []
    for one in queries.waiting()[:200]:
        asked = len([c for c in vetting.checklist(one) if c.required])
        rows.append({"one": one, "asked": asked, "discipline": known.label("disciplines", one.discipline)})
    audit.record(request.user.actor, "network.queue_viewed", "list", "applications", waiting=len(rows))
    lists = {"appeals": queries.appeals(), "seconds": queries.for_a_second(), "changes": queries.changes()}
    shown = {"rows": rows, **{name: list(found) for name, found in lists.items()}}
    return render(request, "network/desk/queue.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def application(request: StaffRequest, application_id: UUID) -> HttpResponse:
    """One application: what was sent in, who answered, the checklist, and the decision."""
    one = Application.objects.select_related("organisation", "agency").filter(pk=application_id).first()
    if one is None or one.state == Application.State.NEW:
        raise Http404
    forms = _forms(request, one)
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            where = act(request, one, forms)
            if where is not None:
                return where
        except CannotDo as why:
            if not _beside(forms.get(request.POST["act"]), why):
                messages.error(request, str(why))
    audit.record(request.user.actor, "network.application_viewed", "application", one.pk)
    wrong = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "network/desk/application.html", _page(request, one, forms), status=422 if wrong else 200)


def _beside(form: Any, why: CannotDo) -> bool:
    """Put the words beside the field that they are about; False where there is no such form on the page."""
    if form is None or not form.is_bound:
        return False
    form.add_error(why.field if why.field in form.fields else None, str(why))
    return True


def _forms(request: StaffRequest, one: Application) -> dict[str, Any]:
    act = request.POST.get("act", "") if request.method == "POST" else ""
    filled = {act: request.POST}
    return {
        "refuse": ReasonForm(filled.get("refuse"), prefix=None, auto_id="id_refuse_%s"),
        "ask": AskForm(filled.get("ask"), contacts=_contacts(one), auto_id="id_ask_%s"),
        "agency": AgencyForm(filled.get("agency"), auto_id="id_agency_%s"),
    }


def _contacts(one: Application) -> list[tuple[str, str]]:
    """Whom the directory lists for the applicant's organisation, or the agency; never the applicant."""
    places = [pk for pk in (one.organisation_id, one.agency_id) if pk]
    listed = Contact.objects.filter(organisation_id__in=places, ended_on=None) | Contact.objects.filter(
        listed_for_id__in=places, ended_on=None
    )
    rows = listed.values_list("id", "name", "role").distinct().order_by("name")[:20]
    return [(str(id), f"{name}, {role}" if role else name) for id, name, role in rows if _mail_of(id) not in ("", one.email)]


def _mail_of(contact_id: int) -> str:
    points = ContactPoint.objects.filter(contact_id=contact_id, kind="email", bounced_at=None).order_by("position", "pk")
    return (points.values_list("value", flat=True).first() or "").lower()


def _page(request: StaffRequest, one: Application, forms: dict[str, Any]) -> dict[str, Any]:
    known = pack.network()
    ticks = {t.code: t for t in one.ticks.all()}
    checks = list(one.agency_checks.filter(ended_at=None))
    ids = [t.account_id for t in ticks.values()] + [i for c in checks for i in (c.account_id, c.second_account_id) if i]
    names = queries.who_asked(ids)
    rows = [
        {
            "check": check, "tick": ticks.get(check.code), "key": n if n < 10 else "", "agency": vetting.of_agency(check),
            "by": names.get(ticks[check.code].account_id, "") if check.code in ticks else "",
            "mine": check.code in ticks and ticks[check.code].account_id == request.user.pk,
            "why_not": vetting.may_tick(check, request.user, one),
        }
        for n, check in enumerate(vetting.checklist(one), 1)
    ]  # fmt: skip
    waits = one.state == Application.State.WAITING
    return {
        "one": one, "rows": rows, "forms": forms, "waits": waits, "who": of(request), "press": new_id(),
        "missing": vetting.missing(one) if waits else [], "signature": applying.signature_of(one),
        "sworn": applying.sworn(one), "check": checks[0] if checks else None, "names": names,
        "discipline": known.label("disciplines", one.discipline), "next": queries.after(one),
        "wishes": [known.label("roles", code) for code in one.wishes],
        "topics": [known.label("topics", code) for code in one.topics],
        "places": list(Organisation.objects.filter(pk__in=one.regions).order_by("name")),
        "inquiries": list(one.inquiries.order_by("asked_at")), "history": queries.history(application=one),
    }  # fmt: skip


# ---- the acts: each returns where to go, or None where its form says what is missing -------------------------------------
def _here(one: Application) -> HttpResponse:
    return redirect("network_application", application_id=one.pk)


def _tick(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    vetting.tick(one.pk, request.POST.get("code", ""), request.user, request.POST.get("note", ""))
    return _here(one)


def _untick(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    vetting.untick(one.pk, request.POST.get("code", ""), request.user)
    return _here(one)


def _seen(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    vetting.agency_seen(one.pk, request.user)
    return _here(one)


def _said(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    form = forms["agency"]
    if not form.is_valid():
        return None
    given = form.cleaned_data
    vetting.agency_said(one.pk, request.user, given["said_by"], given["how"], given["press"])
    return _here(one)


def _ask(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    form = forms["ask"]
    if not form.is_valid():
        return None
    given = form.cleaned_data
    name, email, found_in = given["name"], given["email"], given["found_in"]
    if given["contact"]:
        listed = Contact.objects.values_list("name", flat=True).get(pk=given["contact"])
        name, email, found_in = listed, _mail_of(int(given["contact"])), _("the directory")
    if one.state != Application.State.WAITING:
        raise CannotDo(_("This application has been decided, or is not there."))
    asking.ask(one, given["kind"], name, email, by=request.user.actor, found_in=found_in, id=given["press"])
    messages.success(request, _("The question is on its way to %(name)s.") % {"name": name})
    return _here(one)


def _decided(request: StaffRequest, one: Application, words: str) -> HttpResponse:
    messages.success(request, words % {"name": one.name})
    following = queries.after(one)
    return redirect("network_application", application_id=following.pk) if following else redirect("network_members")


def _press(request: StaffRequest) -> UUID:
    form = PressForm(request.POST)
    if not form.is_valid():
        raise CannotDo(_("Open the page again, please."))
    press: UUID = form.cleaned_data["press"]
    return press


def _approve(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    vetting.approve(one.pk, request.user, _press(request))
    return _decided(request, one, _("%(name)s is a member. The mail that lets them in is on its way."))


def _refuse(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    form = forms["refuse"]
    if not form.is_valid():
        return None
    vetting.refuse(one.pk, request.user, form.cleaned_data["reason"], form.cleaned_data["press"])
    return _decided(request, one, _("%(name)s is told, with your reason."))


def _reopen(request: StaffRequest, one: Application, forms: dict[str, Any]) -> HttpResponse | None:
    vetting.reopen(one.pk, request.user, _press(request))
    return _here(one)


_ACTS: dict[str, Callable[[StaffRequest, Application, dict[str, Any]], HttpResponse | None]] = {
    "tick": _tick, "untick": _untick, "agency": _said, "seen": _seen, "ask": _ask, "approve": _approve, "refuse": _refuse,
    "reopen": _reopen,
}  # fmt: skip


@require_GET
@staff_page
def signature_pdf(request: StaffRequest, application_id: UUID) -> HttpResponse:
    """What an applicant signed, as paper."""
    found = Application.objects.filter(pk=application_id).first()
    signed = applying.signature_of(found) if found else None
    if signed is None:
        raise Http404
    audit.record(request.user.actor, "network.agreement_printed", "application", application_id)
    return paper.answer(papers.signed(signed), f"agreement-{signed.agreement.version}")
