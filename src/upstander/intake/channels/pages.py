"""What every reporter's page has in common: its methods, its language, the pack's words."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upstander.library.site import Site
from upstander.packs.current import current
from upstander.web import errors

View = Callable[..., HttpResponse]

_WORDS = (
    "danger.title", "danger.call_911", "danger.call_988", "danger.cannot_call", "danger.write_anyway",
    "trust.who_reads", "trust.confidential", "trust.limits", "trust.what_next",
    "receipt.keep", "receipt.lost", "ack.web", "files.never_send", "files.suspected",
)  # fmt: skip


def page(*methods: str) -> Callable[[View], View]:
    """A reporter's page: only these methods, never stored by anybody on the way, plain words when too much was sent."""
    allowed = (*methods, "HEAD", "OPTIONS")

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
            if request.method not in allowed:
                response = errors.page(request, 405)
                response["Allow"] = ", ".join(allowed)
                return response
            try:
                response = view(request, **named)
            except RequestDataTooBig:
                return errors.page(request, 413)
            response["Cache-Control"] = "no-store"
            return response

        return answer

    return decorate


def language_of(request: HttpRequest) -> str:
    """The language that this page is in."""
    return request.LANGUAGE_CODE


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of a reporter's page needs. There is no form to protect by a token: no cookie says who anybody is."""
    return {
        "lang": language_of(request),
        "languages": settings.LANGUAGES,  # each by its own name; Django's tag would translate them: "Inglés" for English
        "q": f"?lang={language_of(request)}",
        "csrf_token": "",
    }


def show(request: HttpRequest, template: str, status: int = 200, **known: Any) -> HttpResponse:
    """A page in the reporter's language, with the pack and the words around it."""
    language = language_of(request)
    texts = {name: current().text(f"reporter.{name}", language) for name in _WORDS}
    known |= frame(request) | {"words": {k.replace(".", "_"): v for k, v in texts.items()}}
    return render(request, f"intake/{template}.html", known, status=status)


library = Site(
    base="intake/base.html",
    frame=frame,
    keep=lambda request: {"lang": language_of(request)},
    guard=page("GET", "POST"),
)
"""The library at the public origin: in the frame of the reporter's pages, in the language of the address."""
