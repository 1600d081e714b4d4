"""The addresses of products, on the network's origin. None holds a word that somebody typed."""

from django.urls import path

from upstander.products import desk_views, views

urlpatterns = [
    path("products/", views.newest, name="products"),
    path("products/<uuid:product_id>/", views.one, name="product"),
    path("desk/products/", desk_views.everything, name="products_desk"),
]
