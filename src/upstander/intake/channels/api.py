"""The JSON door (D-II.E): for the app, for partners, and for tests. See `openapi`."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from upstander.directory import queries as directory
from upstander.evidence import adopting as evidence
from upstander.evidence import queries as files
from upstander.evidence.receiving import CannotTake
from upstander.evidence.tokens import Ticket
from upstander.ids import grouped
from upstander.intake import services
from upstander.intake.channels import api_types as t
from upstander.intake.channels import openapi
from upstander.intake.models import Channel
from upstander.packs.current import current

T = TypeVar("T")
View = Callable[[HttpRequest], HttpResponse]
JSON = "application/json"
SCHOOLS = 20

_encode = msgspec.json.Encoder().encode
_tip = msgspec.json.Decoder(t.TipIn)
_reply = msgspec.json.Decoder(t.ReplyIn)
_NAMES = {"place_id": "school_id", "place_text": "school_text"}
_NESTED = ("email", "phone", "name")


class Answer(Exception):
    """An error on its way out."""

    def __init__(
        self, status: int, code: str, message: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.body, self.headers = status, t.ErrorOut(t.ErrorIn(code, message, fields or {})), headers or {}


def answer(status: int, body: object) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(_encode(body), content_type=JSON, status=status)


def _refused(error: services.Refused) -> Answer:
    def name(key: str) -> str:
        return f"contact.{key}" if key in _NESTED else _NAMES.get(key, key)

    fields: dict[str, str] = {name(key): str(words) for key, words in error.fields.items()}
    return Answer(422, "invalid", _("Something in the report cannot be taken as it is."), fields)


def _told(error: Exception) -> Answer:
    """What went wrong, in the API's one shape and the client's language."""
    match error:
        case Answer():
            return error
        case services.Refused():
            return _refused(error)
        case services.NoSuchReceipt():
            return Answer(404, "not_found", _("This code opens nothing. Please check it."))
        case services.WeakKey():
            words = _(
                "The header Idempotency-Key must carry at least 128 random bits: 22 characters or more."
            )
            return Answer(400, "idempotency_key", words)
        case RequestDataTooBig():
            return Answer(413, "too_large", _("This is too long. Please make it shorter."))
        case SuspiciousOperation() | MultiPartParserError():
            return Answer(400, "malformed", _("The body cannot be read."))
        case _:
            words = _(
                "This could not be stored or looked up. Please try again, with the same Idempotency-Key."
            )
            return Answer(503, "unavailable", words)


_FAULTS = (
    Answer, services.Refused, services.NoSuchReceipt, services.WeakKey, SuspiciousOperation, MultiPartParserError,
    DatabaseError, InterfaceError,
)  # fmt: skip


def endpoint(**methods: View) -> View:
    """A view that answers the given methods, and every error in the API's one shape."""
    known = {name.upper(): view for name, view in methods.items()}
    if "GET" in known:
        known["HEAD"] = known["GET"]
    allow = ", ".join([*known, "OPTIONS"])

    @wraps(next(iter(methods.values())))
    def view(request: HttpRequest) -> HttpResponse:
        try:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers={"Allow": allow})
            if request.method not in known:
                raise Answer(405, "method_not_allowed", _("This address cannot be used that way."))
            return known[request.method](request)
        except _FAULTS as error:
            told = _told(error)
        response = answer(told.status, told.body)
        for name, value in told.headers.items():
            response[name] = value
        if told.status == 405:
            response["Allow"] = allow
        if told.status == 503:
            response["Retry-After"] = "5"
        else:
            response._has_been_logged = True  # type: ignore[attr-defined]  # a client's fault is no news
        return response

    return view


def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address of the API: refused in its one shape, as a client reads no page."""
    missing = answer(404, t.ErrorOut(t.ErrorIn("not_found", _("There is nothing at this address."), {})))
    missing._has_been_logged = True  # type: ignore[attr-defined]  # a client's fault is no news
    return missing


def decoded(request: HttpRequest, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as the decoder's type; raises Answer."""
    raw = request.body
    try:
        try:
            return decoder.decode(raw)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            # A phone that cuts a text in the middle of an emoji sends half of it: the words around it must not be lost.
            return msgspec.convert(json.loads(raw, parse_constant=_no_number), decoder.type)
    except msgspec.ValidationError as error:
        raise _wrong_type(error) from None
    except (ValueError, RecursionError):
        raise Answer(400, "malformed", _("The body is not JSON.")) from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _wrong_type(error: msgspec.ValidationError) -> Answer:
    """msgspec says "Expected `str`, got `int` - at `$.contact.email`"; nothing of the value itself is in it."""
    reason, _sep, path = str(error).partition(" - at ")
    field = path.strip("`").removeprefix("$").lstrip(".")
    if not field and "missing required field" in reason:
        field = reason.rsplit("`", 2)[1]
    words = _("This has the wrong form: %(reason)s.") % {"reason": reason}
    fields = {field or "body": words}
    if field == "text" and ("pattern" in reason or "missing" in reason):
        fields["text"] = _("Please tell us what is happening. A few words are enough.")
    return Answer(422, "invalid", _("Something in the report cannot be taken as it is."), fields)


