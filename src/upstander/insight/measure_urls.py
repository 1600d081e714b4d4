"""The addresses of the measures, the gaps and the review. None holds a word that somebody typed."""

from django.urls import path

from upstander.insight import gap_views, measure_views, review_views

urlpatterns = [
    path("desk/measures/", measure_views.measures, name="insight_measures"),
    path("desk/measures/gaps/", gap_views.gaps, name="insight_gaps"),
    path("desk/measures/gaps/begin/", gap_views.begin, name="insight_begin"),
    path("desk/measures/review/", review_views.review, name="insight_review"),
    path("desk/measures/review/<uuid:making_id>/", review_views.progress, name="insight_making"),
    path("desk/measures/review/<uuid:making_id>/pdf/", review_views.made, name="insight_made"),
]
