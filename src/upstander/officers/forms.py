"""Forms of this room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.officers.looking import Found, look
from upstander.officers.services import LONGEST, Agreed, Learned, Work
from upstander.packs.officers import Officers
from upstander.web.fields import Words

_MINUTES = (
    (5, _("5 minutes")),
    (15, _("15 minutes")),
    (30, _("30 minutes")),
    (45, _("45 minutes")),
    (60, _("1 hour")),
    (120, _("2 hours")),
    (0, _("Other")),
)
_DAY = {"type": "date"}


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    return forms.DateField(
        label=label, widget=widget, error_messages={"required": _("Choose the day.")}, **more
    )


class WorkForm(forms.Form):
    """What somebody did. `entry` is minted with the page, so that a repeated press writes once."""

    kind = forms.ChoiceField(
        label=_("What did you do?"), error_messages={"required": _("Choose what you did.")}
    )
    minutes = forms.TypedChoiceField(
        label=_("How long?"), coerce=int, choices=_MINUTES, initial=15,
        error_messages={"required": _("Choose how long it took.")},
    )  # fmt: skip
    other = forms.IntegerField(label=_("Other: how many minutes"), min_value=1, max_value=720, required=False)
    place = forms.TypedChoiceField(
        label=_("Where?"), coerce=int, error_messages={"required": _("Choose where.")}
    )
    outcomes = forms.MultipleChoiceField(
        label=_("What came of it?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Several can be true."),
    )  # fmt: skip
    day = _day(_("Day"))
    note = Words(
        label=_("A note for yourself"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Never write a student's name, or what tells who it is. Only you can read this note."),
    )  # fmt: skip
    looked = forms.BooleanField(
        label=_("I looked: nobody can tell from this note which student it is about"), required=False
    )
    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pack: Officers, places: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, place, outcomes = self.fields["kind"], self.fields["place"], self.fields["outcomes"]
        assert isinstance(kind, forms.ChoiceField) and isinstance(place, forms.ChoiceField)
        assert isinstance(outcomes, forms.MultipleChoiceField)
        kind.choices = [
            ("", _("Choose")),
            *((r.label, [(k.code, k.label) for k in pack.kinds if k.role == r.code]) for r in pack.roles),
        ]
        place.choices = [(p.pk, p.name) for p in places]
        outcomes.choices = [(r.code, r.label) for r in pack.results]
        self.fields["entry"].initial = new_id
        self.fields["day"].initial = clock.today
        self.found: list[Found] = []

    def clean(self) -> dict[str, Any]:
        """Other minutes are written; a note that could tell who it is about is looked at once more."""
        said = super().clean() or {}
        if said.get("minutes") == 0 and "other" not in self.errors:
            if said.get("other"):
                said["minutes"] = said["other"]
            else:
                self.add_error("other", _("Write how many minutes."))
        self.found = look(said.get("note") or "")
        if self.found and not said.get("looked"):
            self.add_error("note", _("Look at this note again: it may tell which student it is about."))
        return said

    def work(self) -> Work:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        return Work(
            place_id=said["place"], kind=said["kind"], minutes=said["minutes"], day=said["day"],
            outcomes=tuple(said["outcomes"]), note=said["note"],
        )  # fmt: skip


class CertificateForm(forms.Form):
    """A certificate of one's own."""

    training = forms.ChoiceField(label=_("Training"), error_messages={"required": _("Choose the training.")})
    done_on = _day(_("Done on"))
    expires_on = _day(
        _("Counts until"),
        required=False,
        help_text=_("As the certificate says. Empty if it does not end."),
    )
    words = Words(
        label=_("Who held it, its number"), max_length=200, required=False, widget=forms.TextInput,
        help_text=_("Only you see this line."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("The certificate: PDF or picture"), required=False,
        help_text=_("At most 4 MB. It is kept sealed; you and who answers for your training can open it."),
        error_messages={"empty": _("This file is empty.")},
    )  # fmt: skip

    def __init__(self, *args: Any, pack: Officers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        training = self.fields["training"]
        assert isinstance(training, forms.ChoiceField)
        training.choices = [("", _("Choose")), *((t.code, t.label) for t in pack.trainings)]

    def learned(self) -> Learned:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        file = said["file"].read() if said["file"] else None
        return Learned(said["training"], said["done_on"], said["expires_on"], said["words"], file)


class AgreementForm(forms.Form):
    """A version of an agreement with an agency."""

    agency = forms.TypedChoiceField(
        label=_("With which agency?"), coerce=int, error_messages={"required": _("Choose the agency.")}
    )
    signed_on = _day(_("Signed on"))
    review_on = _day(_("Next review by"))
    holds = forms.MultipleChoiceField(
        label=_("What it says something about"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what stands in it. What is left is shown as missing."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("The agreement: PDF or picture"), required=False, help_text=_("At most 4 MB. It is kept sealed."),
        error_messages={"empty": _("This file is empty.")},
    )  # fmt: skip

    def __init__(self, *args: Any, pack: Officers, agencies: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency, holds = self.fields["agency"], self.fields["holds"]
        assert isinstance(agency, forms.ChoiceField) and isinstance(holds, forms.MultipleChoiceField)
        agency.choices = [
            ("", _("Choose")),
            *((a.pk, ", ".join(filter(None, (a.name, a.city)))) for a in agencies),
        ]
        law = _("the law asks for it")
        holds.choices = [(p.code, f"{p.text} ({law})" if p.required else p.text) for p in pack.points]

    def agreed(self) -> Agreed:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        file = said["file"].read() if said["file"] else None
        return Agreed(said["agency"], said["signed_on"], said["review_on"], tuple(said["holds"]), file)


class FindForm(forms.Form):
    """Words to look for in the table of the two codes: posted, so that they stand in no address."""

    words = Words(label=_("Look for"), max_length=80, required=False, widget=forms.TextInput)
