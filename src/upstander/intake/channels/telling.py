"""What a page does where a reporter wants their phone to be told (assets/js/push.js): it hands over what the browser named.

Only scripts ask here: without them no browser can be told anything. The code comes sealed, as in every form of the dialogue.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from upstander.delivery.webpush import Push
from upstander.intake import push as pushes
from upstander.intake import services
from upstander.intake.channels import phones, returning, sealed
from upstander.intake.channels.pages import page

_MOST = 50  # phones' marks in one request
_LONGEST = 1001  # characters of what a browser names: one more than is taken


@page("POST")
def push(request: HttpRequest) -> HttpResponse:
    """Tell this phone from now on: `endpoint`, `p256dh`, `auth`; answered with the mark to end it. Or end it: `off`. Or, by the
    phone's mark and without the code, where its browser is from now on: `renew`."""
    if "off" in request.POST:
        for mark in request.POST.getlist("off")[:_MOST]:
            phones.ended(mark)
        return HttpResponse(status=204)
    named = [request.POST.get(name, "")[:_LONGEST] for name in ("endpoint", "p256dh", "auth")]
    if "renew" in request.POST:
        return _renewed(request.POST["renew"], Push(*named))
    try:
        opened = sealed.reveal("dialogue", request.POST.get("open", ""), returning.Opened, returning.LASTS)
        id = pushes.subscribe(opened.code, Push(*named))
    except (sealed.Stale, sealed.NotOurs, services.NoSuchReceipt):
        return _no(_("This page was open for too long. Open your report again with your code."))
    except services.Refused as refused:
        return _no(str(next(iter(refused.fields.values()))))
    return JsonResponse({"id": id.hex, "off": phones.mark(id)})


def _renewed(mark: str, named: Push) -> HttpResponse:
    try:
        id = phones.renewed(mark, named)
    except services.Refused as refused:
        return _no(str(next(iter(refused.fields.values()))))
    if id is None:
        return _no(_("This cannot be switched on for this report now."))
    return JsonResponse({"id": id.hex, "off": phones.mark(id)})


def _no(why: str) -> HttpResponse:
    return JsonResponse({"error": why}, status=422)
