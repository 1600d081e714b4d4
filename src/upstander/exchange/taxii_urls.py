"""The addresses of the TAXII 2.1 server, as the standard lays them out; one name, for none of them is a page for people."""

from django.urls import path

from upstander.exchange import taxii

_NAME = "exchange_taxii"  # among what answers without sign-in (people/middleware.py): a token opens it, or nothing does
_IN = f"{taxii.ROOT}/collections/<uuid:collection>/"

urlpatterns = [
    path("", taxii.discovery, name=_NAME),
    path(f"{taxii.ROOT}/", taxii.api_root, name=_NAME),
    path(f"{taxii.ROOT}/collections/", taxii.collections, name=_NAME),
    path(_IN, taxii.collection, name=_NAME),
    path(f"{_IN}manifest/", taxii.manifest, name=_NAME),
    path(f"{_IN}objects/", taxii.objects, name=_NAME),
    path(f"{_IN}objects/<str:stix_id>/", taxii.objects, name=_NAME),
    path(f"{_IN}objects/<str:stix_id>/versions/", taxii.versions, name=_NAME),
    path("<path:rest>", taxii.nowhere, name=_NAME),
]
