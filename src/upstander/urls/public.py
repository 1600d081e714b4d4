"""The public origin: reporters' pages and the API."""

from django.urls import include, path

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("", include("upstander.intake.urls")),
]
