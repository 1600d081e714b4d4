"""When something happened that is written down afterwards: two fields of a form, and the moment that they say."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from upstander.actions.moment_forms import MomentForm, day_field, hour_field

DAY, HOUR = "happened_day", "happened_hour"


class HappenedFields(MomentForm):
    """Day and time on the wall where the programme is; nothing written is the moment of the press."""

    DAY, HOUR = DAY, HOUR
    happened_day = day_field(_("Day it happened"))
    happened_hour = hour_field(_("Time it happened"))

    def clean(self) -> dict[str, Any]:
        """A day needs its time: when a call was made is known by the minute."""
        cleaned = super().clean()
        if cleaned.get(DAY) and not cleaned.get(HOUR) and HOUR not in self.errors:
            self.add_error(HOUR, _("Write the time too, as 14:30."))
        return cleaned
