"""The school origin without the house's health pages."""

from django.urls import include, path

urlpatterns = [path("", include("upstander.people.urls")), path("", include("upstander.response.urls"))]
