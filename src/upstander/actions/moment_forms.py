"""When something was, as a person writes it down afterwards: two fields of a form, and the moment that they say."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.packs.current import current
from upstander.protocol.clocks import NoSuchTime, on_the_wall

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def day_field(label: "str | _StrPromise") -> forms.DateField:
    """A day on the wall where the programme is."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as 2026-11-22.")},
    )  # fmt: skip


def hour_field(label: "str | _StrPromise") -> forms.TimeField:
    """A time of that day."""
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as 14:30.")},
    )  # fmt: skip


class MomentForm(forms.Form):
    """A form with a day and a time by the names `DAY` and `HOUR`; nothing written is the moment of the press."""

    DAY: ClassVar[str] = "day"
    HOUR: ClassVar[str] = "hour"

    def moment(self) -> datetime | None:
        """What was written, in UTC: of a day alone its beginning, of a time alone today's; None for nothing."""
        day, hour = self.cleaned_data.get(self.DAY), self.cleaned_data.get(self.HOUR)
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
            self.add_error(self.HOUR, _("There was no such time: the clocks went forward that night."))
        except OverflowError:  # the first or the last of all days, whose moment in UTC lies on none
            self.add_error(self.DAY, _("Look at the year again."))
        return cleaned
