"""The sandbox pages, on the desk's origin."""

from django.urls import path

from upstander.delivery import views

urlpatterns = [
    path("", views.messages, name="sandbox"),
    path("<uuid:message_id>/", views.message, name="sandbox_message"),
]
