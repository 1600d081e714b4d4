"""The school origin: designated end-users and organisations' administrators."""

from django.urls import include, path

from upstander.directory.calendars_urls import patterns as calendar_patterns
from upstander.library.urls import patterns as library_patterns
from upstander.preparedness.urls import patterns as preparedness_patterns
from upstander.response.calendars import site
from upstander.response.pages import header, library
from upstander.web.errors import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("", include("upstander.people.urls")),
    path("", include("upstander.response.urls")),
    path("", include("upstander.officers.urls")),
    path("", include("upstander.disclosure.urls")),
    path("", include("upstander.assessment.urls")),
    path("", include(calendar_patterns(site))),
    path("", include(library_patterns(library))),
    path("", include(preparedness_patterns(header))),
]
