"""Files in pieces, for a page whose script goes on where a line broke; and what of a form's files has come (decision 139)."""

from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from upstander.config import config
from upstander.network import arriving, pictures
from upstander.network.arriving import CannotTake, Ticket
from upstander.network.doors import member_page
from upstander.network.middleware import of
from upstander.ops.cutter import CHUNK
from upstander.ops.lanes import WHOSE

_STATUS = {"full": 503, "other": 409, "gone": 404, "too_large": 413, "many": 429}
NUMBERS = 6  # figures of a piece's number


class _Begin(msgspec.Struct):
    size: int
    name: str = ""


_begin = msgspec.json.Decoder(_Begin).decode


def _refused(error: CannotTake) -> JsonResponse:
    said = {"error": {"code": f"file_{error.code}", "message": str(error)}}
    return JsonResponse(said, status=_STATUS.get(error.code, 422))


def _ticket(request: HttpRequest) -> Ticket:
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return arriving.reveal(token.strip() if scheme.lower() == "upload" else "")


@require_GET
@member_page
def allowed(request: HttpRequest) -> HttpResponse:
    """204 for whoever may bring a file, and who that is: the shim asks before any of it takes up room."""
    return HttpResponse(status=204, headers={WHOSE: str(of(request).account_id)})


@require_http_methods(["GET", "POST"])
@member_page
def uploads(request: HttpRequest) -> HttpResponse:
    """POST begins a file; GET says which of its pieces are missing."""
    try:
        if request.method == "GET":
            return JsonResponse({"missing": arriving.missing(_ticket(request))})
        asked = _begin(request.body)
        ticket = arriving.begin(asked.size, asked.name, by=of(request).account_id)
    except CannotTake as error:
        return _refused(error)
    except msgspec.MsgspecError:
        return _refused(CannotTake("chunk"))
    told = {"upload": arriving.hide(ticket), "chunk_bytes": CHUNK, "chunks": arriving.chunks_of(ticket.size)}
    return JsonResponse(told, status=201)


@require_http_methods(["PUT"])
@member_page
def piece(request: HttpRequest, n: int) -> HttpResponse:
    """One piece of a file."""
    data = request.read(CHUNK + 1)
    try:
        arriving.take(_ticket(request), n if n < 10**NUMBERS else -1, data)
    except CannotTake as error:
        return _refused(error)
    return HttpResponse(status=204)


@dataclass(frozen=True, slots=True)
class Brought:
    """The files of a form: what has come, and in words what has not."""

    tickets: tuple[Ticket, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Token and name of each, for the form that comes back: they need not be sent again."""
        return [(arriving.hide(ticket), ticket.name) for ticket in self.tickets]


def brought(request: HttpRequest) -> Brought:
    """What the form of this POST brought: whole with a small form, as tokens where the shim or a script took it in."""
    tickets: list[Ticket] = []
    faults: list[str] = []
    for token in request.POST.getlist("upload")[: arriving.MOST_OF_A_FORM]:
        try:
            tickets.append(arriving.reveal(token))
        except CannotTake as error:
            faults.append(str(error))
    for sent in request.FILES.getlist("file")[: arriving.MOST_OF_A_FORM]:
        try:
            tickets.append(arriving.take_whole(sent.read(), sent.name or "", of(request).account_id))
        except CannotTake as error:
            faults.append(str(CannotTake(error.code, arriving.plain_name(sent.name or ""))))
    for fault in request.POST.getlist("upload_fault")[: arriving.MOST_OF_A_FORM]:
        code, _mark, name = fault.partition(":")
        faults.append(str(CannotTake(code if code in arriving.WORDS else "gone", arriving.plain_name(name))))
    return Brought(tuple(tickets), tuple(faults))


def limits() -> dict[str, int]:
    """What the page says of them: megabytes of a file and of a picture, files at a time."""
    picture = pictures.LARGEST // arriving.MEGABYTE
    return {"file": config().network_file_mb, "picture": picture, "files": arriving.MOST_OF_A_FORM}
