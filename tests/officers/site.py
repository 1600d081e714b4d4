"""The school origin with the pages of officers."""

from django.urls import include, path

from tests.response.school_site import urlpatterns as school

urlpatterns = [*school, path("", include("upstander.officers.urls"))]
