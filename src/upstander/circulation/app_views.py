"""The network's site as an app on a phone (docs/decisions/0131-the-members-app.md): what a browser asks before it installs one,
the page that needs no line, and what a phone asks by a mark of its own.

None of these is anybody's page: they answer without signing in, and with no word of any item.
"""

import hashlib
import json

import msgspec
from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from upstander.circulation import devices, keeping
from upstander.circulation.errors import CannotDo
from upstander.delivery.webpush import Push, spelled

# As `--head` and `--bg` are in the pages' style (assets/scss/_tokens.scss).
_THEME, _BACKGROUND = "#162e51", "white"
_ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"), ("app-maskable-512.png", 512, "maskable"))
_PARTS = ("css/staff.css", "css/print.css", "js/public.js", "js/member.js", "img/favicon.ico", "img/favicon.svg")
_LONGEST = 20_000  # bytes of what a phone asks about what it holds


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    name = _("%(programme)s: the network") % {"programme": settings.UPSTANDER_PROGRAMME_NAME}
    icons = [
        {"src": static(f"upstander/img/{file}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for file, size, purpose in _ICONS
    ]
    known = {
        "id": "/", "name": name, "short_name": name, "lang": translation.get_language(), "start_url": "/received/", "scope": "/",
        "display": "standalone", "theme_color": _THEME, "background_color": _BACKGROUND, "icons": icons,
    }  # fmt: skip
    return JsonResponse(known, content_type="application/manifest+json")


def _news() -> dict[str, str]:
    """What a phone shows, by language: all that it ever shows."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = _("There is something new for you. Sign in to read it.")
    return found


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may answer for all pages."""
    key = devices.key()
    told = {
        "offline": reverse("circulation_kept"), "parts": [static(f"upstander/{part}") for part in _PARTS], "news": _news(),
        "opens": reverse("circulation_received"), "renew": reverse("circulation_renew"), "out": reverse("account_logout"),
        "key": spelled(key) if key else "",
    }  # fmt: skip
    code = static("upstander/js/memberworker.js")
    mark = hashlib.sha256(json.dumps([told, code]).encode()).hexdigest()[:16]
    script = f"self.app={json.dumps(told | {'version': mark})};importScripts({json.dumps(code)});"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What a phone shows without a line, and what it keeps: the same for everybody, for the words are on the phone alone."""
    return render(request, "circulation/kept.html")


class _Asked(msgspec.Struct):
    phone: str
    held: dict[str, str]
    bye: bool = False


# The mark is the authority, not a cookie: nobody need be signed in. All that it can do is to ask whether what this phone holds is
# still so, and to say that it holds nothing any more.
@csrf_exempt
@require_POST
def contact(request: HttpRequest) -> HttpResponse:
    """A phone asks what became of what it keeps (JSON)."""
    if len(request.body) > _LONGEST:
        return _too_many()
    try:
        asked = msgspec.json.decode(request.body, type=_Asked)
    except (msgspec.DecodeError, RecursionError):
        return JsonResponse({"error": "not understood"}, status=400)
    if asked.bye:
        keeping.bye(asked.phone)
        return JsonResponse({"wipe": True})
    try:
        found = keeping.contact(asked.phone, asked.held)
    except CannotDo:
        return _too_many()
    if found is None:
        return JsonResponse({"wipe": True})
    return JsonResponse({"wipe": False, "held": found, "until": milliseconds()})


def _too_many() -> JsonResponse:
    """A script asks by the piece: this is none of ours, or an old one. Of what is not looked at nothing is said to be gone."""
    return JsonResponse({"error": f"ask about {keeping.MOST} items at once"}, status=413)


def milliseconds() -> int:
    """Until when a phone opens what it keeps, as browsers count."""
    return int(keeping.until().timestamp() * 1000)


# As above: the mark that this browser was given says where its own pushes go, and nothing else.
@csrf_exempt
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """A browser has got another place for its pushes. 204, or 422 where it is told no more."""
    try:
        devices.renew(request.POST.get("mark", ""), pushed(request))
    except (BadSignature, CannotDo):
        return HttpResponse(status=422)
    return HttpResponse(status=204)


def pushed(request: HttpRequest) -> Push:
    """What the browser named."""
    return Push(*(request.POST.get(name, "")[:2000] for name in ("endpoint", "p256dh", "auth")))
