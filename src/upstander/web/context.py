"""What every template may know about this installation (a context processor)."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from upstander.config import config

# A page that anybody may have open, run by the United States: it tells a bystander nothing.
QUICK_EXIT_URL = "https://www.weather.gov/"


@lru_cache(maxsize=1)
def _origins() -> dict[str, str]:
    return {name: config().origin(name) for name in ("public", "desk", "school", "network")}


def house(request: HttpRequest | None = None) -> dict[str, Any]:
    """Context processor: what base templates show on every page.

    `programme`, `sandbox`, `leaves` (whether messages leave a practice system), `origin_urls` (public, desk, school, network),
    `surface` (which one this process is), and `quick_exit_url`, where *Leave quickly* goes (setting `UPSTANDER_QUICK_EXIT_URL`).
    """
    process = config().process
    return {
        "programme": getattr(settings, "UPSTANDER_PROGRAMME_NAME", "Upstander"),
        "sandbox": getattr(settings, "UPSTANDER_SANDBOX", False),
        "leaves": config().reaches_out,
        "origin_urls": _origins(),
        "surface": process if process in ("desk", "school", "network") else "public",
        "quick_exit_url": getattr(settings, "UPSTANDER_QUICK_EXIT_URL", QUICK_EXIT_URL),
    }
