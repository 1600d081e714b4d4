"""The desk's origin with the state's counts of officers."""

from django.urls import include, path

from tests.desk.site import urlpatterns as desk

urlpatterns = [*desk, path("school-officers/", include("upstander.officers.state_urls"))]
