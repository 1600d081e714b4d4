"""The school origin with the pages of officers."""

from django.urls import include, path

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("", include("upstander.response.urls")),
    path("", include("upstander.officers.urls")),
]
