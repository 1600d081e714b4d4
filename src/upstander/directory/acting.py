"""Doing what a page asks for: who asks, and what the services refuse, in words on the page."""

from collections.abc import Callable
from typing import Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from upstander.directory import services
from upstander.directory.forms import refused


class Actor(Protocol):
    """Whoever is signed in, as the audit record names them."""

    actor: str


def actor_of(request: HttpRequest) -> str:
    """The audit record's name for who asks."""
    user: Actor = request.user  # type: ignore[assignment]
    return user.actor


def saved(form: forms.Form, save: Callable[[], object]) -> bool:
    """Whether the service did it; its refusals go into the form."""
    try:
        save()
    except services.Invalid as error:
        refused(form, error)
    except services.NotNow as error:
        form.add_error(None, str(error))
    return not form.errors


def pressed(request: HttpRequest, organisation_id: int, act: Callable[[], object], done: str) -> HttpResponse:
    """Do what a button of an organisation's page asks for, and show that page again, with what came of it."""
    try:
        act()
        messages.success(request, done)
    except services.NotNow as error:
        messages.error(request, str(error))
    return redirect("directory_organisation", pk=organisation_id)
