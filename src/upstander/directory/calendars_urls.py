"""The calendars' addresses, the same on both origins; whoever mounts them says who may (see `calendars_site`)."""

from functools import partial, update_wrapper

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from upstander.directory import calendars_file, calendars_views
from upstander.directory.calendars_site import Site, View

_PAGES: tuple[tuple[str, View, str], ...] = (
    ("organizations/<int:pk>/calendar/", calendars_views.calendar, "directory_calendar"),
    ("calendar-file/<int:pk>/", calendars_file.calendar_file, "directory_calendar_file"),  # (an address of its own lane)
    ("organizations/<int:pk>/on-call/", calendars_views.on_call, "directory_on_call"),
    ("contacts/<int:pk>/reached/", calendars_views.reached, "directory_reached"),
)


def _bound(view: View, site: Site) -> View:
    bound = update_wrapper(partial(view, site=site), view)
    return require_http_methods(["GET", "HEAD", "POST"])(bound)


def patterns(site: Site) -> list[URLPattern]:
    """Every page of the calendars on an origin."""
    found = [path(route, site.guard(_bound(view, site)), name=name) for route, view, name in _PAGES]
    if site.supervisors and site.guard_supervisors:
        view = site.guard_supervisors(_bound(calendars_views.supervisors_on_call, site))
        found.append(path("on-call/", view, name="directory_supervisors_on_call"))
    return found
