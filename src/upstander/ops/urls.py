"""Served at every origin. `/metrics` is the desk's alone (`urls/desk.py`)."""

from django.urls import path

from upstander.ops import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
