"""The school's pages as an app on a phone (decision 113): what a browser asks before it installs them, and the service worker.

It keeps no page but the one that says that there is no line. None of these is anybody's: they answer without signing in.
"""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from upstander.actions import devices
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.webpush import Push, spelled
from upstander.people.adapters import account_of
from upstander.response import queries

# As `--head` and `--bg` are in the pages' style (assets/scss/_tokens.scss).
THEME, BACKGROUND = "#162e51", "white"
LONGEST = 1001  # characters of what a browser names: one more than is taken
_ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"), ("app-maskable-512.png", 512, "maskable"))
_PARTS = ("css/staff.css", "css/print.css", "js/public.js", "img/favicon.ico", "img/favicon.svg")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    name = _("%(programme)s: schools") % {"programme": settings.UPSTANDER_PROGRAMME_NAME}
    icons = [
        {
            "src": static(f"upstander/img/{file}"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for file, size, purpose in _ICONS
    ]
    known = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": translation.get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": BACKGROUND,
        "icons": icons,
    }
    return JsonResponse(known, content_type="application/manifest+json")


def news() -> dict[str, str]:
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
        "offline": reverse("response_offline"),
        "parts": [static(f"upstander/{part}") for part in _PARTS],
        "news": news(),
        "opens": reverse("response_news"),
        "renew": reverse("response_renew"),
        "key": spelled(key) if key else "",
    }
    mark = hashlib.sha256(json.dumps([told, static("upstander/js/schoolworker.js")]).encode()).hexdigest()[
        :16
    ]
    code = json.dumps(static("upstander/js/schoolworker.js"))
    script = f"self.app={json.dumps(told | {'version': mark})};importScripts({code});"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the phone shows where there is no line: the same for everybody."""
    return render(request, "response/offline.html")


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """Where tapping on a notice leads, once it is known who is there: to the tip that a phone of theirs was told of last."""
    account = account_of(request.user)
    found = devices.last_told(account.pk)
    there = set(queries.visible(account).filter(pk__in=found).values_list("pk", flat=True))
    referral = next((id for id in found if id in there), None)
    return redirect("response_referral", referral) if referral else redirect("response_home")


# The mark is the authority, not a cookie: the browser renews its subscription while nobody is signed in. All that it can do is to
# say where this phone's own pushes go.
@csrf_exempt
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """A phone has got another place for its pushes: `mark`, and what the browser names. 204, or 422 where it is told no more."""
    browser = devices.marked(request.POST.get("mark", ""))
    try:
        done = browser is not None and devices.renew(browser, pushed(request))
    except CarrierError:
        done = False
    return HttpResponse(status=204 if done else 422)


def pushed(request: HttpRequest) -> Push:
    """What the browser named."""
    return Push(*(request.POST.get(name, "")[:LONGEST] for name in ("endpoint", "p256dh", "auth")))
