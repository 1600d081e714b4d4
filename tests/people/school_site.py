"""A school origin with nothing but this room and one page of work."""

from django.urls import include, path

from tests.people.desk_site import work

urlpatterns = [path("", work, name="school"), path("", include("upstander.people.urls"))]
