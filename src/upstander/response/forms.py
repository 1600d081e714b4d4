"""Forms of the school origin."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from upstander.directory import services as listing
from upstander.directory.models import Contact, EndUserType, Kind
from upstander.ids import new_id
from upstander.packs.model import Pack
from upstander.response.services import LONGEST, Report
from upstander.web.fields import Words

_YES_NO = (("yes", _("Yes")), ("no", _("No")))


class WordsForm(forms.Form):
    """A note or a question. `entry` is minted with the page, so that a repeated press writes once."""

    text = Words(
        max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, hint
        self.fields["entry"].initial = new_id


class OutcomeForm(forms.Form):
    """What came of it, from the pack's list, the pack's three questions, and whether that is all."""

    outcomes = forms.MultipleChoiceField(
        label=_("What came of it?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )  # fmt: skip
    sufficient = forms.ChoiceField(choices=_YES_NO, required=False, widget=forms.RadioSelect)
    aware_before = forms.ChoiceField(choices=_YES_NO, required=False, widget=forms.RadioSelect)
    useful = forms.ChoiceField(choices=_YES_NO, required=False, widget=forms.RadioSelect)
    text = Words(
        label=_("In your words"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    closes = forms.BooleanField(label=_("That is all: close this tip on our side"), required=False)

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = self.fields["outcomes"]
        assert isinstance(outcomes, forms.MultipleChoiceField)
        outcomes.choices = [(o.code, o.label) for o in pack.outcomes]
        outcomes.help_text = _("Several can be true. You can come back and add to it until you close it.")
        asked = {question.code: question.question for question in pack.questions}
        self.fields["sufficient"].label = asked["information_sufficient"]
        self.fields["aware_before"].label = asked["aware_before"]
        self.fields["useful"].label = asked["useful"]

    def clean(self) -> dict[str, Any]:
        """Closing wants the three answers."""
        said = super().clean() or {}
        if said.get("closes"):
            for name in ("sufficient", "aware_before", "useful"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Please answer this before you close it."))
        return said

    def report(self) -> Report:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        answers = {
            n: {"yes": True, "no": False}.get(said[n]) for n in ("sufficient", "aware_before", "useful")
        }
        return Report(outcomes=said["outcomes"], text=said["text"], closes=said["closes"], **answers)


class NameForm(forms.Form):
    """Who has it, where it is not the addressee."""

    name = Words(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )  # fmt: skip


class EnrolmentForm(forms.Form):
    """Who asks to take part, with whose authority, and where to reach them to make sure. Checked by the directory."""

    requested_by = Words(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )  # fmt: skip
    authority = Words(
        label=_("With whose authority do you ask?"),
        max_length=200,
        help_text=_("For example “Superintendent”, “Head of school” or “Board decision of May 4”."),
        error_messages={"required": _("Write with whose authority you ask.")},
    )
    contact_email = Words(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = Words(
        label=_("Telephone number"),
        max_length=32,
        required=False,
        help_text=_("We call back by a number that is publicly listed for your district or school."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class WithdrawForm(forms.Form):
    """Ending an enrolment is meant."""

    sure = forms.BooleanField(
        label=_(
            "I have the authority to end this, and I know that our contacts will no longer be told of tips"
        ),
        error_messages={"required": _("Tick this if you mean to end it.")},
    )


class ContactForm(forms.Form):
    """A point of contact. The directory checks it, and says at once whatever is not right; which agency is the page's to find."""

    name = Words(
        label=_("Name"), max_length=120, error_messages={"required": _("Write the person's name.")}
    )
    role = Words(
        label=_("What the person does"),
        max_length=120,
        required=False,
        help_text=_("For example “Principal” or “School resource officer”."),
    )
    end_user_type = forms.ChoiceField(
        label=_("Works for"), choices=EndUserType.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose whom the person works for.")},
    )  # fmt: skip
    agency = Words(
        label=_("Which agency?"),
        max_length=120,
        required=False,
        help_text=_("Only for somebody of the police or of a mental-health agency: its name and town."),
    )
    phones = Words(
        label=_("Telephone numbers"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, in the order in which to call them."),
    )
    emails = Words(
        label=_("E-mail addresses"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line."),
    )
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES,
        error_messages={"required": _("Choose a language.")},
    )  # fmt: skip

    def clean(self) -> None:
        """Ask the directory about everything at once."""
        super().clean()
        try:
            listing.checked(self.details())
        except listing.Invalid as wrong:
            for name, words in wrong.errors.items():
                if name not in self.errors:
                    self.add_error(name, words)

    def details(self, works_for: int | None = None) -> listing.Details:
        """What was typed, for the directory."""
        said = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return listing.Details(
            name=said["name"], role=said["role"], end_user_type=said["end_user_type"], language=said["language"],
            phones=said["phones"].splitlines(), emails=said["emails"].splitlines(), organisation_id=works_for,
        )  # fmt: skip

    @staticmethod
    def of(contact: Contact) -> dict[str, Any]:
        """The values of a listed contact."""
        points = list(contact.points.all())
        agency = contact.organisation.kind in (Kind.LAW_ENFORCEMENT, Kind.MENTAL_HEALTH)
        return {
            "name": contact.name,
            "role": contact.role,
            "end_user_type": contact.end_user_type,
            "agency": contact.organisation.name if agency else "",
            "phones": "\n".join(p.value for p in points if p.kind == "phone"),
            "emails": "\n".join(p.value for p in points if p.kind == "email"),
            "language": contact.language,
        }


def asked_of(written: str) -> datetime | None:
    """Since when the page said that the person was asked; None for a page that did not say it."""
    try:
        asked = datetime.fromisoformat(written)
    except ValueError:
        return None
    return asked if asked.tzinfo else None
