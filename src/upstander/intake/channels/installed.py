"""This site as an app on a phone (D-II.E): what a browser asks before it puts it on the home screen, and what it may keep.

The app is these pages in a window of their own. Only who asks for it has it, and it is told nothing of them (decision 0101).
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse

from upstander.delivery.webpush import spelled
from upstander.evidence.kinds import ACCEPT
from upstander.intake import push
from upstander.intake.channels.pages import language_of, page, show
from upstander.packs.current import current

# As `--head` and `--bg` are in the pages' style (assets/scss/_tokens.scss).
THEME, BACKGROUND = "#162e51", "white"
_ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"), ("app-maskable-512.png", 512, "maskable"))
# What opens without a line: pages that are the same for everybody, and what they are made of.
PAGES = ("home", "tell-offline", "return", "about", "privacy", "app")
_PARTS = (
    "css/public.css", "css/print.css", "js/public.js", "js/offline.js", "img/icons.svg", "img/favicon.ico", "img/favicon.svg",
)  # fmt: skip


@page("GET")
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest. Under the icon stands the programme's short name: it says no more than the pages' own header."""
    name = settings.UPSTANDER_PROGRAMME_NAME
    icons = [
        {"src": static(f"upstander/img/{file}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for file, size, purpose in _ICONS
    ]
    known = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": language_of(request),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": BACKGROUND,
        "icons": icons,
        "share_target": _shares(),
    }
    return JsonResponse(known, content_type="application/manifest+json")


def _shares() -> dict[str, Any]:
    """How a phone hands over what somebody shares with the app: as a form with files, like any other here."""
    return {
        "action": _path("shared"),
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {"title": "title", "text": "text", "url": "url", "files": [{"name": "file", "accept": ACCEPT.split(",")}]},
    }


def kept() -> dict[str, Any]:
    """What the service worker may keep on a phone: pages in each language, their parts, and a mark that changes with them."""
    pages = [f"{_path(name)}?lang={code}" for code, _name in settings.LANGUAGES for name in PAGES]
    parts = [static(f"upstander/{part}") for part in _PARTS]
    pack = current()
    news = {code: pack.text("reporter.push.news", code) for code, _name in settings.LANGUAGES}
    told: dict[str, Any] = {"pages": pages, "parts": parts, "form": _path("tell-offline"), "shared": _path("shared")}
    key = push.key()
    told |= {"back": _path("return"), "news": news, "key": spelled(key) if key else ""}
    mark = json.dumps([told, pack.id, pack.version, str(pack.effective_from), static("upstander/js/worker.js")])
    return told | {"version": hashlib.sha256(mark.encode()).hexdigest()[:16]}


def _path(name: str) -> str:
    """A page's path as our own links have it, with the slash at its end."""
    found = reverse(name)
    return found if found.endswith("/") else f"{found}/"


@page("GET")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: what it may keep, and the file that holds its code. At the root, so that it may answer for all."""
    script = f"self.app={json.dumps(kept())};importScripts({json.dumps(static('upstander/js/worker.js'))});"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@page("GET")
def app(request: HttpRequest) -> HttpResponse:
    """What the app is, what it keeps, how to put it on a phone, and how to take every trace of it off again."""
    return show(request, "app")
