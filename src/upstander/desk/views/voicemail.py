"""Voicemail: a file of the box becomes a tip, and whoever has listened writes down what is said (decision 0109)."""

from contextlib import suppress

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from upstander.desk import claims, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame, viewed
from upstander.desk.voicemail_entry import ACCEPT, VoicemailForm, brought
from upstander.evidence import tokens
from upstander.evidence.limits import MEGABYTE, limits
from upstander.evidence.receiving import CannotTake
from upstander.intake import services as intake
from upstander.intake import voicemail
from upstander.vault.envelope import CannotOpen


@require_http_methods(["GET", "POST"])
@roles.worker
def enter(request: StaffRequest) -> HttpResponse:
    """The form; what is stored opens at the desk, held by whoever brought it."""
    if request.method == "GET":
        return _page(request, VoicemailForm())
    token, fault = brought(request)
    sounds = (tokens.reveal(token),) if token else ()
    form = VoicemailForm(request.POST, account_id=request.user.pk, sounds=sounds)
    if form.is_valid() and not fault:
        try:
            stored = intake.receive(form.submission(), form.key_or_new())
        except CannotTake as error:
            token, fault = "", str(error.words)
        else:
            with suppress(Held):
                claims.take(stored.tip_id, request.user.pk, own=True)
            return redirect("desk_tip", number=stored.number)
    if fault:
        form.add_error(None, fault)
    return _page(request, form, token, fault)


def _page(request: StaffRequest, form: VoicemailForm, token: str = "", fault: str = "") -> HttpResponse:
    most = f"{limits().file // MEGABYTE} MB"
    known = {"form": form, "token": token, "fault": fault, "accept": ACCEPT, "most": most, **frame(request)}
    return render(request, "desk/voicemail_entry.html", known, status=422 if form.errors else 200)


class TranscriptForm(forms.Form):
    """What a voicemail says."""

    use_required_attribute = False

    text = forms.CharField(
        label=lazy("What is said, in the caller's own words"), required=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=lazy("As exactly as you can, names too. Where nothing can be understood, write that."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@roles.worker
@transaction.atomic
def transcript(request: StaffRequest, number: str) -> HttpResponse:
    """What a voicemail says, written down or corrected; it becomes the tip's words."""
    tip = tipview.find(number)
    if tip.channel != "voicemail":
        raise Http404(number)
    form = TranscriptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            voicemail.transcribe(tip.id, form.cleaned_data["text"], request.user.pk)
        except intake.Refused as error:
            form.add_error("text", str(error.fields["text"]))
        except CannotOpen:
            form.add_error(None, _("The words of this tip were destroyed. Nothing can be added."))
        else:
            intake.taken_up(tip.id, 0)
            return redirect("desk_tip", number=tip.number)
    if not form.is_bound:
        viewed(request, tip, "transcript")
        said = tipview.words(tip.id).fields.get(voicemail.FIELD)
        form = TranscriptForm(initial={"text": said.text if said else ""})
    known = {"form": form, "tip": tip, **frame(request)}
    return render(request, "desk/transcript.html", known, status=422 if form.errors else 200)
