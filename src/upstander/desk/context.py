"""What the desk's bar and menu show on every page of the desk's origin, those of other rooms too (a context processor)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from upstander import clock
from upstander.desk import board, roles
from upstander.desk.views.page import red
from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Role

BAR, NAV = "desk/_bar_box.html", "desk/_nav.html"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The templates of bar and menu with what they need; nothing is looked up before a template asks for it.

    Rooms below the desk (directory, people, delivery) cannot name it, so their pages get its bar from here. The red count
    is for those who read tips.
    """
    user = getattr(request, "user", None)
    if settings.PROCESS != "desk" or user is None or not user.is_authenticated:
        return {}
    try:
        reverse("desk")
    except NoReverseMatch:  # an origin of a test that mounts one room alone
        return {}
    held = SimpleLazyObject(lambda: access.roles(user))
    return {
        "desk_nav": NAV,
        "desk_bar": BAR,
        "my_roles": held,
        "reads": SimpleLazyObject(lambda: not held.isdisjoint(roles.READERS)),
        "works": SimpleLazyObject(lambda: not held.isdisjoint(roles.WORKERS)),
        "decides": SimpleLazyObject(lambda: Role.SUPERVISOR in held),
        "researches": SimpleLazyObject(lambda: not held.isdisjoint(roles.RESEARCHERS)),
        "watches": SimpleLazyObject(lambda: not held.isdisjoint(roles.WATCHERS)),
        "owing": SimpleLazyObject(lambda: not held.isdisjoint(roles.OWERS)),
        "assures": SimpleLazyObject(lambda: not held.isdisjoint(roles.ASSURERS)),
        "counts_officers": SimpleLazyObject(
            lambda: current().officers is not None and not held.isdisjoint(roles.OFFICERS_COUNTED)
        ),
        "outreach": SimpleLazyObject(lambda: not held.isdisjoint(roles.OUTREACHERS)),
        "bar": SimpleLazyObject(lambda: board.bar(clock.now(), red=red(request))),  # type: ignore[arg-type]
    }
