"""The desk's own machine-readable pages, without the rest of the desk."""

from django.urls import path

from upstander.ops import views

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("metrics", views.metrics),
]
