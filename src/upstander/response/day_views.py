"""The school's day: what needs me now, what is due, whose numbers to look at again (issue 6, item 8)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upstander.actions.models import Referral
from upstander.packs.current import current
from upstander.people.adapters import account_of
from upstander.response import day
from upstander.response.pages import shown

MOST_AT_ONCE = 400  # entries in one press: a district's whole list


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The day."""
    found, pack = day.of(account_of(request.user)), current()

    def kinds(row: Referral) -> list[str]:
        return [pack.subtype_name(code) for code in row.subtypes]

    values = {
        "day": found,
        "silent": [(r, kinds(r), pack.critical(r.klass), pack.class_name(r.klass)) for r in found.unconfirmed],
        "running": [(r, due, kinds(r)) for r, due in found.running],
    }
    return shown(request, "day.html", values)


@require_POST
def right(request: HttpRequest) -> HttpResponse:
    """These numbers and addresses are right today."""
    tokens = request.POST.getlist("entry")[:MOST_AT_ONCE]
    done, left = day.found_right(account_of(request.user), tokens)
    if done:
        said = ngettext("%(n)d entry is verified today.", "%(n)d entries are verified today.", done)
        messages.success(request, said % {"n": done})
    if left or not tokens:
        messages.error(request, _("Some were not: tick what you have looked at. What was changed meanwhile, look at again."))
    return redirect("response_day")
