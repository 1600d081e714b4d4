"""The addresses of circulation, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.circulation import (
    app_views,
    desk_views,
    feedback_views,
    open_views,
    phone_views,
    told_views,
    views,
)

urlpatterns = [
    # without sign-in
    path("unsubscribe/<str:token>/", open_views.unsubscribe, name="circulation_unsubscribe"),
    path("feed/<str:token>.atom", open_views.feed, name="circulation_feed"),
    # the app: what is the same for everybody; and what a phone asks by a mark of its own
    path("app.webmanifest", app_views.manifest, name="circulation_manifest"),
    path("worker.js", app_views.worker, name="circulation_worker"),
    path("kept/", app_views.kept, name="circulation_kept"),
    path("kept/contact/", app_views.contact, name="circulation_contact"),
    path("kept/renew/", app_views.renew, name="circulation_renew"),
    # a member's own
    path("kept/<slug:kind>/<uuid:item_id>/", phone_views.item, name="circulation_keep"),
    path("received/", views.received, name="circulation_received"),
    path("received/<uuid:copy_id>/", views.one, name="circulation_one"),
    path("received/<uuid:copy_id>/read/", views.read, name="circulation_read"),
    path("received/<uuid:copy_id>/copy.pdf", views.pdf, name="circulation_pdf"),
    path("received/take/<uuid:product_id>/", views.take, name="circulation_take"),
    path("products/<uuid:product_id>/feedback/", feedback_views.say, name="circulation_feedback"),
    path("me/told/", told_views.told, name="circulation_told"),
    path("me/told/feed/", told_views.feed, name="circulation_make_feed"),
    path("me/told/device/", told_views.device, name="circulation_device"),
    path("me/told/phone/", phone_views.end, name="circulation_phone"),
    path("me/told/number/", phone_views.number, name="circulation_number"),
    # the staff's
    path("desk/circulation/", desk_views.everything, name="circulation_desk"),
    path("desk/circulation/<uuid:release_id>/", desk_views.issue, name="circulation_issue"),
]
