"""The network's origin: its members, and the staff who run it."""

from django.urls import include, path

from upstander.library.urls import patterns as library_patterns
from upstander.network.own_library import library
from upstander.web.errors import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("", include("upstander.people.urls")),
    path("", include("upstander.gatherings.urls")),
    path("", include("upstander.forum.urls")),
    path("", include("upstander.exchange.urls")),
    path("", include("upstander.network.urls")),
    path("", include("upstander.products.urls")),
    path("", include("upstander.register.urls")),
    path("", include("upstander.circulation.urls")),
    path("", include("upstander.insight.urls")),
    path("", include("upstander.repository.urls")),
    path("", include(library_patterns(library))),
]
