"""The addresses of the event register, on the network's origin."""

from django.urls import path

from upstander.register import compare_views, product_views, proposal_views, staff_views, views

urlpatterns = [
    path("incidents/", views.everything, name="register"),
    path("incidents/map/", views.drawn, name="register_map"),
    path("incidents/all.csv", views.export, name="register_export"),
    path("incidents/propose/", proposal_views.propose, name="register_propose"),
    path("incidents/<uuid:incident_id>/", views.one, name="register_incident"),
    path("desk/incidents/new/", staff_views.new, name="register_new"),
    path("desk/incidents/<uuid:incident_id>/correct/", staff_views.correct, name="register_correct"),
    path("desk/incidents/<uuid:incident_id>/withdraw/", staff_views.withdraw, name="register_withdraw"),
    path("desk/incidents/<uuid:incident_id>/begin/", product_views.begin, name="register_begin"),
    path("desk/incidents/compare/", compare_views.compared, name="register_compare"),
    path("desk/products/<uuid:product_id>/incidents/", product_views.cite, name="register_cite"),
    path("desk/incidents/proposals/", proposal_views.waiting, name="register_proposals"),
    path("desk/incidents/proposals/<uuid:proposal_id>/", proposal_views.decide, name="register_proposal"),
]
