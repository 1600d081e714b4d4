"""The school origin with the team's pages."""

from django.urls import include, path

from upstander.library.urls import patterns as library_patterns
from upstander.response.pages import library

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("", include("upstander.response.urls")),
    path("", include("upstander.officers.urls")),
    path("", include("upstander.preparedness.urls")),
    path("", include("upstander.disclosure.urls")),
    path("", include("upstander.assessment.urls")),
    path("", include(library_patterns(library))),
]
