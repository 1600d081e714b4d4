"""What a member does with their telephones: keep an item on one, have one emptied; the number that is texted."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander import clock
from upstander.circulation import keeping, numbers
from upstander.circulation.app_views import milliseconds
from upstander.circulation.errors import CannotDo
from upstander.circulation.forms import CodeForm, NumberForm
from upstander.circulation.told_views import told_page
from upstander.circulation.views import as_reader
from upstander.network.middleware import of


@require_http_methods(["GET", "POST"])
@as_reader
def item(request: HttpRequest, kind: str, item_id: UUID) -> HttpResponse:
    """An item, to be sealed on a phone (JSON): POST keeps it anew, GET fetches it again for the phone whose mark stands
    in `X-Phone`."""
    who = of(request)
    mark = request.headers.get("X-Phone", "") if request.method == "GET" else request.POST.get("phone", "")
    try:
        if request.method == "POST":
            found = keeping.keep(who, mark, kind, item_id)
        else:
            again = keeping.renewed(who, mark, kind, item_id)
            found = (mark, again) if again is not None else None
    except CannotDo as why:
        words = _("This is read here only. It may not be kept on a phone.")
        if str(why) == "phones":
            words = _("You keep something on as many phones as anybody may. Empty one of them first.")
        return JsonResponse({"error": words}, status=422)
    if found is None:
        return JsonResponse({"error": _("This is not there any more.")}, status=404)
    mark, one = found
    told = {
        "title": one.title, "banner": one.banner, "mark": one.mark, "blocks": one.blocks, "address": one.address,
        "digest": one.digest, "taken": int(clock.now().timestamp() * 1000),
    }  # fmt: skip
    return JsonResponse({"phone": mark, "until": milliseconds(), "item": told})


@require_POST
@as_reader
def end(request: HttpRequest) -> HttpResponse:
    """Have a phone remove all that it keeps at its next contact: it is lost, or somebody else's now."""
    try:
        done = keeping.end(of(request), UUID(request.POST.get("phone", "")))
    except ValueError:
        done = False
    if done:
        said = _("It removes everything the next time that it asks us: when the site is opened on it, or it is told of news.")
        messages.success(request, said)
    return redirect("circulation_told")


@require_POST
@as_reader
def number(request: HttpRequest) -> HttpResponse:
    """`ask`: text a code to a number; `confirm`: it is theirs; `end`: no texts any more."""
    who, act = of(request), request.POST.get("do")
    if act == "end":
        if numbers.end(who):
            messages.success(request, _("No texts go to this number any more."))
        return redirect("circulation_told")
    form = CodeForm(request.POST) if act == "confirm" else NumberForm(request.POST)
    field = "code" if act == "confirm" else "number"
    if form.is_valid():
        try:
            if act != "confirm":
                numbers.ask(who, form.cleaned_data["number"])
                messages.success(request, _("We have texted you a code. Write it below."))
                return redirect("circulation_told")
            if numbers.confirm(who, form.cleaned_data["code"]):
                messages.success(request, _("This number is texted when something is urgent."))
                return redirect("circulation_told")
            form.add_error("code", _("This is not the code. Look at the newest text from us."))
        except CannotDo as why:
            form.add_error(field, str(why))
    return told_page(request, status=422, **{"code_form" if act == "confirm" else "number_form": form})
