"""The directory's addresses on the desk's origin.

This room stands below the one that knows roles, so it cannot name who may see its pages: whoever mounts them
hands the guard in. Without a guard there are no patterns, so they cannot be mounted open by mistake.
"""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from upstander.directory import contact_views, enrolment_views, verification_views, views

View = Callable[..., Any]
_PAGES: tuple[tuple[str, View, str], ...] = (
    ("", views.home, "directory"),
    ("gaps/", views.gaps, "directory_gaps"),
    ("verification/", verification_views.verification, "directory_verification"),
    ("imports/", views.imports, "directory_imports"),
    ("organisations/<int:pk>/", views.organisation, "directory_organisation"),
    ("organisations/<int:pk>/contacts/new/", contact_views.new, "directory_contact_new"),
    ("contacts/<int:pk>/", contact_views.change, "directory_contact"),
    ("contacts/<int:pk>/verify/", contact_views.verify, "directory_contact_verify"),
    ("contacts/<int:pk>/end/", contact_views.end, "directory_contact_end"),
    ("organisations/<int:pk>/enrol/", enrolment_views.ask, "directory_enrol"),
    ("enrolments/", enrolment_views.queue, "directory_enrolments"),
    ("enrolments/<int:pk>/verify/", enrolment_views.verify, "directory_enrolment_verify"),
    ("enrolments/<int:pk>/activate/", enrolment_views.activate, "directory_enrolment_activate"),
    ("enrolments/<int:pk>/refuse/", enrolment_views.refuse, "directory_enrolment_refuse"),
    ("enrolments/<int:pk>/withdraw/", enrolment_views.withdraw, "directory_enrolment_withdraw"),
)


def patterns(guard: Callable[[View], View]) -> list[URLPattern]:
    """Every page of the directory behind `guard`, as `people.access.require_role("programme_admin")` makes
    one.
    """
    return [path(route, guard(view), name=name) for route, view, name in _PAGES]
