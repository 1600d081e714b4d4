"""The school origin: designated end-users and organisations' administrators."""

from django.urls import include, path

urlpatterns = [
    path("", include("upstander.ops.urls")),
    path("", include("upstander.people.urls")),
    path("", include("upstander.response.urls")),
]
