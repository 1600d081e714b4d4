"""The reporter's language, from what the page says, else from what the browser asks for. No cookie."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

_KNOWN = {code for code, _ in settings.LANGUAGES}


class ReporterLanguage:
    """`?lang=es` or a form field `lang` wins over Accept-Language; the choice travels in the pages, not on the device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
        if chosen not in _KNOWN:
            chosen = (
                translation.get_language_from_request(request)
                if "HTTP_ACCEPT_LANGUAGE" in request.META
                else "en"
            )
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            return self.get_response(request)
