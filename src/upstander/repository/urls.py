"""The addresses of the repository, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.repository import kept_views, views

urlpatterns = [
    path("find/", views.find, name="repository_find"),
    path("find/like/<uuid:entry_id>/", views.like, name="repository_like"),
    path("find/keep/", kept_views.keep, name="repository_keep"),
    path("find/kept/", kept_views.kept, name="repository_kept"),
    path("find/kept/<uuid:kept_id>/", kept_views.one, name="repository_kept_one"),
]
