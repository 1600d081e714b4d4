"""The calendars' pages at the school origin: an administrator keeps them, a contact says when they are reached themselves."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from upstander.directory.calendars_site import Site
from upstander.directory.models import Contact
from upstander.people import access
from upstander.people.adapters import account_of
from upstander.response.pages import header


def _as_it_is(view: Callable[..., Any]) -> Callable[..., Any]:
    """Who is signed in and designated is the middleware's to see to, on every page of this origin."""
    return view


def _keeps(request: HttpRequest, organisation_id: int) -> bool:
    return access.administers(account_of(request.user), organisation_id)


def _speaks_for(request: HttpRequest, contact: Contact) -> bool:
    return contact.pk in own_contacts(request) or _keeps(request, contact.listed_for_id)


def own_contacts(request: HttpRequest) -> list[int]:
    """The contacts that who asks is themselves."""
    reached = access.reaches(account_of(request.user))
    return list(dict.fromkeys(reach.contact_id for reach in reached if reach.contact_id))


site = Site(
    guard=_as_it_is,
    base="response/base.html",
    organisation="response_organisation",
    may_keep=_keeps,
    may_speak_for=_speaks_for,
    frame=header,
)
