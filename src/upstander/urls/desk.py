"""The desk's origin: programme staff."""

from django.urls import include, path

from upstander.delivery.urls import patterns as sandbox_patterns
from upstander.desk.calendars import site
from upstander.desk.roles import reader
from upstander.directory.calendars_urls import patterns as calendar_patterns
from upstander.directory.urls import patterns as directory_patterns
from upstander.ops.views import metrics
from upstander.people.access import require_role
from upstander.web.errors import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("metrics", metrics, name="metrics"),
    path("", include("upstander.people.urls")),
    path("people/", include("upstander.people.desk_urls")),
    path("", include("upstander.desk.urls")),
    path("evidence/", include("upstander.evidence.urls")),
    path("library/", include("upstander.library.desk_urls")),
    path("outreach/", include("upstander.outreach.urls")),
    path("school-officers/", include("upstander.officers.state_urls")),
    path("training/", include("upstander.training.urls")),
    path("directory/", include(directory_patterns(require_role("programme_admin")))),
    path("directory/", include(calendar_patterns(site))),
    path("sandbox/", include(sandbox_patterns(reader))),
]
