"""The page to which a reporter comes back with the code: status, dialogue, reply (D-II.E: the same follow-up for each)."""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from upstander.intake import services
from upstander.intake.channels import forms, sealed
from upstander.intake.channels.pages import language_of, page, show
from upstander.packs.current import current

LASTS = timedelta(minutes=30)


class Opened(msgspec.Struct):
    """What the page of an open dialogue carries: the code, and the mark of the reply that will be sent from it."""

    code: str
    press: str

    @classmethod
    def fresh(cls, code: str) -> "Opened":
        """For a page that is about to be shown: its reply is a new one."""
        return cls(code, secrets.token_urlsafe(16))


def hide(code: str) -> str:
    """The hidden field of a page that shows the dialogue of this code."""
    return sealed.hide("dialogue", Opened.fresh(code))


@page("GET", "POST")
def come_back(request: HttpRequest) -> HttpResponse:
    """Type the code; then the dialogue, as the answer to the POST. The code is in no address and no cookie."""
    if request.method != "POST":
        return _ask(request)
    words = forms.typed(forms.ReplyPage, request.POST)["text"]
    press = ""
    if request.POST.get("open"):
        try:
            opened = sealed.reveal("dialogue", request.POST["open"], Opened, LASTS)
        except (sealed.Stale, sealed.NotOurs):
            return _ask(request, words=words, waited=True)
        code, press = opened.code, opened.press
    else:
        code = request.POST.get("code", "")
    try:
        return _answer(request, code, press, words)
    except services.NoSuchReceipt:
        return _ask(request, words=words, code=code)
    except (DatabaseError, InterfaceError):
        return _away(request, code, words)


def _answer(request: HttpRequest, code: str, press: str, words: str) -> HttpResponse:
    if request.POST.get("go") != "reply":
        return _dialogue(request, code, words=words)
    try:
        services.reply(code, words, press or None)
    except services.Refused as refused:
        return _dialogue(request, code, words=words, faults=refused.fields)
    return _dialogue(request, code, sent=True)


def _dialogue(
    request: HttpRequest,
    code: str,
    *,
    words: str = "",
    faults: dict[str, Any] | None = None,
    sent: bool = False,
) -> HttpResponse:
    dialogue = services.open_dialogue(code)
    form = forms.ReplyPage({"text": words}) if words or faults else forms.ReplyPage()
    for name, fault in (faults or {}).items():
        form.add_error(name, str(fault))
    return show(
        request,
        "dialogue",
        422 if faults else 200,
        dialogue=dialogue,
        sentence=current().text(f"reporter.status.{dialogue.status}", language_of(request)),
        form=form,
        hidden=hide(code),
        sent=sent,
    )


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


def _away(request: HttpRequest, code: str, words: str) -> HttpResponse:
    """The database is away: nothing is lost that was typed."""
    form = forms.ReplyPage({"text": words}) if words else forms.ReplyPage()
    phone = current().programme.desk_phone
    response = show(request, "return_away", 503, form=form, typed=words, hidden=hide(code), phone=phone)
    response["Retry-After"] = "30"
    return response
