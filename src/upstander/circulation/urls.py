"""The addresses of circulation, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.circulation import desk_views, feedback_views, open_views, views

urlpatterns = [
    # without sign-in
    path("unsubscribe/<str:token>/", open_views.unsubscribe, name="circulation_unsubscribe"),
    path("feed/<str:token>.atom", open_views.feed, name="circulation_feed"),
    # a member's own
    path("received/", views.received, name="circulation_received"),
    path("received/<uuid:copy_id>/", views.one, name="circulation_one"),
    path("received/<uuid:copy_id>/read/", views.read, name="circulation_read"),
    path("received/<uuid:copy_id>/copy.pdf", views.pdf, name="circulation_pdf"),
    path("received/take/<uuid:product_id>/", views.take, name="circulation_take"),
    path("products/<uuid:product_id>/feedback/", feedback_views.say, name="circulation_feedback"),
    path("me/told/", views.told, name="circulation_told"),
    path("me/told/feed/", views.feed, name="circulation_make_feed"),
    path("me/told/device/", views.device, name="circulation_device"),
    # the staff's
    path("desk/circulation/", desk_views.everything, name="circulation_desk"),
    path("desk/circulation/<uuid:release_id>/", desk_views.issue, name="circulation_issue"),
]
