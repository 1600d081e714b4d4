"""A sound that a voicemail box has exported, brought by somebody at the desk: its file, when it was left, which number."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from upstander import clock
from upstander.desk.entering import new_key
from upstander.desk.happened import HOUR, HappenedFields
from upstander.evidence import receiving, tokens
from upstander.evidence.kinds import KINDS, sniff
from upstander.evidence.receiving import WORDS, CannotTake
from upstander.evidence.tokens import NotOurs, Ticket
from upstander.intake import voicemail
from upstander.intake.models import Channel
from upstander.intake.services import Contact, Submission, WeakKey, checked_key
from upstander.intake.submission import cleaned, faults
from upstander.packs.current import current

ACCEPT = ".wav,.mp3,.m4a,.ogg,audio/wav,audio/mpeg,audio/mp4,audio/ogg"


class VoicemailForm(HappenedFields):
    """What is asked: the file comes beside (see `brought`)."""

    use_required_attribute = False

    phone = forms.CharField(
        label=lazy("The caller's number"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=lazy("As the box shows it, to call back. It is sealed; nobody at the desk can read it again."),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_key)

    def __init__(
        self, *args: Any, account_id: int = 0, sounds: tuple[Ticket, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account_id, self.sounds = account_id, sounds
        self.fields["happened_hour"].label = lazy("Time the message was left")
        self.fields["happened_day"].label = lazy("Day it was left")

    def submission(self) -> Submission:
        """The voicemail as it would be stored now."""
        return Submission(
            channel=Channel.VOICEMAIL.value, text=voicemail.words(), language=current().languages[0],
            contact=Contact(phone=self.cleaned_data.get("phone", "")), at=self.moment(), files=self.sounds,
            entered_by=self.account_id,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """No message was left in the future, and a number must look like one."""
        given = super().clean() or {}
        if self.errors:
            return given
        if (at := self.moment()) is not None and at > clock.now():
            self.add_error(HOUR, _("That is still to come. Look at the day and the time again."))
        if "phone" in (found := faults(cleaned(self.submission()))):
            self.add_error("phone", str(found["phone"]))
        return given

    def key_or_new(self) -> str:
        """The mark that came with the form; a fresh one where it is no such mark."""
        try:
            return checked_key(self.cleaned_data.get("key", ""))
        except WeakKey:
            return new_key()


def brought(request: HttpRequest) -> tuple[str, str]:
    """The token of the sound that came with a form, and what is wrong with it, in words; one of both is empty.

    A large one has been sealed while it arrived (`evidence.lanes`); a small one lies in memory.
    """
    if said := request.POST.get("upload_fault"):
        return "", str(WORDS.get(said.partition(":")[0], WORDS["gone"]))
    token = request.POST.get("upload", "")
    if (file := request.FILES.get("file")) is not None:
        data = file.read()
        if not _is_sound(data):
            return "", _not_a_sound()
        try:
            return tokens.hide(receiving.take_whole(data, file.name or "")), ""
        except CannotTake as error:
            return "", str(error.words)
    if not token:
        return "", _("Choose the file that the voicemail box has exported.")
    try:
        ticket = tokens.reveal(token)
    except NotOurs:
        return "", str(WORDS["gone"])
    kind = receiving.kind_of(ticket)  # of one that a tip has taken over nothing is known: the same form again is the same tip
    return (token, "") if kind in _SOUNDS or not kind else ("", _not_a_sound())


_SOUNDS = frozenset(code for code, kind in KINDS.items() if kind.heard)


def _is_sound(data: bytes) -> bool:
    return sniff(data[:64]) in _SOUNDS


def _not_a_sound() -> str:
    return _("This is no sound that can be played here. Export it as WAV, MP3, M4A or OGG.")
