"""Files through the JSON door, chunk by chunk (docs/decisions/0077). They have a lane of their own: words go past them."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from upstander.evidence import receiving, tokens
from upstander.evidence.models import CHUNK
from upstander.evidence.receiving import CannotTake
from upstander.evidence.tokens import NotOurs, Ticket
from upstander.intake.channels import api_types as t
from upstander.intake.channels.api import Answer, answer, decoded, endpoint

_begin = msgspec.json.Decoder(t.UploadIn)
_STATUS = {"full": 503, "other": 409, "gone": 404, "too_large": 413}


def refusal(error: CannotTake) -> Answer:
    """Why a file is not taken, in the API's one shape."""
    return Answer(_STATUS.get(error.code, 422), f"file_{error.code}", str(error.words))


def _ticket(request: HttpRequest) -> Ticket:
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        return tokens.reveal(token.strip() if scheme.lower() == "upload" else "")
    except NotOurs:
        raise refusal(CannotTake("gone")) from None


def begin(request: HttpRequest) -> HttpResponse:
    """POST /api/v1/uploads."""
    body = decoded(request, _begin)
    try:
        ticket = receiving.begin(body.size, body.name or "")
    except CannotTake as error:
        raise refusal(error) from None
    return answer(201, t.UploadOut(tokens.hide(ticket), CHUNK, receiving.chunks_of(ticket.size)))


def state(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/uploads: what is missing still."""
    try:
        return answer(200, t.MissingOut(receiving.missing(_ticket(request))))
    except CannotTake as error:
        raise refusal(error) from None


def put(request: HttpRequest) -> HttpResponse:
    """PUT /api/v1/uploads/<n>."""
    ticket = _ticket(request)
    number = request.path_info.rpartition("/")[2]
    n = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else -1
    data = request.read(CHUNK + 1)
    if len(data) > CHUNK:
        raise Answer(413, "too_large", _("A chunk may have %(n)s bytes.") % {"n": CHUNK})
    try:
        receiving.take(ticket, n, data)
    except CannotTake as error:
        raise refusal(error) from None
    return HttpResponse(status=204)


uploads = endpoint(get=state, post=begin)
chunk = endpoint(put=put)
