"""What every page of this room shares: who is acting, and answers for what is not theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from upstander import clock
from upstander.directory.models import Organisation
from upstander.drills.years import Year, year_of, year_starting
from upstander.officers import pack, reach
from upstander.officers.errors import NotTheirs
from upstander.officers.reach import Reach
from upstander.people.adapters import account_of
from upstander.web import paper

P = ParamSpec("P")
_FOR_ALL = ("home", "codes", "codes_pdf")
"""What everybody reads who has business at the school origin: the way in, and the table of the two codes."""


def acting(
    view: Callable[Concatenate[HttpRequest, Reach, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view in the transaction of who asks; who has nothing here, and what is others', is answered like what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        pack.officers()
        with reach.acting(account_of(request.user)) as mine:
            if not mine.any and view.__name__ not in _FOR_ALL:
                raise Http404
            try:
                return view(request, mine, *args, **kwargs)
            except NotTheirs as error:
                raise Http404 from error

    return guarded


def shown(
    request: HttpRequest, mine: Reach, template: str, values: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, with what its menu needs."""
    frame = {
        "mine": mine,
        "regions": list(Organisation.objects.filter(pk__in=mine.regions).order_by("name")),
        "officers": pack.officers(),
    }
    return render(request, f"officers/{template}", frame | values, status=status)


def looked_after(mine: Reach) -> list[Organisation]:
    """The places and agencies whose year, training and agreements somebody sees whole: districts, systems and agencies first; a
    school's own administrator sees the school."""
    found = list(
        Organisation.objects.filter(pk__in=[*mine.lead, *mine.agencies], retired_on=None).order_by("name")
    )
    above = {one.pk for one in found if one.kind != "school"}
    return [one for one in found if one.kind != "school" or one.parent_id not in above]


def counted(mine: Reach, scope_id: int) -> Organisation:
    """The place, agency or region whose counts who asks may see; raises NotTheirs."""
    found = Organisation.objects.filter(pk=scope_id).first()
    if found is None or not (mine.oversees(scope_id) or scope_id in mine.regions):
        raise NotTheirs(scope_id)
    return found


def school_year(number: int | None) -> Year:
    """The school year that begins in this year; now's for None. Raises Http404 for one to come, or long gone."""
    begins = (pack.officers().year_begins_month, 1)
    now = year_of(clock.today(), begins)
    if number is None or number == now.number:
        return now
    if not 2000 <= number <= now.number:
        raise Http404
    return year_starting(number, begins)


def pdf(document: paper.Document, name: str) -> HttpResponse:
    """A document as PDF, or why there is none."""
    try:
        return paper.answer(paper.pdf(document, clock.now()), name)
    except paper.CannotPrint:
        words = _("The PDF could not be made. Print the page from your browser instead.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")


def overseen(mine: Reach, scope_id: int) -> Organisation:
    """The place or agency, where who asks looks after it; raises NotTheirs."""
    found = Organisation.objects.filter(pk=scope_id).first()
    if found is None or not mine.oversees(scope_id):
        raise NotTheirs(scope_id)
    return found
