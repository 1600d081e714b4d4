"""The yearly plan, and what the programme is governed by: tables with their forms."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.insight import plan
from upstander.insight.errors import CannotDo
from upstander.insight.forms import PlanForm, PlanItemForm
from upstander.insight.models import PlanItem
from upstander.network.doors import staff_page
from upstander.network.middleware import of

FIRST, LAST = 2000, 2200  # years that a plan can be of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def year(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A year's plan, month by month; another item by the form below."""
    today = clock.today()
    number = number or today.year
    if not FIRST <= number < LAST:
        raise Http404
    form = PlanForm(request.POST if request.method == "POST" else None, initial={"month": _begins(number)})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = plan.add(given["title"], given["owner"], given["month"], of(request).account_id, given["press"])
        messages.success(request, _("It is planned."))
        return redirect("insight_plan", made.month.year)
    known = {
        "number": number, "months": plan.year(number), "form": form, "today": today, "left": plan.left_over(today),
        "this": plan.first_of(today),
    }  # fmt: skip
    return render(request, "insight/plan.html", known, status=422 if form.is_bound else 200)


def _begins(number: int) -> str:
    """The month that a year's form proposes."""
    today = clock.today()
    return (plan.first_of(today) if number == today.year else today.replace(year=number, month=1, day=1)).isoformat()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One item: all of it can be said anew."""
    found = PlanItem.objects.filter(pk=item_id).first()
    if found is None:
        raise Http404
    first = {"title": found.title, "owner": found.owner, "month": found.month.isoformat(), "state": found.state}
    form = PlanItemForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        plan.change(found.pk, given["title"], given["owner"], given["month"], given["state"], of(request).account_id)
        return redirect("insight_plan", given["month"].year)
    return render(request, "insight/plan_item.html", {"item": found, "form": form}, status=422 if form.is_bound else 200)


@require_POST
@staff_page
def mark(request: HttpRequest, item_id: UUID, state: str) -> HttpResponse:
    """Begun, done, dropped or open again, by one press."""
    try:
        plan.mark(item_id, state, of(request).account_id)
    except CannotDo as why:
        raise Http404 from why
    return redirect("insight_plan", PlanItem.objects.values_list("month__year", flat=True).get(pk=item_id))


@require_POST
@staff_page
def carry_over(request: HttpRequest) -> HttpResponse:
    """What past months left undone is this month's."""
    n = plan.carry_over(of(request).account_id)
    messages.success(request, ngettext("%(n)s item is this month's now.", "%(n)s items are this month's now.", n) % {"n": n})
    return redirect("insight_plan", clock.today().year)


@require_GET
@staff_page
def this_year(request: HttpRequest) -> HttpResponse:
    """The plan of the year in which we are."""
    return redirect("insight_plan", clock.today().year)
