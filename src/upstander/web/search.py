"""Reading a search box (`{% search %}`)."""

from django.http import HttpRequest

MOST = 100
"""Characters that anybody looks for."""


def asked(request: HttpRequest) -> str:
    """What was typed into the page's search box, as the database can take it; empty where nothing was.

    Read from the body alone: an address stands in logs, in histories, and in what the next page is told.
    """
    return request.POST.get("q", "").replace("\x00", "").strip()[:MOST]
