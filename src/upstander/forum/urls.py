"""The addresses of this room, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.forum import board_views, desk_views, request_views, views

urlpatterns = [
    path("forum/", views.front, name="forum"),
    path("forum/contribute/", views.contribute, name="forum_contribute"),
    path("forum/contributions/<uuid:contribution_id>/", views.contribution, name="forum_contribution"),
    path("forum/contributions/<uuid:contribution_id>/<uuid:file_id>/", views.contribution_file, name="forum_contribution_file"),
    path("forum/requests/", request_views.mine, name="forum_requests"),
    path("forum/requests/new/", request_views.new, name="forum_ask"),
    path("forum/requests/<uuid:request_id>/", request_views.one, name="forum_request"),
    path("forum/threads/", board_views.threads, name="forum_threads"),
    path("forum/threads/new/", board_views.new_thread, name="forum_new_thread"),
    path("forum/threads/<uuid:thread_id>/", board_views.thread, name="forum_thread"),
    path("forum/concerns/", board_views.concerns, name="forum_concerns"),
    path("forum/concerns/<uuid:concern_id>/", board_views.concern, name="forum_concern"),
    path("forum/peers/", views.everybody, name="forum_peers"),
    path("forum/peers/mine/", views.my_card, name="forum_my_card"),
    path("forum/peers/mine/withdraw/", views.withdraw_card, name="forum_withdraw_card"),
    path("forum/terms/", views.glossary, name="forum_terms"),
    path("desk/forum/", desk_views.desk, name="forum_desk"),
    path("desk/forum/contributions/<uuid:contribution_id>/", desk_views.contribution, name="forum_desk_contribution"),
    path("desk/forum/requests/<uuid:request_id>/", desk_views.one_request, name="forum_desk_request"),
    path("desk/forum/requests/<uuid:request_id>/put/", desk_views.put, name="forum_put"),
    path("desk/forum/answers/<uuid:answer_id>/release/", desk_views.release, name="forum_release"),
    path("desk/forum/posts/<uuid:post_id>/", desk_views.post, name="forum_desk_post"),
    path("desk/forum/threads/<uuid:thread_id>/close/", desk_views.close_thread, name="forum_close"),
    path("desk/forum/concerns/open/", desk_views.open_board, name="forum_open_board"),
    path("desk/forum/concerns/new/", desk_views.new_concern, name="forum_new_concern"),
    path("desk/forum/concerns/<uuid:concern_id>/", desk_views.concern, name="forum_desk_concern"),
]
