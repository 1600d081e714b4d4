"""The addresses of this room, on the network's origin."""

from django.urls import path

from upstander.network import (
    apply_views,
    desk_views,
    forgotten,
    member_views,
    own_views,
    roll_views,
    upload_views,
    views,
)

urlpatterns = [
    path("", views.home, name="network_home"),
    # without sign-in
    path("forgotten/", forgotten.page, name="network_forgotten"),
    path("apply/", apply_views.apply, name="network_apply"),
    path("apply/confirm/<str:token>/", apply_views.confirm, name="network_apply_confirm"),
    path("apply/vouch/<str:token>/", apply_views.sponsor, name="network_apply_sponsor"),
    path("agreement/", apply_views.terms, name="network_terms"),
    # files in pieces, and whether somebody may bring any
    path("uploads-allowed", upload_views.allowed, name="network_uploads_allowed"),
    path("uploads", upload_views.uploads, name="network_uploads"),
    path("uploads/<int:n>", upload_views.piece, name="network_upload_piece"),
    # a member's own
    path("me/", own_views.me, name="network_me"),
    path("me/agreement/", own_views.agreement, name="network_agreement"),
    path("me/agreement/<uuid:signature_id>.pdf", own_views.agreement_pdf, name="network_agreement_pdf"),
    path("me/attest/", own_views.attest, name="network_attest"),
    path("me/changed/", own_views.changed, name="network_changed"),
    path("me/leave/", own_views.leave, name="network_leave"),
    # the staff's
    path("desk/members/", desk_views.queue, name="network_members"),
    path("desk/members/all/", member_views.everybody, name="network_members_all"),
    path("desk/members/all.csv", member_views.export, name="network_members_export"),
    path("desk/members/lists/", roll_views.rolls, name="network_rolls"),
    path("desk/members/lists/<uuid:roll_id>/", roll_views.roll, name="network_roll"),
    path("desk/members/applications/<uuid:application_id>/", desk_views.application, name="network_application"),
    path("desk/members/applications/<uuid:application_id>.pdf", desk_views.signature_pdf, name="network_application_pdf"),
    path("desk/members/<uuid:member_id>/", member_views.member, name="network_member"),
    path("desk/members/<uuid:member_id>/<uuid:signature_id>.pdf", member_views.signature_pdf, name="network_member_pdf"),
]
