"""The addresses of files at the desk's origin. None holds a word, a name or a picture."""

from django.urls import path

from upstander.evidence.views import files, keeping

_FILE = "<uuid:file_id>/"

urlpatterns = [
    path("", keeping.everything, name="evidence"),
    path("tip/<str:number>/", files.of_tip, name="evidence_of_tip"),
    path(_FILE, keeping.one, name="evidence_file"),
    path(f"{_FILE}seal/", files.seal, name="evidence_seal"),
    path(f"{_FILE}look/", files.look, name="evidence_look"),
    path(f"{_FILE}listen/", files.listen, name="evidence_listen"),
    path(f"{_FILE}hand-over/", keeping.order, name="evidence_order"),
    path(f"{_FILE}hand-over/<uuid:order_id>/package/", keeping.package, name="evidence_package"),
    path(f"{_FILE}hand-over/<uuid:order_id>/received/", keeping.received, name="evidence_received"),
    path(f"{_FILE}destroy/", keeping.destroy, name="evidence_destroy"),
    path(f"{_FILE}destroy/<uuid:request_id>/", keeping.decide, name="evidence_decide"),
    path(f"{_FILE}record/", keeping.record, name="evidence_record"),
]
