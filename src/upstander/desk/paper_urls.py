"""The addresses of the screens of special duties, within a tip's."""

from django.urls import path

from upstander.desk.views import dcfs, helping, packets

_TIP = "tip/<str:number>/"
_ROW = "<uuid:action_id>/"

urlpatterns = [
    path(f"{_TIP}packet/", packets.packet, name="desk_packet"),
    path(f"{_TIP}packet/pdf/", packets.pdf, name="desk_packet_pdf"),
    path(f"{_TIP}packet/print/", packets.for_print, name="desk_packet_print"),
    path(f"{_TIP}packet/take-up/", packets.take_up, name="desk_packet_take_up"),
    path(f"{_TIP}packet/{_ROW}", packets.record, name="desk_packet_record"),
    path(f"{_TIP}dcfs/", dcfs.report, name="desk_dcfs"),
    path(f"{_TIP}dcfs/{_ROW}", dcfs.record, name="desk_dcfs_record"),
    path(f"{_TIP}letter/", dcfs.letter, name="desk_letter"),
    path(f"{_TIP}letter/pdf/", dcfs.pdf, name="desk_letter_pdf"),
    path(f"{_TIP}letter/print/", dcfs.for_print, name="desk_letter_print"),
    path(f"{_TIP}letter/{_ROW}", dcfs.sent, name="desk_letter_record"),
    path(f"{_TIP}help/", helping.offer, name="desk_help"),
    path(f"{_TIP}help/take-up/", helping.take_up, name="desk_help_take_up"),
    path(f"{_TIP}help/{_ROW}", helping.record, name="desk_help_record"),
]
