"""Contacts with partners: the form stands on the day's own page; here are the list, the search, and one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.audit import services as audit
from upstander.insight import contacts, day_views
from upstander.insight.contacts import Words
from upstander.insight.forms import ContactForm, SearchForm
from upstander.insight.models import Contact
from upstander.network import pack
from upstander.network.doors import staff_page
from upstander.network.middleware import of


@require_POST
@staff_page
def log(request: HttpRequest) -> HttpResponse:
    """Write a contact down; what is wrong comes back on the page where it was typed."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return day_views.shown(request, form, 422)
    given = form.cleaned_data
    words = Words(given["who"], given["organisation"], given["note"], given["next"])
    contacts.log(words, given["kind"], given["partner"], given["due"], of(request).account_id, given["press"])
    messages.success(request, _("The contact is written down."))
    return redirect("insight_day")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def everything(request: HttpRequest) -> HttpResponse:
    """The latest contacts, or those in which the words stand that were asked for."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    rows = contacts.found(words) if words else contacts.latest()
    audit.record(f"account:{of(request).account_id}", "insight.contacts_viewed", "contact", "list", contacts=len(rows))
    known = {"form": form, "words": words, "rows": _worded(rows), "today": clock.today()}
    return render(request, "insight/contacts.html", known)


@require_GET
@staff_page
def one(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One contact, and its next step."""
    found = contacts.one(contact_id)
    if found is None:
        raise Http404
    audit.record(f"account:{of(request).account_id}", "insight.contact_viewed", "contact", contact_id)
    return render(request, "insight/contact.html", {"row": _worded([found])[0], "today": clock.today()})


@require_POST
@staff_page
def done(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The next step was taken."""
    contacts.done(contact_id, of(request).account_id)
    return redirect("insight_contact", contact_id)


def _worded(rows: list[contacts.Logged]) -> list[tuple[contacts.Logged, str, str]]:
    kinds, known = dict(Contact.Kind.choices), pack.network()
    return [(row, _(kinds[row.kind]), known.label("partners", row.partner) if row.partner else "") for row in rows]
