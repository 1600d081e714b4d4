"""The directory's forms at the desk. The services check; what they refuse is put beside its field."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.directory.models import Contact, EndUserType, Kind, Organisation
from upstander.directory.services import Details, Invalid
from upstander.directory.services.contacts import checked
from upstander.directory.services.enrolment import check_request
from upstander.web.fields import Words


def refused(form: forms.Form, error: Invalid) -> None:
    """Put each of the service's errors beside its field; everything typed stays in the form."""
    for name, text in error.errors.items():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, text)


def _lines(text: str) -> list[str]:
    return [line for line in re.split(r"[;\n]", text) if line.strip()]


class ContactForm(forms.Form):
    """A point of contact. `employers`: for whom the person may work, the listed place first."""

    name = Words(label=_("Name"), max_length=120)
    role = Words(label=_("Position"), max_length=120, required=False)
    end_user_type = forms.ChoiceField(label=_("Kind of end-user"), choices=EndUserType.choices)
    organisation_id = forms.TypedChoiceField(label=_("Works for"), coerce=int)
    phones = Words(
        label=_("Telephone numbers"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, in the order in which to call them."),
    )
    emails = Words(
        label=_("E-mail addresses"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    verified = forms.BooleanField(label=_("I have checked these with the person"), required=False)

    def __init__(self, *args: Any, employers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(o.pk, o.name) for o in employers]
        self.fields["organisation_id"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Ask the service about everything at once, so that all errors stand there the first time."""
        super().clean()
        try:
            checked(self.details())
        except Invalid as error:
            refused(self, error)

    def details(self) -> Details:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Details(
            name=data.get("name", ""),
            end_user_type=data.get("end_user_type", ""),
            role=data.get("role", ""),
            phones=_lines(data.get("phones", "")),
            emails=_lines(data.get("emails", "")),
            language=data.get("language", ""),
            organisation_id=data.get("organisation_id"),
        )

    @staticmethod
    def of(contact: Contact) -> dict[str, object]:
        """The form's values for a contact as it stands."""
        points = list(contact.points.order_by("position", "id"))
        return {
            "name": contact.name,
            "role": contact.role,
            "end_user_type": contact.end_user_type,
            "organisation_id": contact.organisation_id,
            "phones": "\n".join(p.value for p in points if p.kind == "phone"),
            "emails": "\n".join(p.value for p in points if p.kind == "email"),
            "language": contact.language,
        }


def employers(place: Organisation, now_at: int | None = None) -> list[Organisation]:
    """For whom a contact of `place` may work: the place, its district, the agencies of its county."""
    county = place.county_id or (place.parent.county_id if place.parent else None)
    agencies = Organisation.objects.filter(
        kind__in=[Kind.LAW_ENFORCEMENT, Kind.MENTAL_HEALTH], county=county, retired_on=None
    )
    others = {o.pk: o for o in agencies.order_by("kind", "name")} if county else {}
    if now_at and now_at not in others:
        others |= {o.pk: o for o in Organisation.objects.filter(pk=now_at)}
    first = [place] + ([place.parent] if place.parent else [])
    return first + [o for o in others.values() if o.pk not in {f.pk for f in first}]


class RequestForm(forms.Form):
    """A request to take part, as the programme writes it down for an official who called or wrote."""

    requested_by = Words(label=_("Who asks"), max_length=120)
    authority = Words(
        label=_("With whose authority"),
        max_length=200,
        help_text=_("For example: superintendent; decision of the board, May 4."),
    )
    contact_email = Words(label=_("E-mail address"), max_length=254, required=False)
    contact_phone = Words(label=_("Telephone number"), max_length=40, required=False)

    def clean(self) -> None:
        """Ask the service about everything at once."""
        super().clean()
        try:
            check_request(*(self.cleaned_data.get(name, "") for name in self.fields))
        except Invalid as error:
            refused(self, error)


class VerifyForm(forms.Form):
    """How the programme made sure that whoever asked may ask."""

    how = Words(
        label=_("How was it verified?"),
        max_length=200,
        help_text=_("For example: called the number that the state's directory lists for the district."),
    )


class ActivateForm(forms.Form):
    """From which day on the enrolment counts."""

    active_from = forms.DateField(
        label=_("Active from"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
