"""When something happened that is written down afterwards: two fields of a form, and the moment that they say."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.packs.current import current
from upstander.protocol.clocks import NoSuchTime, on_the_wall

DAY, HOUR = "happened_day", "happened_hour"


class HappenedFields(forms.Form):
    """Day and time on the wall where the programme is; nothing written is the moment of the press."""

    happened_day = forms.DateField(
        label=_("Day it happened"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as 2026-11-22.")},
    )  # fmt: skip
    happened_hour = forms.TimeField(
        label=_("Time it happened"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as 14:30.")},
    )  # fmt: skip

    def moment(self) -> datetime | None:
        """What was written, in UTC; of a time alone today's; None for nothing."""
        day, hour = self.cleaned_data.get(DAY), self.cleaned_data.get(HOUR)
        if day is None and hour is None:
            return None
        zone = current().programme.time_zone
        return on_the_wall(day or clock.today(zone), hour or time(), zone)

    def clean(self) -> dict[str, Any]:
        """A day needs its time, and a time that was left out when the clocks went forward is none."""
        cleaned = super().clean() or {}
        if cleaned.get(DAY) and not cleaned.get(HOUR) and HOUR not in self.errors:
            self.add_error(HOUR, _("Write the time too, as 14:30."))
        try:
            self.moment()
        except NoSuchTime:
            self.add_error(HOUR, _("There was no such time: the clocks went forward that night."))
        except OverflowError:  # the first or the last of all days, whose moment in UTC lies on none
            self.add_error(DAY, _("Look at the year again."))
        return cleaned
