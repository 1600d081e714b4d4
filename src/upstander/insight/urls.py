"""The addresses of this room, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.insight import day_views

urlpatterns = [
    path("desk/", day_views.day, name="insight_day"),
]
