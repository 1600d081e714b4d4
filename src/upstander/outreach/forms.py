"""What outreach and analysts write. What was typed stays in the form whatever happens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.ids import new_id
from upstander.outreach.models import Step

LONG = 5000


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StepForm(forms.Form):
    """What was done to win a school. The button that is pressed says what."""

    note = forms.CharField(
        label=_("With whom, and what was agreed"), widget=_area(3), max_length=LONG,
        error_messages={"required": _("Write with whom, and what was agreed.")},
        help_text=_("About joining only. What a tip says is not known here, and does not belong here."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        choices=Step.Kind.choices, error_messages={"required": _("Choose what was done.")}
    )
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class ReleaseForm(forms.Form):
    """What an analyst lets outreach read of one tip."""

    text = forms.CharField(
        label=_("What outreach may read"), widget=_area(6), max_length=LONG,
        error_messages={"required": _("Write what outreach may read.")},
        help_text=_("Write it anew, for people who win schools: nothing that shows who told us, or whom it is about."),
    )  # fmt: skip
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
