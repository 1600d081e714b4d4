"""This room's pages at the school origin, below /officers/."""

from django.urls import path

from upstander.officers import district_views, views

urlpatterns = [
    path("officers/", views.home, name="officers_home"),
    path("officers/again/", views.again, name="officers_again"),
    path("officers/entries/", views.entries, name="officers_entries"),
    path("officers/entries/<uuid:activity_id>/withdraw/", views.withdraw, name="officers_withdraw"),
    path("officers/year/", district_views.own_year, name="officers_own_year"),
    path("officers/year/<int:year>/", district_views.own_year, name="officers_own_year_of"),
    path("officers/certificates/", views.certificates, name="officers_certificates"),
    path(
        "officers/certificates/<uuid:certificate_id>/file/",
        views.certificate_file,
        name="officers_certificate_file",
    ),
    path(
        "officers/certificates/<uuid:certificate_id>/withdraw/",
        views.withdraw_certificate,
        name="officers_withdraw_certificate",
    ),
    path("officers/codes/", views.codes, name="officers_codes"),
    path("officers/codes.pdf", district_views.codes_pdf, name="officers_codes_pdf"),
    path("officers/of/<int:scope_id>/year/", district_views.scope_year, name="officers_year"),
    path("officers/of/<int:scope_id>/year/<int:year>/", district_views.scope_year, name="officers_year_of"),
    path("officers/of/<int:scope_id>/year/<int:year>.pdf", district_views.year_pdf, name="officers_year_pdf"),
    path("officers/of/<int:scope_id>/training/", district_views.training, name="officers_training"),
    path(
        "officers/of/<int:scope_id>/training/overdue/",
        district_views.training,
        {"overdue": True},
        name="officers_training_overdue",
    ),
    path("officers/of/<int:scope_id>/agreements/", district_views.agreements, name="officers_agreements"),
    path(
        "officers/agreements/<uuid:agreement_id>/end/",
        district_views.end_agreement,
        name="officers_end_agreement",
    ),
    path(
        "officers/agreements/<uuid:agreement_id>/file/",
        district_views.agreement_file,
        name="officers_agreement_file",
    ),
]
