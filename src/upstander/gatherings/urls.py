"""The addresses of this room, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.gatherings import staff_views, views, visit_views

urlpatterns = [
    path("gatherings/", views.gatherings, name="gatherings"),
    path("gatherings/calendar/", views.make_feed, name="gatherings_make_feed"),
    path("gatherings/calendar/<str:token>.ics", views.feed, name="gatherings_feed"),
    path("gatherings/<uuid:gathering_id>/", views.gathering, name="gathering"),
    path("gatherings/<uuid:gathering_id>/register/", views.register, name="gathering_register"),
    path("gatherings/<uuid:gathering_id>/give-up/", views.give_up, name="gathering_give_up"),
    path("gatherings/<uuid:gathering_id>/feedback/", views.say, name="gathering_say"),
    path("gatherings/<uuid:gathering_id>/certificate/", views.certificate, name="gathering_certificate"),
    path(
        "gatherings/<uuid:gathering_id>/material/<uuid:material_id>/",
        views.material,
        name="gathering_material",
    ),
    path("desk/gatherings/", staff_views.desk, name="gatherings_desk"),
    path("desk/gatherings/answers/", staff_views.answers, name="gatherings_answers"),
    path("desk/gatherings/new/", staff_views.new, name="gatherings_new"),
    path("desk/gatherings/<uuid:gathering_id>/", staff_views.planned, name="gatherings_planned"),
    path("desk/gatherings/<uuid:gathering_id>/edit/", staff_views.edit, name="gatherings_edit"),
    path("desk/gatherings/<uuid:gathering_id>/publish/", staff_views.publish, name="gatherings_publish"),
    path("desk/gatherings/<uuid:gathering_id>/cancel/", staff_views.cancel, name="gatherings_cancel"),
    path("desk/gatherings/<uuid:gathering_id>/copy/", staff_views.copy, name="gatherings_copy"),
    path(
        "desk/gatherings/<uuid:gathering_id>/attendance/",
        staff_views.attendance,
        name="gatherings_attendance",
    ),
    path("desk/gatherings/<uuid:gathering_id>/sheet/", staff_views.sign_in_sheet, name="gatherings_sheet"),
    path(
        "desk/gatherings/<uuid:gathering_id>/material/",
        staff_views.add_material,
        name="gatherings_add_material",
    ),
    path(
        "desk/gatherings/<uuid:gathering_id>/material/<uuid:material_id>/remove/",
        staff_views.remove_material,
        name="gatherings_remove_material",
    ),
    path("desk/visits/", visit_views.overview, name="gatherings_visits"),
    path("desk/visits/regions/<int:region_id>/", visit_views.region, name="gatherings_region"),
    path("desk/visits/places/<int:organisation_id>/", visit_views.plan, name="gatherings_plan_visit"),
    path("desk/visits/<uuid:visit_id>/", visit_views.visit, name="gatherings_visit"),
    path("desk/visits/<uuid:visit_id>/steps/", visit_views.step, name="gatherings_step"),
    path(
        "desk/visits/<uuid:visit_id>/steps/<uuid:step_id>/",
        visit_views.step_done,
        name="gatherings_step_done",
    ),
    path("desk/visits/<uuid:visit_id>/drop/", visit_views.drop, name="gatherings_drop_visit"),
]
