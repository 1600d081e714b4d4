"""Error pages in plain words, and Django's error handlers.

In a root `urls` module: `from upstander.web.errors import handler400, handler403, handler404, handler500`.
A view or the server's shim that has its own reason calls `page(request, 413)` (or 405, 408, 429, 503).
"""

import sys
from typing import NamedTuple

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander.web import context


class Words(NamedTuple):
    """What one error page says: what happened, and what to do."""

    title: str | Promise
    text: str | Promise


WORDS: dict[int, Words] = {
    400: Words(
        _("We could not read what was sent"),
        _(
            "Go back, check what you wrote, and send it again. "
            "Your words are still on the page before this one."
        ),
    ),
    403: Words(
        _("This page is not open to you"),
        _(
            "You may have been signed out, or the page may have been open for too long. "
            "Go back and try again."
        ),
    ),
    404: Words(
        _("This page is not here"),
        _(
            "The address may be mistyped, or the page may have moved. "
            "You can start again from the first page."
        ),
    ),
    405: Words(
        _("This page cannot be used that way"),
        _("Go back to the page before this one and use its buttons."),
    ),
    408: Words(
        _("Your connection was too slow"),
        _(
            "What you sent did not reach us in time. Go back and send it again; "
            "your words are still on that page."
        ),
    ),
    413: Words(
        _("That is too long"),
        _(
            "What you sent is more than we can take at once. Go back, make it shorter, and send it again. "
            "You can add more afterwards."
        ),
    ),
    429: Words(
        _("Many people are using this page"),
        _("Please wait a minute and try again. Your words are still on the page before this one."),
    ),
    500: Words(
        _("Something went wrong on our side"),
        _(
            "It is not your fault. Go back and try again in a minute. If you were sending a report and "
            "did not see the word “Received”, send it again."
        ),
    ),
    503: Words(
        _("We are too busy at this moment"),
        _(
            "Please try again in a minute. If you were sending a report and did not see the word “Received”, "
            "send it again."
        ),
    ),
}
ANOTHER_ROLE = Words(
    WORDS[403].title,
    _("This page is for another role. If your work needs it, ask an administrator."),
)
RETRY_AFTER = {429: "60", 503: "30"}


def page(request: HttpRequest | None, status: int, words: Words | None = None) -> HttpResponse:
    """The error page for `status`. Works without a request, without a database and without a session."""
    words = words or WORDS.get(status, WORDS[500])
    known = {
        **context.house(request),
        "error_title": words.title,
        "error_text": words.text,
        "error_status": status,
        "error_retry": status in (408, 429, 500, 503),
    }
    known["error_base"] = (
        "upstander/public_base.html" if known["surface"] == "public" else "upstander/plain_base.html"
    )
    # No request is handed on: what failed may be the session that context processors would read.
    response = HttpResponse(loader.render_to_string("upstander/error.html", known), status=status)
    if status in RETRY_AFTER:
        response["Retry-After"] = RETRY_AFTER[status]
    return response


def another_role(request: HttpRequest) -> HttpResponse:
    """The 403 page for somebody who is signed in, and whose roles do not let them."""
    return page(request, 403, ANOTHER_ROLE)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For `CSRF_FAILURE_VIEW`."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. What failed because the database is away, or was cut off because it said nothing, is worth another try: 503."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return page(request, 503 if away else 500)


handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error
