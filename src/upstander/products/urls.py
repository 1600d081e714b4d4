"""The addresses of products, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.products import desk_views, file_views, look_views, pattern_views, views

urlpatterns = [
    path("products/", views.newest, name="products"),
    path("products/<uuid:product_id>/", views.one, name="product"),
    path("products/<uuid:product_id>/files/<uuid:file_id>/", file_views.shown_file, name="product_file"),
    path("desk/products/", desk_views.everything, name="products_desk"),
    path("desk/products/new/", desk_views.new, name="product_new"),
    path("desk/products/newsletter/", desk_views.newsletter, name="product_newsletter"),
    path("desk/products/patterns/", pattern_views.patterns, name="product_patterns"),
    path("desk/products/patterns/start/", pattern_views.start, name="product_pattern_start"),
    path("desk/products/<uuid:product_id>/", desk_views.edit, name="product_edit"),
    path("desk/products/<uuid:product_id>/look/", look_views.look, name="product_look"),
    path("desk/products/<uuid:product_id>/as/<str:code>/", look_views.as_level, name="product_as"),
    path("desk/products/<uuid:product_id>/sources/", look_views.its_sources, name="product_sources"),
    path("desk/product-files/<uuid:product_id>/", file_views.its_files, name="product_files"),
    path("desk/products/<uuid:product_id>/files/<uuid:file_id>/", file_views.draft_file, name="product_draft_file"),
    path("desk/products/<uuid:product_id>/history/", desk_views.history, name="product_history"),
]
