"""In which language a page behind a link speaks: the contact's, or what is chosen on the page. No cookie keeps the choice."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

_KNOWN = frozenset(code for code, _name in settings.LANGUAGES)


def answer_in(request: HttpRequest, listed: str, page: Callable[[], HttpResponse]) -> HttpResponse:
    """`page()` in the language `?lang=` names, else in `listed`, the contact's; where neither is known (a link that opens
    nothing tells of nobody), in what the browser asks for. A form posts to its own address: the choice goes with it.
    """
    asked = (request.GET.get("lang", ""), listed, translation.get_language() or "")
    language = next((code for code in asked if code in _KNOWN), settings.LANGUAGE_CODE)
    with translation.override(language):
        response = page()
    response.headers["Content-Language"] = language
    return response


def others() -> list[tuple[str, str]]:
    """The languages that the page could be read in as well, each by its own name."""
    return [(code, name) for code, name in settings.LANGUAGES if code != translation.get_language()]
