"""The page behind the link by which a contact says that what is listed of them is right, without signing in.

Looking changes nothing; a press does, once. It shows the contact's own entry and nothing else, and says nothing of any tip.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upstander.directory.models import Reverification
from upstander.packs.current import current
from upstander.response import reverify, spoken


# The token is the authority, as with a notice's link: a phone that keeps no cookies must be able to answer.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is listed; on a press, write down the answer."""
    found = reverify.asking_for(token)
    if found is None:
        return spoken.answer_in(request, "", lambda: _void(request))
    asking = found
    return spoken.answer_in(request, asking.contact.language, lambda: _page(request, asking))


def _void(request: HttpRequest) -> HttpResponse:
    values = {"desk_phone": current().programme.desk_phone, "languages": spoken.others()}
    return render(request, "response/notice_void.html", values, status=404)


def _page(request: HttpRequest, found: Reverification) -> HttpResponse:
    pressed = request.POST.get("answer") if request.method == "POST" else ""
    if pressed in ("right", "wrong"):
        reverify.answer(found, pressed == "right")
    points = sorted(found.contact.points.all(), key=lambda p: (p.kind != "phone", p.position, p.pk))
    values = {
        "contact": found.contact, "org": found.contact.listed_for, "points": points, "answered": pressed,
        "desk_phone": current().programme.desk_phone, "languages": spoken.others(),
    }  # fmt: skip
    return render(request, "response/reverify.html", values)
