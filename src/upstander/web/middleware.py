"""Two light middlewares. They run on every request: no settings look-up, no regular expression."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from upstander.web import errors

CSP = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'; connect-src 'self'; manifest-src 'self'"
)

# `same-origin`, not `no-referrer`: under `no-referrer` browsers send "Origin: null" with every form, so that
# neither Django's CSRF check nor `SameOriginPosts` could tell our own pages from a stranger's. Other sites
# learn nothing from either.
REFERRER_POLICY = "same-origin"

SECURITY_HEADERS: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CSP),
    ("Referrer-Policy", REFERRER_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    (
        "Permissions-Policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), midi=(), "
        "display-capture=(), browsing-topics=(), interest-cohort=()",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
HSTS = "max-age=63072000; includeSubDomains"
NO_STORE = "no-store"
_DYNAMIC = ("text/html", "application/json", "application/problem+json", "text/plain")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SecurityHeaders:
    """Adds the security headers, and `no-store` to pages and JSON. A header that a view set stands.

    A view that another site may frame says so by Django's `xframe_options_exempt` and a `frame-ancestors` of its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers = SECURITY_HEADERS
        if getattr(settings, "UPSTANDER_HTTPS", False):
            self.headers += (("Strict-Transport-Security", HSTS),)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the headers."""
        response = self.get_response(request)
        headers = response.headers
        for name, value in self.headers:
            headers.setdefault(name, value)
        if getattr(response, "xframe_options_exempt", False):
            del headers["X-Frame-Options"]
        if headers.get("Content-Type", "").startswith(_DYNAMIC):
            headers.setdefault("Cache-Control", NO_STORE)
        return response


class SameOriginPosts:
    """Refuses forms that another site's page sends to us. For the public origin, which sets no cookie at all.

    A JSON body under `/api/` is let through: it carries no ambient authority (no cookie, no trusted address),
    and a browser asks first before it sends one across origins. A client that says neither
    `Sec-Fetch-Site` nor `Origin` is no browser that could be abused, or one too old to say; it may pass:
    a tip must not be lost.
    """

    _SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
    _OURS = frozenset({"same-origin", "none"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse with 403."""
        if request.method in self._SAFE or self._ours(request):
            return self.get_response(request)
        return self.refuse(request)

    def _ours(self, request: HttpRequest) -> bool:
        meta = request.META
        kind = meta.get("CONTENT_TYPE", "")
        if request.path_info.startswith("/api/") and kind.startswith("application/json"):
            return True
        site = meta.get("HTTP_SEC_FETCH_SITE")
        if site is not None:
            return site in self._OURS
        origin = meta.get("HTTP_ORIGIN")
        if origin is None:
            return True
        return origin.partition("://")[2] == request.get_host()  # "null" never is

    @staticmethod
    def refuse(request: HttpRequest) -> HttpResponse:
        """The answer to a form from elsewhere, in plain words."""
        return errors.page(request, 403)
