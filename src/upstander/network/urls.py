"""The addresses of this room, on the network's origin."""

from django.urls import path

from upstander.network import views

urlpatterns = [
    path("", views.home, name="network_home"),
]
