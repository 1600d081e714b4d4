"""The addresses of training, on the desk's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.training import team_views, views

urlpatterns = [
    path("", views.own, name="training"),
    path("begin/<slug:code>/", views.begin, name="training_begin"),
    path("runs/<uuid:run_id>/", views.run, name="training_run"),
    path("runs/<uuid:run_id>/say/", views.say, name="training_say"),
    path("runs/<uuid:run_id>/finish/", views.finish, name="training_finish"),
    path("certificates/<uuid:certificate_id>/", views.certificate, name="training_certificate"),
    path("certificates/<uuid:certificate_id>/withdraw/", team_views.withdraw, name="training_withdraw"),
    path("people/", team_views.everybody, name="training_people"),
    path("people/<int:account_id>/", team_views.person, name="training_person"),
    path("people/<int:account_id>/certify/", team_views.certify, name="training_certify"),
]
