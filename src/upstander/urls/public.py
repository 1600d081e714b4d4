"""The public origin: reporters' pages and the API."""

from django.urls import include, path

from upstander.intake.channels.pages import library
from upstander.library.urls import public_patterns
from upstander.web.errors import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("", include("upstander.intake.urls")),
    path("", include(public_patterns(library))),
]
