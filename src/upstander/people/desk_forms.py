"""Forms of the programme administrator's pages about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from upstander.directory import queries as directory
from upstander.directory.models import Kind, Organisation
from upstander.people import tokens
from upstander.people.models import AgencyToken, Designation, Role


def _span(days: int) -> Any:
    return ngettext_lazy("%d day", "%d days", days) % days


class NewAccountForm(forms.Form):
    """Who gets an account, and as what."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The address at work: the person signs in with it."),
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("Roles at the desk"), choices=Role.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None for somebody at a school, district, police department or mental-health agency."),
    )  # fmt: skip


class RoleForm(forms.Form):
    """One more role."""

    role = forms.ChoiceField(label=_("Give a role"), choices=Role.choices)


class _Organisations(forms.ModelChoiceField):
    """An organisation among those found, each with town and kind: names repeat."""

    def label_from_instance(self, organisation: Any) -> str:
        """How it is told apart."""
        parts = [organisation.name, organisation.city, organisation.get_kind_display()]
        return ", ".join(str(part) for part in parts if part)


class _ForOrganisation(forms.Form):
    """For which organisation; `words` find it."""

    organisation = _Organisations(
        label=_("Organization"),
        queryset=Organisation.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        ids = [hit.id for hit in directory.find_organisations(words, Kind.values)]
        self.found = bool(ids)
        field.queryset = Organisation.objects.filter(pk__in=ids).order_by("name", "city", "pk")


class DesignationForm(_ForOrganisation):
    """As what somebody is designated there."""

    kind = forms.ChoiceField(label=_("As what"), choices=Designation.Kind.choices, widget=forms.RadioSelect)


class TokenForm(_ForOrganisation):
    """As what the machine of an organisation passes reports on, and for how long its token is right."""

    kind = forms.ChoiceField(
        label=_("As what it passes reports on"), choices=AgencyToken.As.choices, initial=AgencyToken.As.AGENCY,
        widget=forms.RadioSelect,
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, choices=[(n, _span(n)) for n in tokens.DAYS], initial=tokens.DAYS[1],
        help_text=_("Then the agency needs a new one. Both may be right for some days, so that nothing stops meanwhile."),
    )  # fmt: skip
