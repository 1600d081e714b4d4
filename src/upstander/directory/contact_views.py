"""Adding, changing, checking and ending points of contact, at the desk."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander.directory import services
from upstander.directory.acting import actor_of, pressed, saved
from upstander.directory.forms import ContactForm, employers
from upstander.directory.models import Contact, Organisation


def _page(
    request: HttpRequest, place: Organisation, form: ContactForm, contact: Contact | None
) -> HttpResponse:
    context = {"org": place, "form": form, "contact": contact}
    status = 400 if form.errors else 200
    return render(request, "directory/contact.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """List a person for an organisation."""
    place = get_object_or_404(Organisation.objects.select_related("parent"), pk=pk)
    form = ContactForm(request.POST or None, employers=employers(place))
    if request.method == "POST" and form.is_valid():
        verified = form.cleaned_data["verified"]

        def save() -> object:
            return services.add_contact(pk, form.details(), actor_of(request), verified=verified)

        if saved(form, save):
            messages.success(request, _("The contact is listed."))
            return redirect("directory_organisation", pk=pk)
    return _page(request, place, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a contact's details anew."""
    contact = get_object_or_404(Contact.objects.select_related("listed_for__parent"), pk=pk)
    place = contact.listed_for
    form = ContactForm(
        request.POST or None,
        initial=ContactForm.of(contact),
        employers=employers(place, contact.organisation_id),
    )
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            services.change_contact(pk, form.details(), actor_of(request))
            if form.cleaned_data["verified"]:
                services.verify_contact(pk, actor_of(request))

        if saved(form, save):
            messages.success(request, _("The contact is changed."))
            return redirect("directory_organisation", pk=place.pk)
    return _page(request, place, form, contact)


def _pressed(request: HttpRequest, pk: int, act: Callable[[int, str], None], done: str) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    return pressed(request, contact.listed_for_id, lambda: act(pk, actor_of(request)), done)


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The details were checked with the person today."""
    return _pressed(request, pk, services.verify_contact, _("The contact counts as verified today."))


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the person off the list."""
    return _pressed(request, pk, services.end_contact, _("The contact is no longer listed."))
