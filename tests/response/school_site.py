"""The school origin without the house's health pages."""

from django.urls import include, path

from upstander.directory.calendars_urls import patterns
from upstander.response.calendars import site

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("", include("upstander.response.urls")),
    path("", include(patterns(site))),
]
