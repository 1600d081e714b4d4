"""The room's addresses at the school origin; whoever mounts them gives what the frame of its pages needs."""

from django.urls import URLPattern, path

from upstander.preparedness import (
    drill_views,
    exercise_views,
    paper_views,
    region_views,
    review_views,
    staff_views,
    views,
)
from upstander.preparedness.pages import Frame, framed


def patterns(frame: Frame) -> list[URLPattern]:
    """The pages of this room."""
    one = "preparedness/places/<int:place_id>/"
    pages = (
        ("preparedness/", views.home, "preparedness_home"),
        (one, views.one_place, "preparedness_place"),
        (f"{one}building/", views.building, "preparedness_building"),
        (f"{one}drills/new/", drill_views.new, "preparedness_new_drill"),
        (f"{one}fire/", drill_views.fire, "preparedness_fire"),
        ("preparedness/drills/<uuid:drill_id>/", drill_views.drill, "preparedness_drill"),
        ("preparedness/drills/<uuid:drill_id>/move/", drill_views.move, "preparedness_move_drill"),
        ("preparedness/drills/<uuid:drill_id>/off/", drill_views.call_off, "preparedness_call_off"),
        ("preparedness/drills/<uuid:drill_id>/notice/", drill_views.notice, "preparedness_notice"),
        ("preparedness/calendar/", region_views.make_feed, "preparedness_make_feed"),
        ("preparedness/calendar/<str:token>.ics", region_views.feed, "preparedness_feed"),
        ("preparedness/region/", region_views.region, "preparedness_region"),
        ("preparedness/region/counts.csv", region_views.counts, "preparedness_counts"),
        ("preparedness/files/<int:place_id>/", paper_views.documents, "preparedness_papers"),
        ("preparedness/papers/<uuid:paper_id>/file/", paper_views.file, "preparedness_file"),
        ("preparedness/papers/<uuid:paper_id>/unchanged/", paper_views.unchanged, "preparedness_unchanged"),
        ("preparedness/papers/<uuid:paper_id>/withdraw/", paper_views.withdraw, "preparedness_withdraw_paper"),
        (f"{one}review/", review_views.review, "preparedness_review"),
        (f"{one}review/sign/", review_views.sign, "preparedness_sign"),
        (f"{one}review/<str:which>.pdf", review_views.letter, "preparedness_review_letter"),
        (f"{one}items/", review_views.items, "preparedness_items"),
        ("preparedness/items/<uuid:item_id>/done/", review_views.item_done, "preparedness_item_done"),
        (f"{one}filings/<slug:code>/", staff_views.filing, "preparedness_filing"),
        (f"{one}training/", staff_views.training, "preparedness_training"),
        (f"{one}exercises/", exercise_views.kit, "preparedness_kit"),
        ("preparedness/exercises/<uuid:exercise_id>/", exercise_views.exercise, "preparedness_exercise"),
    )
    return [path(route, framed(view, frame), name=name) for route, view, name in pages]
