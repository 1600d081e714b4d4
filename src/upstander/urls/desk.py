"""The desk's origin: programme staff."""

from django.urls import include, path

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("", include("upstander.people.urls")),
    path("", include("upstander.desk.urls")),
    path("directory/", include("upstander.directory.urls")),
    path("sandbox/", include("upstander.delivery.urls")),
]
