"""The forms of a duty clock, for the desk's pages and the schools'."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.actions.clocks import LONGEST
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.packs.model import Duty
from upstander.protocol.clocks import NoSuchTime, on_the_wall


def _area() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 2, "class": "usa-textarea--short"})


class _Since(forms.Form):
    """A moment on the wall where the programme is; nothing written is the moment of the press."""

    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as 2026-11-22.")},
    )  # fmt: skip
    hour = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as 14:30.")},
    )  # fmt: skip

    def moment(self) -> datetime | None:
        """What was written, in UTC: of a day alone its beginning, of a time alone today's; None for nothing."""
        day, hour = self.cleaned_data.get("day"), self.cleaned_data.get("hour")
        if day is None and hour is None:
            return None
        zone = current().programme.time_zone
        return on_the_wall(day or clock.today(zone), hour or time(), zone)

    def clean(self) -> dict[str, Any]:
        """A time that was left out when the clocks went forward is none."""
        cleaned = super().clean() or {}
        try:
            self.moment()
        except NoSuchTime:
            self.add_error("hour", _("There was no such time: the clocks went forward that night."))
        except OverflowError:  # the first or the last of all days, whose moment in UTC lies on none
            self.add_error("day", _("Look at the year again."))
        return cleaned


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
