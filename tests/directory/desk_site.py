"""A desk origin with nothing but the directory and sign-in."""

from django.urls import include, path

from upstander.desk.calendars import site
from upstander.directory.calendars_urls import patterns as calendars
from upstander.directory.urls import patterns
from upstander.people.access import require_role

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("directory/", include(patterns(require_role("programme_admin")))),
    path("directory/", include(calendars(site))),
]
