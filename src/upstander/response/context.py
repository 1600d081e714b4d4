"""What the pages of the rooms below need of this room's frame: they cannot name it, and get it from here, as the desk's do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """`school_base` is the template around every signed-in page of the school's origin; beside it stands what that needs. Nothing
    is looked up before a template asks for it, nor for another origin or for who is not signed in."""
    user = getattr(request, "user", None)
    if settings.PROCESS != "school" or user is None or not user.is_authenticated:
        return {}
    from upstander.response.pages import header

    return {"school_base": "response/base.html", **header(request)}
