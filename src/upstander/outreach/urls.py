"""The addresses of outreach, on the desk's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.outreach import views

urlpatterns = [
    path("", views.everybody, name="outreach"),
    path("place-not-known/", views.unknown, name="outreach_unknown"),
    path("<int:organisation_id>/", views.prospect, name="outreach_prospect"),
    path("tips/<str:number>/release/", views.release, name="outreach_release"),
    path("words/<uuid:words_id>/", views.words, name="outreach_words"),
]
