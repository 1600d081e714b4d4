"""What the staff fill in about applicants and members."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.network import pack
from upstander.network.forms import PressForm, regions
from upstander.network.models import Inquiry
from upstander.network.queries import STATES


class ReasonForm(PressForm):
    """A decision about somebody, with its reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": _("Write why.")}
    )


class AskForm(PressForm):
    """Asking somebody about an applicant: a contact of the directory, or somebody found elsewhere."""

    contact = forms.ChoiceField(label=_("Somebody whom the directory lists"), required=False, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Or somebody else: name"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("Their e-mail address"), max_length=254, required=False,
        error_messages={"invalid": _("This is no e-mail address.")},
    )  # fmt: skip
    found_in = forms.CharField(
        label=_("Where did you find this address?"), max_length=200, required=False,
        help_text=_("The organization's own site or directory, never the application."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("As whom are they asked?"), choices=[(k.value, _(k.label)) for k in Inquiry.Kind], widget=forms.RadioSelect,
        error_messages={"required": _("Choose as whom they are asked.")},
    )  # fmt: skip

    def __init__(self, *args: Any, contacts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = contacts

    def clean(self) -> dict[str, Any]:
        """Either a contact, or name, address and where it was found."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("contact"):
            for name in ("name", "email", "found_in"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a contact, or fill this in."))
        return given


class AgencyForm(PressForm):
    """What the agency of a sworn applicant or member said."""

    said_by = forms.CharField(
        label=_("Who answered at the agency"), max_length=120, error_messages={"required": _("Write who answered.")}
    )
    how = forms.CharField(
        label=_("How and where you reached them"), max_length=200,
        error_messages={"required": _("Write where you reached them.")},
        help_text=_("The agency's own published number or address."),
    )  # fmt: skip


class FilterForm(forms.Form):
    """What the list of members is narrowed to."""

    words = forms.CharField(label=_("Name, address or organization"), max_length=100, required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    discipline = forms.ChoiceField(label=_("Discipline"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *STATES.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("region", regions()),
            ("discipline", [(d.code, d.label) for d in pack.network().disciplines]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Any")), *choices]
