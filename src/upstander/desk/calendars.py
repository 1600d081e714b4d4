"""The calendars' pages at the desk: an administrator keeps everybody's, a supervisor who is on call."""

from typing import Any

from django.http import HttpRequest

from upstander.directory.calendars_site import Site
from upstander.directory.models import Contact
from upstander.people import queries as people
from upstander.people.access import require_role
from upstander.people.models import Role


def _anybody(request: HttpRequest, of: int | Contact) -> bool:
    """Whoever passes the guard keeps every calendar."""
    return True


def _nothing(request: HttpRequest) -> dict[str, Any]:
    """The desk's frame comes with every page of the origin (see `context`)."""
    return {}


def _supervisors() -> list[tuple[int, str]]:
    return [(account.pk, account.name) for account in people.holders(Role.SUPERVISOR)]


site = Site(
    guard=require_role(Role.PROGRAMME_ADMIN),
    base="directory/base.html",
    organisation="directory_organisation",
    may_keep=_anybody,
    may_speak_for=_anybody,
    frame=_nothing,
    supervisors=_supervisors,
    guard_supervisors=require_role(Role.PROGRAMME_ADMIN, Role.SUPERVISOR),
)
