"""What the pages of this room share: who asks, which form was pressed, and a refusal beside its field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from upstander.exchange.acting import CannotDo
from upstander.people.models import Account

PAGE = 25


class NetworkRequest(HttpRequest):
    """What a view of this room gets: nobody else is let in."""

    user: Account


def pressed(request: HttpRequest) -> str:
    """Which of a page's forms was sent."""
    return request.POST.get("do", "") if request.method == "POST" else ""


def done(form: forms.Form, act: Callable[[], Any], field: str | None = None) -> bool:
    """Whether a form that is right was carried out; why not is said beside its field. Raises Http404 for what is not there."""
    if not form.is_valid():
        return False
    try:
        act()
    except CannotDo as why:
        name = field or why.field
        form.add_error(name if name in form.fields else None, str(why))
        return False
    except LookupError:
        raise Http404 from None
    return True


def paged(rows: QuerySet[Any], asked: str) -> Page:
    """One page of rows; whatever is asked for, there is one."""
    return Paginator(rows, PAGE).get_page(asked if asked.isdecimal() and len(asked) < 7 else 1)


def status(*bound: forms.Form) -> int:
    """422 where a form did not pass."""
    return 422 if any(form.is_bound and form.errors for form in bound) else 200
