"""The forms of a duty clock, for the desk's pages and the schools'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.actions.clocks import LONGEST
from upstander.actions.moment_forms import MomentForm, day_field, hour_field
from upstander.ids import new_id
from upstander.packs.model import Duty


def _area() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 2, "class": "usa-textarea--short"})


class _Since(MomentForm):
    """A moment on the wall where the programme is."""

    day = day_field(_("Day"))
    hour = hour_field(_("Time"))


class OpenForm(_Since):
    """A yes to the pack's question: who has determined it, why, and since when it is known."""

    code = forms.ChoiceField(
        label=_("Duty"),
        error_messages={
            "required": _("Choose one of the duties."),
            "invalid_choice": _("Choose one of the duties."),
        },
    )
    reason = forms.CharField(
        label=_("Who has determined it, and why"), widget=_area(), max_length=LONGEST,
        error_messages={"required": _("Write who has determined it, and why: a clock is never opened without.")},
    )  # fmt: skip
    row = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, duties: tuple[Duty, ...], **kwargs: Any) -> None:
        """`duties` are those that may be chosen; of one alone the choice is not shown."""
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        code.choices = [(duty.code, duty.title) for duty in duties]
        if len(duties) == 1:
            code.widget = forms.HiddenInput()
            code.initial = duties[0].code


class MeetForm(_Since):
    """What shows that the duty was done, and when it was."""

    evidence = forms.CharField(
        label=_("Evidence"), widget=_area(), max_length=LONGEST,
        error_messages={"required": _("Write what shows that it was done: who, when, which number.")},
    )  # fmt: skip


class WaiveForm(forms.Form):
    """Why a duty does not hold."""

    reason = forms.CharField(
        label=_("Why this duty does not hold"), widget=_area(), max_length=LONGEST,
        error_messages={"required": _("Write why this duty does not hold: it stays on record.")},
    )  # fmt: skip
