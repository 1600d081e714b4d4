"""The addresses of this room, on the network's origin: members' pages, the SIO's, and the TAXII server. None holds a word."""

from django.urls import include, path

from upstander.exchange import (
    collection_views,
    feed_views,
    item_views,
    package_views,
    passing_views,
    peer_views,
    state_views,
)

urlpatterns = [
    path("exchange/", item_views.items, name="exchange_items"),
    path("exchange/items/<uuid:item_id>/", item_views.item, name="exchange_item"),
    path("exchange/states/<uuid:received_id>/", item_views.received, name="exchange_received"),
    path("desk/exchange/feeds/", feed_views.feeds, name="exchange_feeds"),
    path("desk/exchange/feeds/add/", feed_views.add, name="exchange_add"),
    path("desk/exchange/files/<uuid:source_id>/", feed_views.source, name="exchange_source"),
    path("desk/exchange/items/", item_views.inbox, name="exchange_inbox"),
    path("desk/exchange/items/<uuid:item_id>/", item_views.decide, name="exchange_decide"),
    path("desk/exchange/states/", peer_views.states, name="exchange_states"),
    path("desk/exchange/states/join/", peer_views.join, name="exchange_join"),
    path("desk/exchange/states/<uuid:peer_id>/", peer_views.peer, name="exchange_peer"),
    path(
        "desk/exchange/states/<uuid:peer_id>/package/<uuid:product_id>/",
        package_views.export,
        name="exchange_export",
    ),
    path("desk/exchange/collections/", collection_views.collections_page, name="exchange_collections"),
    path("desk/exchange/offers/<uuid:offer_id>/", collection_views.offer, name="exchange_offer"),
    path("desk/exchange/files/package/", package_views.bring, name="exchange_import"),
    path("desk/exchange/passed-on/", passing_views.products, name="exchange_products"),
    path("desk/exchange/forum/", state_views.forum, name="exchange_forum"),
    path("desk/exchange/forum/<uuid:session_id>/", state_views.session, name="exchange_session"),
    path("desk/exchange/starter-kit/", state_views.starter_kit, name="exchange_starter"),
    path("desk/exchange/starter-kit/kit.zip", state_views.starter_file, name="exchange_starter_file"),
    path("taxii2/", include("upstander.exchange.taxii_urls")),
]
