"""What every signed-in page of this room shares: the way around, and answers for what is not theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from upstander.library.site import Site
from upstander.packs.current import current
from upstander.people import access
from upstander.response.organisations import NotTheirs
from upstander.response.services import NotYours


def shown(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page, with what the header needs."""
    return render(request, f"response/{template}", header(request) | values, status=status)


def header(request: HttpRequest) -> dict[str, Any]:
    """What the header needs."""
    return {
        "administers_any": bool(access.administered(request.user)),
        "reads_any": bool(access.scopes(request.user)),
        "desk_phone": current().programme.desk_phone,
        "advises": current().sharing is not None,
    }


def absent_if_not_theirs(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What belongs to others is answered like what does not exist, so that nobody learns by asking."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotYours, NotTheirs) as error:
            raise Http404 from error

    return guarded


library = Site(
    base="response/base.html",
    frame=header,
    keep=lambda request: {},
    guard=require_http_methods(["GET", "HEAD", "POST"]),
    origin="school",
    tells=True,
    account=lambda request: request.user.pk,
)
"""The library at the school origin: in its frame, for whoever is signed in there."""
