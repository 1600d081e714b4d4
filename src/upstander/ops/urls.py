"""Served at every origin; `/metrics` at the desk's only."""

from django.conf import settings
from django.urls import URLPattern, path

from upstander.ops import views

urlpatterns: list[URLPattern] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
if settings.PROCESS == "desk":
    urlpatterns.append(path("metrics", views.metrics, name="metrics"))
