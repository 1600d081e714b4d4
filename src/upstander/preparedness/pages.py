"""What every page of this room shares: who is acting, the frame of its origin, and answers for what is not theirs."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from upstander.directory.models import Organisation
from upstander.people.adapters import account_of
from upstander.preparedness import facts, pack, reach
from upstander.preparedness.errors import NotTheirs
from upstander.preparedness.reach import Reach

P = ParamSpec("P")
Frame = Callable[[HttpRequest], Mapping[str, Any]]


def framed(view: Callable[..., HttpResponse], frame: Frame) -> Callable[..., HttpResponse]:
    """The view, with what the header of its origin needs: the room above knows that, this one does not."""

    @wraps(view)
    def shown_in_it(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.preparedness_frame = frame  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return shown_in_it


def acting(
    view: Callable[Concatenate[HttpRequest, Reach, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view in the transaction of who asks; what is others' is answered like what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        pack.rules()
        with reach.acting(account_of(request.user)) as mine:
            try:
                return view(request, mine, *args, **kwargs)
            except NotTheirs as error:
                raise Http404 from error

    return guarded


def shown(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page, with what its header needs."""
    frame = request.preparedness_frame(request)  # type: ignore[attr-defined]
    return render(request, f"preparedness/{template}", {**frame, "rules": pack.rules(), **values}, status=status)


def kept_alone(mine: Reach, place_id: int) -> Organisation:
    """A place that is theirs to keep, and has no board above that owes for it; raises NotTheirs."""
    mine.keeps(place_id)
    found = place(mine, place_id)
    if facts.board_of(found):
        raise NotTheirs(place_id)
    return found


def place(mine: Reach, place_id: int) -> Organisation:
    """A place whose year who asks may look at; raises NotTheirs."""
    found = Organisation.objects.filter(pk=place_id).select_related("parent").first()
    if found is None or place_id not in mine.seen:
        raise NotTheirs(place_id)
    return found
