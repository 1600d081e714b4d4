"""An organisation's administrator: enrolment, contacts, who opens the dashboard (D-II.A, D-II.B, D-II.I)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory.calendars_queries import HAVE_CALENDAR, HAVE_ON_CALL, with_absences
from upstander.directory.models import Contact, EndUserType
from upstander.people import services as accounts
from upstander.people.adapters import account_of
from upstander.response import organisations as theirs
from upstander.response.enrol_views import request_from
from upstander.response.forms import ContactForm, EnrolmentForm, WithdrawForm
from upstander.response.pages import absent_if_not_theirs, shown
from upstander.response.services import CannotDo

_OF_AGENCIES = (EndUserType.LAW_ENFORCEMENT, EndUserType.MENTAL_HEALTH)


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that one looks after."""
    rows = [(o, directory.network(o.pk)) for o in theirs.of(account_of(request.user))]
    return shown(request, "organisations.html", {"rows": rows})


@require_GET
@absent_if_not_theirs
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One of them: does it take part, who is listed, who may open the dashboard."""
    account = account_of(request.user)
    found = theirs.theirs(account, organisation_id)
    designated = theirs.designations(found)
    contacts = with_absences(directory.contacts_of(organisation_id))
    open_to = {d.contact_id for d in designated if d.contact_id}
    values = {
        "organisation": found,
        "network": directory.network(organisation_id),
        "enrolment": directory.enrolment_of(organisation_id),
        "may_enrol": listing.may_enrol(found),
        "has_calendar": found.kind in HAVE_CALENDAR,
        "has_on_call": found.kind in HAVE_ON_CALL,
        "contacts": [
            (c, [p.value for p in c.points.all()], [p.value for p in c.points.all() if p.kind == "email"])
            for c in contacts
        ],
        "open_to": open_to,
        "off": [c for c in directory.contacts_of(organisation_id, ended=True) if listing.ended_lately(c)],
        "designations": designated,
        "withdraw_form": WithdrawForm(),
    }
    return shown(request, "organisation.html", values)


@require_http_methods(["GET", "POST"])
@absent_if_not_theirs
def enrol(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Ask to take part."""
    account = account_of(request.user)
    found = theirs.theirs(account, organisation_id)
    form = EnrolmentForm(
        request.POST if request.method == "POST" else None,
        initial={"requested_by": account.name, "contact_email": account.email},
    )
    if request.method == "POST" and request_from(form, found.pk, account.actor):
        messages.success(request, _("Your request is with the program. It will verify it and call back."))
        return redirect("response_organisation", organisation_id)
    status = 422 if form.errors else 200
    return shown(request, "ask_enrolment.html", {"organisation": found, "form": form}, status=status)


