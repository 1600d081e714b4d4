"""The calendars' forms, on both origins. The services check; what they refuse is put beside its field."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander.directory import calendars
from upstander.directory.calendars_models import CalendarSpan, QuietHours
from upstander.web.fields import Words

_NEEDED = {"required": gettext_lazy("Write a day.")}
MOST_WEEKS = 8


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=_NEEDED, **more
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class SpanForm(forms.Form):
    """Days of the school calendar."""

    kind = forms.ChoiceField(label=gettext_lazy("What these days are"), choices=CalendarSpan.Kind.choices)
    name = Words(
        label=gettext_lazy("What they are called"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example “Fall term” or “Winter break”."),
    )
    first_day = _day(gettext_lazy("First day"))
    last_day = _day(gettext_lazy("Last day"))


class HoursForm(forms.Form):
    """The school's hours, day by day of the week; both empty: no school on that day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in WEEKDAYS.items():
            self.fields[f"opens_{day}"] = _hour(_("%(day)s, school begins") % {"day": name})
            self.fields[f"closes_{day}"] = _hour(_("%(day)s, school ends") % {"day": name})

    @staticmethod
    def of(hours: Any) -> dict[str, time]:
        """The form's values for hours as they stand."""
        return {
            key: value
            for day, (opens, closes) in hours.items()
            for key, value in ((f"opens_{day}", opens), (f"closes_{day}", closes))
        }

    def clean(self) -> None:
        """Both or none of a day."""
        super().clean()
        for day in WEEKDAYS:
            opens, closes = (self.cleaned_data.get(f"{end}_{day}") for end in ("opens", "closes"))
            if (opens is None) != (closes is None) and not {f"opens_{day}", f"closes_{day}"} & self.errors.keys():
                self.add_error(
                    f"opens_{day}" if opens is None else f"closes_{day}", _("Write both times of this day, or none.")
                )

    def hours(self) -> dict[int, tuple[time, time]]:
        """What was written, by day of the week."""
        found = self.cleaned_data
        return {
            day: (found[f"opens_{day}"], found[f"closes_{day}"]) for day in WEEKDAYS if found[f"opens_{day}"] is not None
        }


class AbsenceForm(forms.Form):
    """From when to when somebody is away, and who stands in."""

    first_day = _day(gettext_lazy("Away from"))
    last_day = _day(gettext_lazy("Until and including"))
    deputy = forms.TypedChoiceField(
        label=gettext_lazy("Who stands in"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Reminded sooner while this person is away. Everybody is still told of everything."),
    )

    def __init__(self, *args: Any, deputies: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].choices = [("", _("nobody in particular")), *deputies]  # type: ignore[attr-defined]


_ANY, _BETWEEN, _NEVER = "any", "between", "never"
_WHEN = (
    (_ANY, gettext_lazy("At any hour")),
    (_BETWEEN, gettext_lazy("Not between these hours")),
    (_NEVER, gettext_lazy("Only for a Critical")),
)


class QuietForm(forms.Form):
    """By which channel somebody may be reached when, for anything less than a Critical."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in QuietHours.Channel.choices:
            self.fields[f"{code}_when"] = forms.ChoiceField(label=name, choices=_WHEN)
            self.fields[f"{code}_starts"] = _hour(_("%(channel)s: not from") % {"channel": name})
            self.fields[f"{code}_ends"] = _hour(_("%(channel)s: until") % {"channel": name})

    @staticmethod
    def of(quiet: Iterable[QuietHours]) -> dict[str, object]:
        """The form's values for quiet hours as they stand."""
        found: dict[str, object] = {f"{code}_when": _ANY for code in QuietHours.Channel.values}
        for one in quiet:
            whole = one.starts == one.ends
            found[f"{one.channel}_when"] = _NEVER if whole else _BETWEEN
            found |= {} if whole else {f"{one.channel}_starts": one.starts, f"{one.channel}_ends": one.ends}
        return found

    def clean(self) -> None:
        """Hours where hours were chosen, and none that were typed in vain."""
        super().clean()
        for code in QuietHours.Channel.values:
            if self.cleaned_data.get(f"{code}_when") != _BETWEEN:
                self._none_in_vain(code)
                continue
            hours = [self.cleaned_data.get(f"{code}_{end}") for end in ("starts", "ends")]
            for end, hour in zip(("starts", "ends"), hours, strict=True):
                if hour is None and f"{code}_{end}" not in self.errors:
                    self.add_error(f"{code}_{end}", _("Write an hour, for example 21:00."))
            if None not in hours and hours[0] == hours[1]:
                self.add_error(f"{code}_ends", _("Choose another hour, or “Only for a Critical”."))

    def _none_in_vain(self, code: str) -> None:
        """Hours that stood there before go with the choice; what somebody has just typed is not thrown away without a word."""
        typed = {f"{code}_starts", f"{code}_ends"}.intersection(self.changed_data)
        if any(self.cleaned_data.get(name) is not None for name in typed) and f"{code}_when" not in self.errors:
            self.add_error(
                f"{code}_when", _("You have written hours. Choose “Not between these hours”, or leave the hours empty.")
            )

    def channels(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of each channel: when, from, until."""
        return [(self[f"{c}_when"], self[f"{c}_starts"], self[f"{c}_ends"]) for c in QuietHours.Channel.values]

    def hours(self) -> dict[str, tuple[time, time]]:
        """What was written, by channel."""
        found = self.cleaned_data
        when = {code: found[f"{code}_when"] for code in QuietHours.Channel.values}
        between = {c: (found[f"{c}_starts"], found[f"{c}_ends"]) for c, w in when.items() if w == _BETWEEN}
        return between | {c: (time(), time()) for c, w in when.items() if w == _NEVER}


class ShiftForm(forms.Form):
    """Who is on call, from which day on, for how many weeks."""

    holder = forms.TypedChoiceField(
        label=gettext_lazy("Who is on call"), coerce=int, error_messages={"required": gettext_lazy("Choose somebody.")}
    )
    first_day = _day(
        gettext_lazy("From this day on"), help_text=gettext_lazy("The week changes at 8 in the morning.")
    )
    weeks = forms.IntegerField(label=gettext_lazy("For how many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1)

    def __init__(self, *args: Any, holders: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = [("", _("Choose")), *holders]  # type: ignore[attr-defined]
        weeks, asked = self.fields["weeks"], _("Write a number from 1 to %(most)d.") % {"most": MOST_WEEKS}
        weeks.help_text = _("At most %(most)d weeks at once.") % {"most": MOST_WEEKS}
        weeks.error_messages |= dict.fromkeys(("required", "invalid", "min_value", "max_value"), asked)

    def moments(self) -> tuple[datetime, datetime]:
        """From when to when, in UTC."""
        return calendars.weeks(self.cleaned_data["first_day"], self.cleaned_data["weeks"], settings.TIME_ZONE)
