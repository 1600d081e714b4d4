"""A desk origin with sign-in and the sandbox."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", healthz, name="desk"),
    path("healthz", healthz, name="healthz"),
    path("", include("upstander.people.urls")),
    path("sandbox/", include("upstander.delivery.urls")),
]