@require_POST
@absent_if_not_theirs
def withdraw(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """End taking part."""
    account = account_of(request.user)
    theirs.theirs(account, organisation_id)
    live = directory.enrolment_of(organisation_id)
    if not WithdrawForm(request.POST).is_valid():
        messages.error(request, _("Tick the box if you mean to end it. Nothing was changed."))
    elif live:
        _do(request, lambda: listing.withdraw(live.id, account.actor))
    return redirect("response_organisation", organisation_id)


def _do(request: HttpRequest, verb: Callable[[], object], done: str = "") -> None:
    """Do it, and say that it is done, or why not."""
    try:
        verb()
    except (listing.NotNow, CannotDo) as why:
        messages.error(request, str(why))
    else:
        if done:
            messages.success(request, done)


def _agency(form: ContactForm) -> int | None:
    """The agency that was typed; on the form, where it is missing, unknown or not the only one of that name."""
    said = form.cleaned_data
    if said.get("end_user_type") not in _OF_AGENCIES or "agency" not in said:
        return None
    if not said["agency"]:
        form.add_error("agency", _("Write for which agency the person works: its name and town."))
        return None
    found = theirs.agencies(said["agency"])
    same = [
        f for f in found if said["agency"].casefold() in (f[1].casefold(), f[1].split(", ")[0].casefold())
    ]
    if len(same) == 1 or len(found) == 1:
        return (same or found)[0][0]
    if not found:
        form.add_error(
            "agency", _("No agency of this name is known. Write its name, or ask the desk to add it.")
        )
    else:
        names = "; ".join(name for _id, name in found[:8])
        form.add_error(
            "agency", _("Which of these? Write it as it stands here: %(names)s") % {"names": names}
        )
    return None


def _works_for(form: ContactForm, listed_for: int, before: Contact | None) -> int:
    """Whom the person works for: who is of no agency works where they worked, or else where they are listed."""
    stays = before is not None and before.organisation.kind not in theirs.AGENCIES
    return _agency(form) or (before.organisation_id if before and stays else listed_for)


@require_http_methods(["GET", "POST"])
@absent_if_not_theirs
def contact(request: HttpRequest, organisation_id: int, contact_id: int | None = None) -> HttpResponse:
    """List a contact, or change one."""
    account = account_of(request.user)
    found = theirs.theirs(account, organisation_id)
    before = theirs.contact_of(account, organisation_id, contact_id) if contact_id else None
    initial: dict[str, Any] = ContactForm.of(before) if before else {"language": "en"}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        form.is_valid()  # (what is wrong with the agency is said beside all the rest)
        works_for = _works_for(form, organisation_id, before)
        if not form.errors and _save(form, organisation_id, contact_id, form.details(works_for), account.actor):
            return redirect("response_organisation", organisation_id)
    values = {"organisation": found, "contact": before, "form": form}
    return shown(request, "contact.html", values, status=422 if form.errors else 200)


def _save(
    form: ContactForm, organisation_id: int, contact_id: int | None, details: listing.Details, actor: str
) -> bool:
    try:
        if contact_id:
            listing.change_contact(contact_id, details, actor)
        else:
            listing.add_contact(organisation_id, details, actor)
    except listing.Invalid as wrong:
        for field, words in wrong.errors.items():
            form.add_error(field, words)
    except listing.NotNow as why:
        form.add_error(None, str(why))
    return not form.errors


@require_POST
@absent_if_not_theirs
def verify(request: HttpRequest, organisation_id: int, contact_id: int) -> HttpResponse:
    """These numbers and addresses are right today."""
    account = account_of(request.user)
    theirs.contact_of(account, organisation_id, contact_id)
    _do(request, lambda: listing.verify_contact(contact_id, account.actor))
    return redirect("response_organisation", organisation_id)


@require_http_methods(["GET", "POST"])
@absent_if_not_theirs
def end_contact(request: HttpRequest, organisation_id: int, contact_id: int) -> HttpResponse:
    """Take somebody off the list, when it is meant: the page asks first."""
    account = account_of(request.user)
    if request.method == "GET":
        values = {
            "organisation": theirs.theirs(account, organisation_id),
            "contact": theirs.contact_of(account, organisation_id, contact_id),
            "last": len(directory.contacts_of(organisation_id)) == 1,
        }
        return shown(request, "end_contact.html", values)
    done = _("The person is off the list: tips about this place go to them no more. Was it a mistake? Put them back, below.")
    _do(request, lambda: theirs.end_contact(account, organisation_id, contact_id), done)
    return redirect("response_organisation", organisation_id)


@require_POST
@absent_if_not_theirs
def put_back(request: HttpRequest, organisation_id: int, contact_id: int) -> HttpResponse:
    """List somebody again who was taken off by mistake."""
    done = _("The person is on the list again. Whether they may read tips here, you say anew.")
    _do(request, lambda: theirs.put_back(account_of(request.user), organisation_id, contact_id), done)
    return redirect("response_organisation", organisation_id)


@require_POST
@absent_if_not_theirs
def designate(request: HttpRequest, organisation_id: int, contact_id: int) -> HttpResponse:
    """Let a contact open the dashboard. A new account's link goes to its address; nobody sees it here."""
    account = account_of(request.user)
    try:
        made = theirs.designate(account, organisation_id, contact_id, request.POST.get("email", ""))
    except CannotDo as why:
        messages.error(request, str(why))
        return redirect("response_organisation", organisation_id)
    values = {
        "organisation": theirs.theirs(account, organisation_id),
        "person": made.account,
        "mailed": made.mailed,
        "days": accounts.INVITATION_LASTS.days,
    }
    return shown(request, "designated.html", values)


@require_POST
@absent_if_not_theirs
def end_designation(request: HttpRequest, organisation_id: int, designation_id: int) -> HttpResponse:
    """Close the dashboard to somebody."""
    theirs.end_designation(account_of(request.user), organisation_id, designation_id)
    return redirect("response_organisation", organisation_id)
