"""Students' files, at the school origin."""

from django.urls import path

from upstander.disclosure import views

urlpatterns = [
    path("students/", views.home, name="disclosure_home"),
    path("students/new/", views.new, name="disclosure_new"),
    path("students/from-advice/", views.from_advice, name="disclosure_from_advice"),
    path("students/<uuid:student_id>/", views.student, name="disclosure_student"),
    path("students/<uuid:student_id>/emergency/", views.emergency, name="disclosure_emergency"),
    path("students/<uuid:student_id>/record/", views.record, name="disclosure_record"),
    path("students/emergencies/<uuid:emergency_id>/over/", views.end_emergency, name="disclosure_end_emergency"),
    path("students/told/<uuid:disclosure_id>/notified/", views.notified, name="disclosure_notified"),
    path("students/told/<uuid:disclosure_id>/notice/<slug:language>/", views.notice, name="disclosure_notice"),
]
