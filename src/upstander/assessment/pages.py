"""What every page of the team shares: who is acting, and answers for what is not theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise

from upstander.assessment import pack, reach
from upstander.assessment.reach import Reach
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.pages import shown
from upstander.people.adapters import account_of

P = ParamSpec("P")
Text = str | Promise
_FOR_ALL = ("home",)
"""The menu leads everybody there; who has nothing to do with a team is told so."""


def acting(
    view: Callable[Concatenate[HttpRequest, Reach, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view in the transaction of who asks; who has nothing here, and what is others', is answered like what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        pack.section()
        with reach.acting(account_of(request.user)) as mine:
            if not mine.any and view.__name__ not in _FOR_ALL:
                raise Http404
            try:
                return view(request, mine, *args, **kwargs)
            except NotTheirs as error:
                raise Http404 from error

    return guarded


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def passed(request: HttpRequest, form: Form, act: Callable[[], object], done: Text = "") -> bool:
    """Whether the form was sent, passed, and what it asks for was done; else it says why."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except CannotDo as why:
        form.add_error(why.field if why.field in form.fields else None, str(why))
        return False
    if done:
        messages.success(request, str(done))
    return True


def asked(request: HttpRequest, form: Form, title: Text, press: Text, **values: Any) -> HttpResponse:
    """A page with one form: `title`, `press` (the button's words), `back` (address and words), `says` (paragraphs above it)."""
    frame = {"form": form, "title": title, "press": press, **values}
    return shown(request, "disclosure/form.html", frame, status=422 if form.errors else 200)


def pressed(request: HttpRequest, act: Callable[[], object], where: str, *to: object) -> HttpResponse:
    """A single press: done, or why not, and back."""
    try:
        act()
    except CannotDo as why:
        messages.error(request, str(why))
    return redirect(where, *to)
