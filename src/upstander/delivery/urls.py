"""The sandbox pages, on the desk's origin.

This room stands beside the one that knows roles, so it cannot name who may see its pages: whoever mounts them hands the guard
in. Without a guard there are no patterns, so they cannot be mounted open by mistake.
"""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from upstander.delivery import views

View = Callable[..., Any]


def patterns(guard: Callable[[View], View]) -> list[URLPattern]:
    """Both pages behind `guard`, as `desk.roles.reader` is one."""
    return [
        path("", guard(views.messages), name="sandbox"),
        path("<uuid:message_id>/", guard(views.message), name="sandbox_message"),
    ]
