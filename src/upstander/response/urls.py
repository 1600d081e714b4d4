"""The school origin's pages: referrals, the personal link, enrolment, an organisation's administration."""

from django.urls import path

from upstander.response import (
    admin_views,
    advice_views,
    app_views,
    day_views,
    duty_views,
    enrol_views,
    forgotten_views,
    letter_views,
    notice_views,
    phone_views,
    poster_views,
    reverify_views,
    views,
    webhook_views,
)

urlpatterns = [
    path("", views.home, name="response_home"),
    path("today/", day_views.page, name="response_day"),
    path("today/right/", day_views.right, name="response_day_right"),
    path("forgotten/", forgotten_views.page, name="response_forgotten"),
    path("tips/<uuid:referral_id>/", views.referral, name="response_referral"),
    path("tips/<uuid:referral_id>/confirm/", views.confirm, name="response_confirm"),
    path("tips/<uuid:referral_id>/follow-up/", views.follow_up, name="response_follow_up"),
    path("tips/<uuid:referral_id>/ask/", views.ask, name="response_ask"),
    path("tips/<uuid:referral_id>/outcome/", views.outcome, name="response_outcome"),
    path("tips/<uuid:referral_id>/duties/", duty_views.open_, name="response_open_clock"),
    path("tips/<uuid:referral_id>/duties/<uuid:clock_id>/done/", duty_views.meet, name="response_meet_clock"),
    path("tips/<uuid:referral_id>/duties/<uuid:clock_id>/waive/", duty_views.waive, name="response_waive_clock"),
    path("sharing/", advice_views.sharing, name="response_sharing"),
    path("letters/", letter_views.page, name="response_letters"),
    path("posters/", poster_views.schools, name="response_posters"),
    path("posters/<int:place_id>/", poster_views.school, name="response_posters_of"),
    path("posters/<int:place_id>/<int:placement_id>/", poster_views.placement, name="response_poster"),
    path("phones/", phone_views.phones, name="response_phones"),
    path("phones/renew/", app_views.renew, name="response_renew"),
    path("news/", app_views.latest, name="response_news"),
    path("offline/", app_views.offline, name="response_offline"),
    path("app.webmanifest", app_views.manifest, name="response_manifest"),
    path("worker.js", app_views.worker, name="response_worker"),
    path("c/<str:token>/", notice_views.notice, name="response_notice"),
    path("v/<str:token>/", reverify_views.asked, name="response_reverify"),
    path("enrol/", enrol_views.find, name="response_enrol"),
    path("enrol/<int:place_id>/", enrol_views.ask, name="response_enrol_place"),
    path("organizations/", admin_views.organisations, name="response_organisations"),
    path("organizations/<int:organisation_id>/", admin_views.organisation, name="response_organisation"),
    path("organizations/<int:organisation_id>/system/", webhook_views.system, name="response_system"),
    path("organizations/<int:organisation_id>/enrol/", admin_views.enrol, name="response_ask_enrolment"),
    path("organizations/<int:organisation_id>/withdraw/", admin_views.withdraw, name="response_withdraw"),
    path(
        "organizations/<int:organisation_id>/contacts/new/", admin_views.contact, name="response_new_contact"
    ),
    path(
        "organizations/<int:organisation_id>/contacts/<int:contact_id>/",
        admin_views.contact,
        name="response_contact",
    ),
    path(
        "organizations/<int:organisation_id>/contacts/<int:contact_id>/verify/",
        admin_views.verify,
        name="response_verify_contact",
    ),
    path(
        "organizations/<int:organisation_id>/contacts/<int:contact_id>/end/",
        admin_views.end_contact,
        name="response_end_contact",
    ),
    path(
        "organizations/<int:organisation_id>/contacts/<int:contact_id>/back/",
        admin_views.put_back,
        name="response_put_back",
    ),
    path(
        "organizations/<int:organisation_id>/contacts/<int:contact_id>/designate/",
        admin_views.designate,
        name="response_designate",
    ),
    path(
        "organizations/<int:organisation_id>/designations/<int:designation_id>/end/",
        admin_views.end_designation,
        name="response_end_designation",
    ),
]
