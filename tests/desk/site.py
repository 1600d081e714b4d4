"""A desk origin with the rooms that its pages lead to."""

from django.urls import include, path

urlpatterns = [
    path("", include("upstander.people.urls")),
    path("", include("upstander.desk.urls")),
    path("evidence/", include("upstander.evidence.urls")),
    path("training/", include("upstander.training.urls")),
    path("outreach/", include("upstander.outreach.urls")),
]
