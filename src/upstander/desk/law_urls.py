"""The addresses of duty clocks, service levels and other versions of the directive."""

from django.urls import path

from upstander.desk.views import clocks, levels, versions

_TIP = "tip/<str:number>/"

urlpatterns = [
    path("duties/", clocks.running, name="desk_duties"),
    path("levels/", levels.shown, name="desk_levels"),
    path("versions/", versions.listed, name="desk_versions"),
    path("versions/<uuid:replay_id>/", versions.replay, name="desk_replay"),
    path(f"{_TIP}clocks/", clocks.panel, name="desk_clocks"),
    path(f"{_TIP}clocks/open/", clocks.open_, name="desk_open_clock"),
    path(f"{_TIP}clocks/<uuid:clock_id>/meet/", clocks.meet, name="desk_meet_clock"),
    path(f"{_TIP}clocks/<uuid:clock_id>/waive/", clocks.waive, name="desk_waive_clock"),
]
