"""What whoever visits writes."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.gatherings.forms import Day
from upstander.ids import new_id


class PlanForm(forms.Form):
    """When a visit is to be."""

    day = forms.DateField(label=_("Day"), widget=Day, error_messages={"required": _("Choose a day.")})
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class LogForm(forms.Form):
    """What was found."""

    day = forms.DateField(
        label=_("Visited on"),
        widget=Day,
        initial=clock.today,
        error_messages={"required": _("Choose a day.")},
    )
    findings = forms.CharField(
        label=_("What you found"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("A few words are enough.")},
        help_text=_("About the place and its plans. No child, no tip."),
    )  # fmt: skip


class StepForm(forms.Form):
    """What was agreed."""

    what = forms.CharField(
        label=_("What was agreed"), max_length=300, error_messages={"required": _("Say what is to be done.")}
    )
    owner = forms.CharField(
        label=_("Who does it"), max_length=120, error_messages={"required": _("Say who does it.")}
    )
    due = forms.DateField(
        label=_("Until when"), widget=Day, initial=lambda: clock.today() + timedelta(days=30),
        error_messages={"required": _("Choose a day.")},
    )  # fmt: skip
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
