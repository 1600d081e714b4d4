"""This site as an app on the home screen of a phone (D-II.E): what a browser asks before it puts it there.

The app is these pages in a window of their own. It stores nothing on the phone and is told nothing of who installs it.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static

from upstander.intake.channels.pages import language_of, page

# As `--head` and `--bg` are in the pages' style (assets/scss/_tokens.scss).
THEME, BACKGROUND = "#162e51", "white"
_ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"), ("app-maskable-512.png", 512, "maskable"))


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
    }
    return JsonResponse(known, content_type="application/manifest+json")
