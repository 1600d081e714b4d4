"""What planners and members write. What was typed stays in the form whatever happens."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.gatherings import dates, letters, queries
from upstander.gatherings.models import Gathering, Kind
from upstander.gatherings.services import LARGEST, Item, Plan
from upstander.ids import new_id
from upstander.markings import Level

_FAR = timedelta(days=5 * 366)
_FILES = (".pdf", ".pptx", ".docx", ".xlsx", ".odp", ".odt", ".txt", ".csv", ".png", ".jpg", ".jpeg")


class Day(forms.DateInput):
    """A day, as a browser asks for one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Hour(forms.TimeInput):
    """An hour, as a browser asks for one."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def levels() -> list[tuple[str, str]]:
    """The levels in words, the mildest first."""
    return [
        (str(level.value), letters.marking(level) or _t("Open: every member may read it")) for level in Level
    ]


def web_address(value: str) -> str:
    """`value` where it is an https address that can be pressed; raises ValidationError."""
    value = value.strip()
    try:
        parts = urlsplit(value)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if value and (not good or any(c.isspace() or not c.isprintable() for c in value)):
        raise forms.ValidationError(_t("Write the whole address, as https://meet.example/room."))
    return value


class GatheringForm(forms.Form):
    """All that is said of a gathering."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, initial=Kind.WEBINAR, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=_("Title"), max_length=150, error_messages={"required": _("Give it a title.")}
    )
    text = forms.CharField(
        label=_("What it is about, and for whom"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    level = forms.ChoiceField(
        label=_("Who may read of it"), widget=forms.RadioSelect, error_messages={"required": _("Choose a marking.")},
        help_text=_("Whoever may not read it never learns that it exists. It cannot change once it is published."),
    )  # fmt: skip
    day = forms.DateField(label=_("Day"), widget=Day, error_messages={"required": _("Choose a day.")})
    begins = forms.TimeField(
        label=_("Begins"), widget=Hour, error_messages={"required": _("Say when it begins.")}
    )
    ends = forms.TimeField(label=_("Ends"), widget=Hour, error_messages={"required": _("Say when it ends.")})
    last_day = forms.DateField(label=_("Last day, if it is another"), widget=Day, required=False)
    zone = forms.ChoiceField(label=_("Time zone"))
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    join_address = forms.CharField(
        label=_("Address to join"), max_length=500, required=False,
        help_text=_("Shown only to who has a seat: on the page, in their mail and their calendar."),
    )  # fmt: skip
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000, required=False)
    regions = forms.TypedMultipleChoiceField(
        label=_("Regions"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("Who is invited. None chosen: the whole state."),
    )  # fmt: skip
    disciplines = forms.MultipleChoiceField(
        label=_("Disciplines"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = settings.TIME_ZONE
        fields: dict[str, Any] = self.fields
        fields["zone"].choices = [
            (name, name.replace("_", " ")) for name in dict.fromkeys((own, *dates.ZONES))
        ]
        fields["zone"].initial = own
        fields["level"].choices = levels()
        fields["regions"].choices = queries.regions()
        fields["disciplines"].choices = queries.disciplines()

    def clean_join_address(self) -> str:
        """An https address, or nothing."""
        return web_address(self.cleaned_data["join_address"])

    def clean(self) -> dict[str, Any]:
        """When it begins and ends, as moments."""
        given = super().clean() or {}
        if not {"day", "begins", "ends", "zone"} <= set(given):
            return given
        starts = self._moment("begins", given["day"], given["begins"])
        ends = self._moment("ends", given.get("last_day") or given["day"], given["ends"])
        if starts and ends and ends <= starts:
            self.add_error("ends", _t("It ends after it begins."))
        if starts and abs(starts - clock.now()) > _FAR:
            self.add_error("day", _t("Choose a day within five years."))
        if starts and ends and ends - starts > timedelta(days=14):
            self.add_error("last_day", _t("It lasts two weeks at most."))
        if not given.get("place") and not given.get("join_address") and "join_address" not in self.errors:
            self.add_error("place", _t("Say where it is, or under which address one joins."))
        given["starts_at"], given["ends_at"] = starts, ends
        return given

    def _moment(self, field: str, day: Any, hour: time) -> datetime | None:
        try:
            return dates.moment(datetime.combine(day, hour), self.cleaned_data["zone"])
        except (dates.NoSuchTime, OverflowError):
            self.add_error(field, _t("On that day clocks are put forward, and this hour is left out."))
            return None

    def plan(self) -> Plan:
        """What was written; of a form that is valid."""
        given = self.cleaned_data
        names = ("kind", "title", "text", "starts_at", "ends_at", "zone", "place", "join_address", "capacity")
        return Plan(
            **{name: given[name] for name in names}, level=int(given["level"]), regions=tuple(sorted(given["regions"])),
            disciplines=tuple(sorted(given["disciplines"])),
        )  # fmt: skip


def filled(gathering: Gathering) -> dict[str, Any]:
    """What a form begins with for a gathering that exists."""
    from zoneinfo import ZoneInfo

    first, last = (at.astimezone(ZoneInfo(gathering.zone)) for at in (gathering.starts_at, gathering.ends_at))
    names = ("kind", "title", "text", "zone", "place", "join_address", "capacity", "regions", "disciplines")
    known = {name: getattr(gathering, name) for name in names}
    other_day = last.date() if last.date() != first.date() else None
    return known | {
        "level": str(gathering.level), "day": first.date(), "begins": first.time(), "ends": last.time(),
        "last_day": other_day,
    }  # fmt: skip


class CancelForm(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(
        label=_("Why it does not take place"), max_length=300,
        error_messages={"required": _("Say why: everybody who comes reads it.")},
    )  # fmt: skip


class MaterialForm(forms.Form):
    """A link or a file."""

    title = forms.CharField(
        label=_("What it is"), max_length=150, error_messages={"required": _("Say what it is.")}
    )
    level = forms.ChoiceField(label=_("Who may open it"))
    address = forms.CharField(label=_("Link, as to a recording"), max_length=500, required=False)
    file = forms.FileField(label=_("Or a file, up to 1 MB"), required=False, max_length=120)
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, lowest: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["level"].choices = [(value, label) for value, label in levels() if int(value) >= lowest]

    def clean_address(self) -> str:
        """An https address, or nothing."""
        return web_address(self.cleaned_data["address"])

    def clean_file(self) -> Any:
        """A file of a kind that offices open, not too large."""
        file = self.cleaned_data["file"]
        if file and not file.name.lower().endswith(_FILES):
            raise forms.ValidationError(_t("Of files there can be %s.") % ", ".join(_FILES))
        if file and file.size > LARGEST:
            raise forms.ValidationError(_t("The file is larger than 1 MB: put it where it can be linked to."))
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given = super().clean() or {}
        if not self.errors and bool(given.get("address")) == bool(given.get("file")):
            self.add_error("address", _t("Give a link or a file, one of the two."))
        return given

    def item(self) -> Item:
        """What was handed in; of a form that is valid."""
        given = self.cleaned_data
        file = given["file"]
        name = (
            "".join(c if c.isprintable() and c not in '"\\/' else "_" for c in file.name)[-120:]
            if file
            else ""
        )
        return Item(
            given["title"], int(given["level"]), given["address"], name, file.read() if file else None
        )


class WordsForm(forms.Form):
    """What somebody wants to say of it in words."""

    words = forms.CharField(
        label=_("In your own words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
