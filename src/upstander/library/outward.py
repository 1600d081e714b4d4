"""The list as other sites show it: a page for their frame, and a feed. No cookie, nothing asked of anybody's device."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from upstander.library import looking, queries
from upstander.library.looking import Filters
from upstander.web.context import house
from upstander.web.middleware import CSP

# Any site may show this one page: it has no form and no button, so that nothing can be pressed there by stealth.
FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors *").replace(
    "form-action 'self'", "form-action 'none'"
)
HOUR = "public, max-age=3600"


@xframe_options_exempt
def embed(request: HttpRequest) -> HttpResponse:
    """The list for another site's frame, narrowed by the same codes as the page."""
    filters, spoken = _asked(request)
    found = queries.entries(looking.find(queries.library(), filters), spoken)
    whole = reverse("library") + filters.query({"lang": spoken})
    response = render(request, "library/embed.html", {"found": found, "whole": whole, "outward": True})
    response["Content-Security-Policy"] = FRAMED
    return _for_everybody(response)


def feed(request: HttpRequest) -> HttpResponse:
    """The list as JSON Feed 1.1 (jsonfeed.org), narrowed by the same codes as the page."""
    filters, spoken = _asked(request)
    home = house(request)["origin_urls"]["public"] + reverse("library")
    items = [_item(one, home) for one in queries.entries(looking.find(queries.library(), filters), spoken)]
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": house(request)["programme"],
        "home_page_url": home,
        "feed_url": home + "feed.json" + filters.query({"lang": spoken}),
        "language": spoken,
        "items": items,
    }
    response = JsonResponse(made, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/feed+json; charset=utf-8"
    response["Access-Control-Allow-Origin"] = "*"
    return _for_everybody(response)


def _asked(request: HttpRequest) -> tuple[Filters, str]:
    return looking.filters_of(request.GET, queries.library()), queries.language()


def _for_everybody(response: HttpResponse) -> HttpResponse:
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = HOUR
    response["Vary"] = "Accept-Language"
    return response


def _item(entry: queries.Entry, home: str) -> dict[str, Any]:
    """An entry; its own address is the library's, for another site's may be unverified (`_library.verified` is null)."""
    item: dict[str, Any] = {
        "id": entry.code,
        "url": f"{home}#{entry.code}",
        "title": entry.title,
        "content_text": entry.why,
        "authors": [{"name": entry.source}],
        "tags": [*entry.audiences, *entry.subjects],
        "date_modified": f"{entry.checked.isoformat()}T00:00:00Z",
        "_library": {
            "source": entry.source,
            "kind": entry.kind,
            "level": entry.level,
            "languages": entry.languages,
            "checked": entry.checked.isoformat(),
            "verified": entry.verified.isoformat() if entry.verified else None,
            "answered": entry.link.answered_at.date().isoformat() if entry.link and entry.link.answered_at else None,
        },
    }
    return item | ({"external_url": entry.address} if entry.address else {})
