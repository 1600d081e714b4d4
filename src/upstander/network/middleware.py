"""Each view of a signed-in person runs behind the wall that is theirs."""

from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from upstander.network import walls
from upstander.network.standing import Standing, standing_once


def of(request: HttpRequest) -> Standing:
    """Who asks; looked up once a request."""
    return standing_once(request.user)


class Walls:
    """Comes last: who may see the page at all was decided before. A stranger's view has no wall, and no right behind any."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; see `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The view's own answer, made at the level of who asks; an exception undoes all that it did."""
        if not request.user.is_authenticated:
            return None
        who = of(request)
        level = walls.STAFF if who.staff else who.level
        if level is None:
            return None
        try:
            with walls.reading(level, who.member_id):
                answer = view(request, *args, **kwargs)
                render = getattr(answer, "render", None)
                return render() if callable(render) else answer
        except ReauthenticationRequired as wanted:
            # Django hands what is raised here to no other middleware: the one that asks for the password again is asked here,
            # and loaded here: its tables are not in every process that reads this file.
            from allauth.account.middleware import AccountMiddleware

            asks: HttpResponseBase = AccountMiddleware(self.get_response).process_exception(request, wanted)
            return asks
