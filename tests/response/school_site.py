"""The school origin without the house's health pages."""

from django.urls import include, path

from upstander.directory.calendars_urls import patterns
from upstander.library.urls import patterns as library_patterns
from upstander.preparedness.urls import patterns as preparedness_patterns
from upstander.response.calendars import site
from upstander.response.pages import header, library

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("", include("upstander.response.urls")),
    path("", include("upstander.officers.urls")),
    path("", include("upstander.disclosure.urls")),
    path("", include("upstander.assessment.urls")),
    path("", include(patterns(site))),
    path("", include(library_patterns(library))),
    path("", include(preparedness_patterns(header))),
]
