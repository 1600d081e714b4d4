"""How a member is told: at once or together, of what, and by which ways: mail, feed, phones, text."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander.circulation import devices, keeping, numbers, own
from upstander.circulation.app_views import pushed
from upstander.circulation.errors import CannotDo
from upstander.circulation.forms import CodeForm, NumberForm, ToldForm
from upstander.circulation.models import Device
from upstander.circulation.views import as_reader, mine, who
from upstander.delivery import queries as delivered
from upstander.delivery.webpush import spelled
from upstander.network.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@as_reader
def told(request: HttpRequest) -> HttpResponse:
    """The page; POST: what they chose."""
    member = mine(request)
    form = ToldForm(request.POST if request.method == "POST" else None, initial=_chosen(member))
    if request.method == "POST" and form.is_valid():
        own.choose(member, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("circulation_told")
    return told_page(request, status=422 if form.errors else 200, form=form)


def _chosen(member: Member) -> dict[str, object]:
    off = own.chosen(member.id).newsletters_off_at is not None
    return {"told": member.told, "topics": member.topics, "newsletters": not off}


def told_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page as it is; `more`: a form that comes back, a feed's address that is shown this once."""
    member, key = mine(request), devices.key()
    told = list(Device.objects.only("id", "host", "made_at").filter(member=member.id).order_by("made_at"))
    number, waits = numbers.mine(member.id)
    known = {
        "choice": own.chosen(member.id), "texts": delivered.offers("sms"), "key": spelled(key) if key else "",
        "devices": told, "known": " ".join(str(one.id) for one in told), "member": member, "phones": keeping.phones(member.id),
        "number": number, "waits": waits, "form": ToldForm(initial=_chosen(member)), "number_form": NumberForm(),
        "code_form": CodeForm(), **more,
    }  # fmt: skip
    return render(request, "circulation/told.html", known, status=status)


@require_POST
@as_reader
def feed(request: HttpRequest) -> HttpResponse:
    """A new address for their feed, which is shown this once; or none any more."""
    member = mine(request)
    if request.POST.get("do") == "end":
        own.end_feed(member)
        messages.success(request, _("The feed is ended."))
        return redirect("circulation_told")
    return told_page(request, token=own.make_feed(member))


@require_POST
@as_reader
def device(request: HttpRequest) -> HttpResponse:
    """`on`, from the page's script: this browser is told; `off` from a form: it is told no more."""
    member, account, _level = who(request)
    before = _uuid(request.POST.get("browser", ""))
    if request.POST.get("do") == "off":
        if before is not None and devices.end(member, account, before):
            messages.success(request, _("This phone is told no more."))
        return redirect("circulation_told")
    if devices.key() is None:
        return JsonResponse({"error": _("This cannot be switched on now.")}, status=422)
    try:
        known = devices.tell(member, account, pushed(request), before)
    except CannotDo as why:
        words = _("You have as many phones that are told as anybody may. Take one away first.")
        if str(why) == "service":
            words = _("Your browser uses a service that we do not know. We cannot tell this phone.")
        return JsonResponse({"error": words}, status=422)
    return JsonResponse({"browser": str(known), "mark": devices.mark(known)})


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
