"""A desk origin with nothing but the directory and sign-in."""

from django.urls import include, path

from upstander.directory.urls import patterns
from upstander.people.access import require_role

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("directory/", include(patterns(require_role("programme_admin")))),
]