def no_file(error: CannotTake) -> Answer:
    fields = {"attachments": str(error.words)}
    return Answer(422, "invalid", _("Something in the report cannot be taken as it is."), fields)


def files_of(given: list[str] | None) -> tuple[Ticket, ...]:
    """The files that are to go with a report or a reply; raises Answer for one that is no (longer a) token of ours."""
    try:
        return tuple(evidence.opened(given)) if given else ()
    except CannotTake as error:
        raise no_file(error) from None


def send_tip(request: HttpRequest) -> HttpResponse:
    """POST /api/v1/tips."""
    body = decoded(request, _tip)
    contact = body.contact or t.ContactIn()
    submission = services.Submission(
        channel=Channel.API.value,
        text=body.text,
        who=body.who or "",
        when=body.when or "",
        weapon=body.weapon or "",
        place_id=body.school_id,
        place_text=body.school_text or "",
        danger_now=body.danger_now,
        about_self=body.about_self,
        subtype=body.subtype or "",
        language=request.LANGUAGE_CODE,
        contact=services.Contact(contact.email or "", contact.phone or "", contact.name or ""),
        files=files_of(body.attachments),
    )
    try:
        stored = services.receive(submission, request.META.get("HTTP_IDEMPOTENCY_KEY", ""))
    except CannotTake as error:
        raise no_file(error) from None
    return answer(201, t.TipOut(stored.number, grouped(stored.receipt)))


def _code(request: HttpRequest) -> str:
    scheme, _space, code = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return code.strip() if scheme.lower() == "receipt" else ""


def _shown(dialogue: services.Dialogue, language: str) -> t.DialogueOut:
    messages = [
        t.MessageOut(
            u.sender, u.text, u.at.isoformat(), u.field if u.field not in ("", "text") else msgspec.UNSET
        )
        for u in dialogue.said
    ]
    came = files.came(dialogue.tip_id)
    for message, said in zip(messages, dialogue.said, strict=True):
        with_it = [f for f in came if (f.message_id or dialogue.said[0].id) == said.id]
        message.attachments = [t.FileOut(f.kind, f.size) for f in with_it] or msgspec.UNSET
    sentence = current().text(f"reporter.status.{dialogue.status}", language)
    suspected = any(f.suspected for f in came)
    notice = current().text("reporter.files.suspected", language) if suspected else msgspec.UNSET
    return t.DialogueOut(dialogue.status, sentence, dialogue.number, messages, notice)


def read_dialogue(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/dialogue."""
    dialogue = services.open_dialogue(_code(request))
    return answer(200, _shown(dialogue, request.LANGUAGE_CODE))


def write_dialogue(request: HttpRequest) -> HttpResponse:
    """POST /api/v1/dialogue: the same key again (if one is sent) stores nothing twice."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    dedup = services.checked_key(key) if key is not None else None
    body = decoded(request, _reply)
    try:
        services.reply(_code(request), body.text, dedup, files_of(body.attachments))
    except CannotTake as error:
        raise no_file(error) from None
    dialogue = services.open_dialogue(_code(request))
    return answer(201, _shown(dialogue, request.LANGUAGE_CODE))


def find_schools(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/schools?q=; or POST with `q` in the body, as our own page asks: its box takes any words, and an address
    stands in the logs of whoever is on the way.
    """
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("q", "").replace("\x00", "").strip()[:200]
    hits = directory.find_schools(text, SCHOOLS) if len(text) > 1 else []
    return answer(200, t.SchoolsOut([t.SchoolOut(h.id, h.name, h.city, h.district) for h in hits]))


def document(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/openapi.json."""
    return HttpResponse(openapi.document(), content_type=JSON)


tips = endpoint(post=send_tip)
dialogue = endpoint(get=read_dialogue, post=write_dialogue)
schools = endpoint(get=find_schools, post=find_schools)
description = endpoint(get=document)
