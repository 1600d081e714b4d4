"""A desk origin with nothing but this room and one page of work."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from upstander.people.access import require_role


def work(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the work")


@require_role("supervisor")
def supervisors(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for supervisors")


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", work, name="desk"),
    path("supervisors/", supervisors),
    path("healthz", healthz, name="healthz"),
    path("metrics", healthz, name="metrics"),
    path("", include("upstander.people.urls")),
    path("people/", include("upstander.people.desk_urls")),
]
