"""The programme administrator's pages about people, on the desk's origin (mounted under /people/)."""

from django.urls import path

from upstander.people import desk_views as views
from upstander.people import token_views

urlpatterns = [
    path("", views.everybody, name="people"),
    path("new/", views.new, name="people_new"),
    path("agencies/", token_views.listed, name="people_tokens"),
    path("agencies/make/", token_views.make, name="people_token_make"),
    path("agencies/<uuid:token_id>/revoke/", token_views.revoke, name="people_token_revoke"),
    path("<int:account_id>/", views.person, name="people_person"),
    path("<int:account_id>/link/", views.link, name="people_link"),
    path("<int:account_id>/active/", views.active, name="people_active"),
    path("<int:account_id>/role/", views.grant, name="people_grant"),
    path("<int:account_id>/role/<int:grant_id>/end/", views.end_grant, name="people_end_grant"),
    path("<int:account_id>/designation/", views.designate, name="people_designate"),
    path(
        "<int:account_id>/designation/<int:designation_id>/end/",
        views.end_designation,
        name="people_end_designation",
    ),
]
