"""This room's pages at the desk's origin: the state in counts."""

from django.urls import path

from upstander.officers import state_views

urlpatterns = [
    path("", state_views.year, name="officers_state"),
    path("<int:year>/", state_views.year, name="officers_state_of"),
    path("<int:year>.pdf", state_views.year_pdf, name="officers_state_pdf"),
]
