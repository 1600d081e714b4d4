"""What every signed-in page of this room shares: the way around, and answers for what is not theirs."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods

from upstander.disclosure import acting as disclosing
from upstander.library.site import Site
from upstander.packs.current import current
from upstander.people import access
from upstander.response.organisations import NotTheirs
from upstander.response.services import NotYours


def shown(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page, with what the header needs."""
    return render(request, f"response/{template}", header(request) | values, status=status)


def header(request: HttpRequest) -> dict[str, Any]:
    """What the header needs; nothing is looked up before a template asks for it."""
    return known() | {key: SimpleLazyObject(partial(look, request.user)) for key, look in _asked().items()}


def known() -> dict[str, Any]:
    """What the header needs and the pack says."""
    pack = current()
    return {
        "desk_phone": pack.programme.desk_phone,
        "officers_pages": pack.officers is not None,
        "advises": pack.sharing is not None,
        "assesses": pack.assessment is not None,
        "prepares": pack.preparedness is not None,
    }


def _asked() -> dict[str, Callable[[access.Anybody], bool]]:
    """What the header needs and the database says of who is signed in."""
    return {
        "administers_any": lambda user: bool(access.administered(user)),
        "reads_any": lambda user: bool(access.scopes(user)),
        "keeps_files": disclosing.keeps_any,
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
