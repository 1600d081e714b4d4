"""The addresses of this room, on the network's origin. None holds a word that somebody typed."""

from django.urls import include, path

from upstander.insight import contact_views, day_views, plan_views, record_views

urlpatterns = [
    path("desk/", day_views.day, name="insight_day"),
    path("desk/unread/<uuid:issue_id>/", day_views.not_read, name="insight_unread"),
    path("desk/contacts/", contact_views.everything, name="insight_contacts"),
    path("desk/contacts/log/", contact_views.log, name="insight_log"),
    path("desk/contacts/<uuid:contact_id>/", contact_views.one, name="insight_contact"),
    path("desk/contacts/<uuid:contact_id>/done/", contact_views.done, name="insight_contact_done"),
    path("desk/plan/", plan_views.this_year, name="insight_plan_now"),
    path("desk/plan/<int:number>/", plan_views.year, name="insight_plan"),
    path("desk/plan/carry-over/", plan_views.carry_over, name="insight_carry_over"),
    path("desk/plan/items/<uuid:item_id>/", plan_views.item, name="insight_plan_item"),
    path("desk/plan/items/<uuid:item_id>/<slug:state>/", plan_views.mark, name="insight_plan_mark"),
    path("desk/governance/", record_views.everything, name="insight_governance"),
    path("desk/governance/add/<slug:kind>/", record_views.add, name="insight_record_add"),
    path("desk/governance/<uuid:record_id>/", record_views.one, name="insight_record"),
    path("", include("upstander.insight.measure_urls")),
]
