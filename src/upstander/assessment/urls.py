"""The team's pages, at the school origin."""

from django.urls import path

from upstander.assessment import case_views, decision_views, moving_views, team_views

urlpatterns = [
    path("team/", team_views.home, name="assessment_home"),
    path("team/of/<int:place_id>/", team_views.set_up, name="assessment_set_up"),
    path("team/tell/", team_views.report, name="assessment_report"),
    path("team/<uuid:team_id>/", team_views.team, name="assessment_team"),
    path("team/<uuid:team_id>/agreement/", team_views.agreement, name="assessment_agreement"),
    path("team/<uuid:team_id>/members/<uuid:member_id>/end/", team_views.end_member, name="assessment_end_member"),
    path("team/cases/<uuid:case_id>/", case_views.case, name="assessment_case"),
    path("team/cases/<uuid:case_id>/write/", case_views.write, name="assessment_write"),
    path("team/cases/<uuid:case_id>/step/", case_views.step, name="assessment_step"),
    path("team/cases/<uuid:case_id>/disclose/", case_views.disclose, name="assessment_disclose"),
    path("team/cases/<uuid:case_id>/level/", decision_views.level, name="assessment_level"),
    path("team/cases/<uuid:case_id>/plan/", decision_views.plan, name="assessment_plan"),
    path("team/cases/<uuid:case_id>/plan/<uuid:item_id>/done/", decision_views.done, name="assessment_plan_done"),
    path("team/cases/<uuid:case_id>/plan/<uuid:item_id>/again/", decision_views.again, name="assessment_plan_again"),
    path("team/cases/<uuid:case_id>/review/", decision_views.review, name="assessment_review"),
    path("team/cases/<uuid:case_id>/offer/", moving_views.offer, name="assessment_offer"),
    path("team/cases/<uuid:case_id>/offer/back/", moving_views.take_back, name="assessment_offer_back"),
    path("team/offers/<uuid:offer_id>/", moving_views.take_over, name="assessment_take_over"),
    path("team/cases/<uuid:case_id>/kept/", decision_views.kept, name="assessment_kept"),
    path("team/cases/<uuid:case_id>/close/", decision_views.close, name="assessment_close"),
    path("team/cases/<uuid:case_id>/entries/<uuid:entry_id>/withdraw/", case_views.withdraw, name="assessment_withdraw"),
]
