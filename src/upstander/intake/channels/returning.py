"""The page to which a reporter comes back with the code: status, dialogue, reply (D-II.E: the same follow-up for each)."""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from upstander.evidence import queries as evidence
from upstander.evidence.receiving import CannotTake
from upstander.intake import services
from upstander.intake.channels import files, forms, phones, sealed
from upstander.intake.channels.pages import language_of, page, show
from upstander.packs.current import current

LASTS = timedelta(minutes=30)


class Opened(msgspec.Struct):
    """What the page of an open dialogue carries: the code, and the mark of the reply that will be sent from it."""

    code: str
    press: str
    files: list[str] = msgspec.field(
        default_factory=list
    )  # tokens of what has arrived and is to go with the reply


def hide(code: str, files: list[str] | None = None) -> str:
    """The hidden field of a page that shows the dialogue of this code; the reply that will be sent from it is a new one."""
    return sealed.hide("dialogue", Opened(code, secrets.token_urlsafe(16), files or []))


@page("GET", "POST")
def come_back(request: HttpRequest) -> HttpResponse:
    """Type the code; then the dialogue, as the answer to the POST. The code is in no address and no cookie."""
    if request.method != "POST":
        return _ask(request)
    words = forms.typed(forms.ReplyPage, request.POST)["text"]
    if request.POST.get("open"):
        try:
            opened = sealed.reveal("dialogue", request.POST["open"], Opened, LASTS)
        except (sealed.Stale, sealed.NotOurs):
            return _ask(request, words=words, waited=True)
    else:
        opened = Opened(request.POST.get("code", ""), "")
    try:
        opened.files, not_taken = files.brought(request, opened.files)
        return _answer(request, opened, words, not_taken)
    except services.NoSuchReceipt:
        return _ask(request, words=words, code=opened.code)
    except (DatabaseError, InterfaceError):
        return _away(request, opened, words)


def _answer(request: HttpRequest, opened: Opened, words: str, not_taken: list[files.Fault]) -> HttpResponse:
    verb, _dash, target = request.POST.get("go", "").partition("-")
    if verb == "drop":
        opened.files = files.dropped(opened.files, target)
    if verb != "reply":
        return _dialogue(request, opened, words=words, not_taken=not_taken)
    try:
        services.reply(opened.code, words, opened.press or None, files.tickets(opened.files))
    except CannotTake as error:  # the words go in any case
        opened.files, more = files.without(opened.files, error.files)
        return _answer(request, opened, words, [*not_taken, *more])
    except services.Refused as refused:
        return _dialogue(request, opened, words=words, faults=refused.fields, not_taken=not_taken)
    return _dialogue(request, Opened(opened.code, ""), sent=True, not_taken=not_taken)


def _dialogue(
    request: HttpRequest,
    opened: Opened,
    *,
    words: str = "",
    faults: dict[str, Any] | None = None,
    sent: bool = False,
    not_taken: list[files.Fault] | None = None,
) -> HttpResponse:
    dialogue = services.open_dialogue(opened.code)
    came = evidence.came(dialogue.tip_id)
    form = forms.ReplyPage({"text": words}) if words or faults else forms.ReplyPage()
    for name, fault in (faults or {}).items():
        form.add_error(name, str(fault))
    hidden, language = hide(opened.code, opened.files), language_of(request)
    part = request.POST.get("part") == "1"  # asked by the live page: only what it does not show yet
    return show(
        request,
        "_news" if part else "dialogue",
        422 if faults or (not_taken and not sent) else 200,
        dialogue=dialogue,
        said=_with_files(dialogue, came)[_seen(request) if part else 0 :],
        count=len(dialogue.said),
        file_notice=files.notice(came, language_of(request)),
        **files.known(opened.files, not_taken or []),
        sentence=current().text(f"reporter.status.{dialogue.status}", language_of(request)),
        form=form,
        hidden=hidden,
        sent=sent,
        push=None if part or dialogue.closed else phones.offered(hidden, language, dialogue.tip_id),
    )


def _seen(request: HttpRequest) -> int:
    """How many words the page shows that asks for what is new."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else 0


def _with_files(
    dialogue: services.Dialogue, came: list[evidence.Came]
) -> list[tuple[services.Utterance, list[evidence.Came]]]:
    """What was said, each with the files that came with it; those of the report stand with its first words."""
    first = dialogue.said[0].id if dialogue.said else None
    return [(said, [f for f in came if (f.message_id or first) == said.id]) for said in dialogue.said]


def _ask(
    request: HttpRequest, *, words: str = "", code: str | None = None, waited: bool = False
) -> HttpResponse:
    """The page that asks for the code. A code that opens nothing is answered alike, whatever is wrong with it."""
    form = forms.CodePage() if code is None else forms.CodePage({"code": code})
    if code is not None:
        form.add_error("code", _("This code opens nothing. Please check each letter and number."))
    status = 404 if code is not None else 422 if waited else 200
    reply = forms.ReplyPage({"text": words}) if words else None
    return show(request, "return", status, form=form, reply=reply, waited=waited)


def _away(request: HttpRequest, opened: Opened, words: str) -> HttpResponse:
    """The database is away: nothing is lost that was typed."""
    form = forms.ReplyPage({"text": words}) if words else forms.ReplyPage()
    phone = current().programme.desk_phone
    response = show(
        request,
        "return_away",
        503,
        form=form,
        typed=words,
        hidden=hide(opened.code, opened.files),
        phone=phone,
    )
    response["Retry-After"] = "30"
    return response
