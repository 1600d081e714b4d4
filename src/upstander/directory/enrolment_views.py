"""Enrolments at the desk: writing a request down, verifying, activating, refusing, withdrawing."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.directory import queries, services
from upstander.directory.acting import actor_of, pressed, saved
from upstander.directory.forms import ActivateForm, RequestForm, VerifyForm
from upstander.directory.models import Enrolment, Organisation

Text = str | Promise


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Requests that wait for the programme, the oldest first."""
    return render(request, "directory/enrolments.html", {"waiting": queries.enrolments_waiting()})


def _form(
    request: HttpRequest, org: Organisation, form: forms.Form, title: Text, button: Text, **more: object
) -> HttpResponse:
    context = {"org": org, "form": form, "title": title, "button": button, **more}
    return render(request, "directory/enrolment.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the request of an official."""
    org = get_object_or_404(Organisation, pk=pk)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> object:
            return services.request_enrolment(pk, **form.cleaned_data, actor=actor_of(request))

        if saved(form, act):
            messages.success(request, _("The request is written down. Verify it next."))
            return redirect("directory_organisation", pk=pk)
    return _form(request, org, form, _("Ask that it take part"), _("Write the request down"))


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how the authority of a request was verified."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("organisation"), pk=pk)
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        how = form.cleaned_data["how"]
        if saved(form, lambda: services.verify_enrolment(pk, how, actor_of(request))):
            messages.success(request, _("The authority is verified. Activate the enrollment next."))
            return redirect("directory_organisation", pk=enrolment.organisation_id)
    return _form(
        request, enrolment.organisation, form, _("Verify the authority"), _("Verified"), enrolment=enrolment
    )


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a verified enrolment count from a day on."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("organisation"), pk=pk)
    form = ActivateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day: date = form.cleaned_data["active_from"]
        if saved(form, lambda: services.activate(pk, day, actor_of(request))):
            messages.success(request, _("The enrollment is active from the day you chose."))
            return redirect("directory_organisation", pk=enrolment.organisation_id)
    return _form(
        request,
        enrolment.organisation,
        form,
        _("Activate the enrollment"),
        _("Activate"),
        enrolment=enrolment,
    )


def _pressed(request: HttpRequest, pk: int, act: Callable[[int, str], None], done: str) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment, pk=pk)
    return pressed(request, enrolment.organisation_id, lambda: act(pk, actor_of(request)), done)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a request."""
    return _pressed(request, pk, services.refuse, _("The request is refused."))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End an enrolment today."""
    return _pressed(
        request, pk, services.withdraw, _("The enrollment has ended; its places are Out-of-Network.")
    )
