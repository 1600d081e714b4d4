"""Which of somebody's phones are told that there is news: one press tells one, and each is listed, tried and taken away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.actions import devices
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.webpush import spelled
from upstander.people.adapters import account_of
from upstander.people.models import Account
from upstander.response.app_views import news, pushed
from upstander.response.pages import shown


@require_http_methods(["GET", "POST"])
def phones(request: HttpRequest) -> HttpResponse:
    """The page; or, with `do`: `on` from its script, `off` and `try` of one phone from its forms."""
    account = account_of(request.user)
    if request.method == "POST":
        return _acted(request, account)
    told = devices.of(account.pk)
    values = {
        "phones": told,
        "phone": offer(account, told),
        "notice": news().get("en", ""),
        "contacts": devices.own(account),
    }
    return shown(request, "phones.html", values)


def offer(account: Account, told: list[devices.Shown] | None = None) -> dict[str, Any] | None:
    """What a page needs so that this phone can be told, or looks after itself; None where it cannot be: this house tells none,
    or who asks is no contact."""
    key, contacts = devices.key(), devices.own(account)
    if key is None or not contacts:
        return None
    whose, as_whom = devices.whose(account.pk, contacts)
    known = devices.of(account.pk) if told is None else told
    return {
        "key": spelled(key),
        "whose": whose,
        "as": as_whom,
        "known": " ".join(str(one.browser) for one in known),
        "worker": reverse("response_worker"),
    }


def _acted(request: HttpRequest, account: Account) -> HttpResponse:
    act, browser = request.POST.get("do"), _browser(request)
    if act == "on":
        return _told(request, account, browser)
    if act == "off" and browser and devices.end(account.pk, browser):
        messages.success(request, _("This phone is told no more."))
    elif act == "try" and browser and devices.attempt(account.pk, browser):
        messages.success(
            request, _("We have sent it. If it does not show within a minute, look at the phone's settings.")
        )
    else:
        messages.error(request, _("This phone was not told any longer."))
    return redirect("response_phones")


def _told(request: HttpRequest, account: Account, browser: UUID | None) -> HttpResponse:
    try:
        known = devices.tell(account, pushed(request), browser)
    except CarrierError:
        return _no(_("Your browser uses a service that we do not know. We cannot tell this phone."))
    except devices.TooMany:
        return _no(_("You have %(n)d phones that are told. Take one away first.") % {"n": devices.MOST})
    if known is None:
        return _no(_("This cannot be switched on now."))
    if known != browser:
        messages.success(request, _("This phone will tell you."))
    return JsonResponse({"browser": str(known), "mark": devices.mark(known)})


def _no(why: str) -> HttpResponse:
    return JsonResponse({"error": why}, status=422)


def _browser(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("browser", ""))
    except ValueError:
        return None
