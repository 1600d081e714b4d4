"""What the pages of a school's own work share: answers for what is not theirs, and nothing kept by a cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from upstander.disclosure import acting as reach
from upstander.disclosure.acting import Mine
from upstander.disclosure.errors import NotTheirs
from upstander.packs.current import current
from upstander.people.adapters import account_of

P = ParamSpec("P")


def shown(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page; no cache keeps it. Its frame comes from the room above, by the templates' context."""
    answer = render(request, template, values, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def acting(
    view: Callable[Concatenate[HttpRequest, Mine, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view in the transaction of who asks; who has nothing here, and what is others', is answered like what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if current().sharing is None:
            raise Http404
        with reach.acting(account_of(request.user)) as mine:
            try:
                return view(request, mine, *args, **kwargs)
            except NotTheirs as error:
                raise Http404 from error

    return guarded
