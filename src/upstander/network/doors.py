"""Who may open a page: members (and staff), staff only, the SIO only. Others read why not."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from upstander.network.middleware import of
from upstander.network.standing import Standing
from upstander.web import errors

View = Callable[..., HttpResponseBase]


def _door(may: Callable[[Standing], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            who = of(request)
            if not may(who):
                return redirect("network_me") if who.lacks else errors.page(request, 403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


member_page = _door(lambda who: who.staff or who.level is not None)
"""For members, and for the staff of the network."""
own_page = _door(lambda who: who.member_id is not None and who.level is not None)
"""For what only a member has: their own choices, registrations, contributions."""
mending_page = _door(lambda who: who.member_id is not None and (who.level is not None or bool(who.lacks)))
"""For members, also those who must sign or attest before anything reaches them again: there they do."""
staff_page = _door(lambda who: who.staff)
"""For the SIO and the second persons."""
sio_page = _door(lambda who: who.sio)
"""For the SIO alone."""
