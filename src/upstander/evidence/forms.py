"""What is typed about files. Nothing of it is kept but sealed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.evidence import handing
from upstander.evidence.models import File

SHORT, LONG = 200, 2000
GROUNDS = [(g.value, g.label) for g in (File.Ground.SUSPECTED, File.Ground.EVIDENCE)]


def area(rows: int = 2) -> forms.Textarea:
    """A short text area."""
    return forms.Textarea(attrs={"rows": rows, "class": "usa-textarea--short"})


class LookForm(forms.Form):
    """Why a person has to look."""

    reason = forms.CharField(
        label=_("Why you need to look"), widget=area(), max_length=LONG,
        error_messages={"required": _("Write why: it is recorded before the picture is opened.")},
    )  # fmt: skip


class ListenForm(forms.Form):
    """Why a person has to listen."""

    reason = forms.CharField(
        label=_("Why you need to listen"), widget=area(), max_length=LONG,
        error_messages={"required": _("Write why: it is recorded before the sound is opened.")},
    )  # fmt: skip


class SealForm(forms.Form):
    """Which button was pressed."""

    ground = forms.ChoiceField(choices=GROUNDS)


def _line(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=SHORT, **more)


class AgencyForm(forms.Form):
    """Which agency, which officer, under which reference: on every paper of a file."""

    agency = _line(_("Agency"))
    officer = _line(_("Officer: name and badge number"))
    reference = _line(_("Their case or request number"))

    def words(self) -> dict[str, str]:
        """What is kept, sealed."""
        return {name: self.cleaned_data[name].strip() for name in ("agency", "officer", "reference")}


class OrderForm(AgencyForm):
    """To hand a file over."""

    key = forms.CharField(
        label=_("The agency's age or SSH public key"), required=False, max_length=2000, widget=area(),
        help_text=_("Begins with age1, ssh-ed25519 or ssh-rsa. Leave it empty for a passphrase to speak by telephone."),
    )  # fmt: skip

    def clean_key(self) -> str:
        """The key, if it is one."""
        key: str = self.cleaned_data["key"].strip()
        if key:
            try:
                handing.recipient_of(key)
            except handing.CannotHandOver:
                raise forms.ValidationError(
                    _("This is not a public key that can be used. Ask for it again.")
                ) from None
        return key


class ReceivedForm(forms.Form):
    """The agency has it."""

    officer = _line(_("Received by: name and badge number"))
    reference = _line(_("Their receipt or evidence number"))
    how = _line(_("How they confirmed it (in person, by telephone under which number)"))

    def words(self) -> dict[str, str]:
        """What is kept, sealed."""
        return {name: self.cleaned_data[name].strip() for name in ("officer", "reference", "how")}


class DestroyForm(AgencyForm):
    """An agency's request to destroy a file."""

    reason = forms.CharField(label=_("What they wrote"), widget=area(), max_length=LONG)

    def words(self) -> dict[str, str]:
        """What is kept, sealed."""
        return {**super().words(), "reason": self.cleaned_data["reason"].strip()}


class DecideForm(forms.Form):
    """The second custodian's word."""

    decision = forms.ChoiceField(choices=[("confirm", "confirm"), ("refuse", "refuse")])
