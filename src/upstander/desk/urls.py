"""The desk's addresses. A tip is named by its public number; no address holds a word that somebody typed about a tip."""

from django.urls import path

from upstander.desk import law_urls, paper_urls
from upstander.desk.views import (
    acts,
    board,
    finding,
    line,
    lowerings,
    offers,
    owed,
    queue,
    referrals,
    suggested,
    tip,
)

_TIP = "tip/<str:number>/"

urlpatterns = [
    path("", queue.home, name="desk"),
    path("queue/", queue.queue, name="desk_queue"),
    path("bar/", queue.bar, name="desk_bar"),
    path("live-allowed", line.allowed, name="desk_live_allowed"),
    path("red/", queue.red, name="desk_red"),
    path("search/", finding.search, name="desk_search"),
    path("desk-schools", finding.schools, name="desk_schools"),
    path("lowerings/", lowerings.lowerings, name="desk_lowerings"),
    path("lowerings/<uuid:judgement_id>/", lowerings.decide, name="desk_decide"),
    path("referrals/", referrals.referrals, name="desk_referrals"),
    path("board/", board.board, name="desk_board"),
    path("board/<str:number>/confirm/", board.confirm, name="desk_confirm"),
    path("owed/", owed.owing, name="desk_owed"),
    path("owed/<uuid:action_id>/", owed.record, name="desk_owed_record"),
    path("calls-back/", owed.callbacks, name="desk_callbacks"),
    path("out-of-network/", owed.out_of_network, name="desk_outside"),
    path(_TIP, tip.tip, name="desk_tip"),
    path(f"{_TIP}head/", tip.head, name="desk_head"),
    path(f"{_TIP}words/", tip.words, name="desk_words"),
    path(f"{_TIP}panels/", tip.panels, name="desk_panels"),
    path(f"{_TIP}plan/", tip.plan, name="desk_plan"),
    path(f"{_TIP}callsheet/", tip.call_sheet, name="desk_callsheet"),
    path(f"{_TIP}claim/", tip.claim, name="desk_claim"),
    path(f"{_TIP}reply/", tip.reply, name="desk_reply"),
    path(f"{_TIP}close/", tip.close, name="desk_close"),
    path(f"{_TIP}place/", finding.place, name="desk_place"),
    path(f"{_TIP}preview/", acts.preview, name="desk_preview"),
    path(f"{_TIP}judge/", acts.judge, name="desk_judge"),
    path(f"{_TIP}reveals/", suggested.reveals, name="desk_reveals"),
    path(f"{_TIP}release/", acts.release, name="desk_release"),
    path(f"{_TIP}take-up/", offers.take_up, name="desk_take_up"),
    path(f"{_TIP}support/", offers.support, name="desk_support"),
    path(f"{_TIP}answer/<uuid:question_id>/", referrals.answer, name="desk_answer"),
    path(f"{_TIP}actions/<uuid:action_id>/", acts.record, name="desk_record"),
    path(f"{_TIP}actions/<uuid:action_id>/again/", acts.again, name="desk_again"),
    *paper_urls.urlpatterns,
    *law_urls.urlpatterns,
]
