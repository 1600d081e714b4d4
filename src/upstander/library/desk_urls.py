"""The library's addresses at the desk, for its staff."""

from django.urls import path

from upstander.library import desk_views

urlpatterns = [
    path("", desk_views.home, name="library_desk"),
    path("suggestions/", desk_views.queue, name="library_desk_queue"),
    path("suggestions/lines.toml", desk_views.exported, name="library_desk_lines"),
    path("suggestions/<uuid:suggestion_id>/", desk_views.one, name="library_desk_one"),
]
