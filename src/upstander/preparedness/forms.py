"""Forms of drills and buildings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.ids import new_id
from upstander.packs.preparedness import DrillKind, Preparedness
from upstander.preparedness.models import FireDates
from upstander.preparedness.services import LONGEST, Agreed, Held
from upstander.web.fields import Words


def day(label: Any, **more: Any) -> forms.DateField:
    """A day, chosen from the browser's own calendar."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Write the day as 2026-10-14.")}, **more,
    )  # fmt: skip


def number(label: Any, most: int, **more: Any) -> forms.IntegerField:
    """A count, which need not be known."""
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, **more)


def several(label: Any, **more: Any) -> forms.MultipleChoiceField:
    """Ticks."""
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple, **more)


def lines(label: Any, rows: int = 3, most: int = LONGEST, **more: Any) -> Words:
    """Words that need not be said."""
    return Words(label=label, required=False, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class DrillForm(forms.Form):
    """A drill on a day, past or to come. `entry` is minted with the page, so that a repeated press writes once."""

    kind = forms.ChoiceField(
        label=_("Which drill?"), widget=forms.RadioSelect, error_messages={"required": _("Choose the kind of drill.")}
    )
    day = day(_("On which day?"), help_text=_("A day to come is planned. For a day that is over you say next how it went."))
    entry = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: Preparedness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(k.code, k.label) for k in rules.kinds]
        self.fields["entry"].initial = new_id


class MoveForm(forms.Form):
    """Another day for a planned drill."""

    day = day(_("Move it to"))


class HeldForm(forms.Form):
    """How a drill went."""

    held_on = day(_("Held on"))
    fire = forms.BooleanField(label=_("The fire department took part"), required=False)
    law = forms.BooleanField(label=_("Law enforcement took part"), required=False)
    certified_by = Words(
        label=_("Who certified it, and of which department"), required=False, max_length=200, widget=forms.TextInput,
        help_text=_("The fire department certifies the drill it took part in."),
    )  # fmt: skip
    conditions = several(_("What held of this drill"))
    notice_on = day(_("Parents were told on"), required=False)
    students = number(_("Students who took part"), 20_000)
    staff = number(_("Adults who took part"), 5_000)
    kept_out = number(_("Students kept out of it"), 20_000, help_text=_("By parents or by staff: how many. Never who."))
    minutes = number(_("How long it took: minutes"), 600)
    seconds = number(_("and seconds"), 59)
    went_well = lines(_("What went well"))
    to_improve = lines(_("What is to be better next time"), help_text=_("Do not name a student."))

    def __init__(self, *args: Any, rules: Preparedness, kind: DrillKind | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = rules.conditions_of(kind.code) if kind else ()
        conditions = self.fields["conditions"]
        assert isinstance(conditions, forms.MultipleChoiceField)
        conditions.choices = [(c.code, c.label) for c in asked]
        if not asked:
            del self.fields["conditions"]
        if not kind or not kind.notice:
            del self.fields["notice_on"], self.fields["kept_out"]

    def clean_held_on(self) -> Any:
        """A drill was held today or before."""
        if self.cleaned_data["held_on"] > clock.today():
            raise forms.ValidationError(_("This day is still to come. A drill is recorded when it was held."))
        return self.cleaned_data["held_on"]

    def held(self) -> Held:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        minutes, seconds = said["minutes"], said["seconds"]
        took = None if minutes is None and seconds is None else (minutes or 0) * 60 + (seconds or 0)
        return Held(
            held_on=said["held_on"], fire=said["fire"], law=said["law"], conditions=tuple(said.get("conditions", ())),
            notice_on=said.get("notice_on"), students=said["students"], staff=said["staff"], kept_out=said.get("kept_out"),
            seconds=took, certified_by=said["certified_by"], went_well=said["went_well"], to_improve=said["to_improve"],
        )  # fmt: skip


class BuildingForm(forms.Form):
    """What is known of a building."""

    opened_on = day(_("Opened on"), required=False, help_text=_("Only where it opened lately. Empty: it was always there."))
    exempt = several(_("What is true of it"))

    def __init__(self, *args: Any, rules: Preparedness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exempt = self.fields["exempt"]
        assert isinstance(exempt, forms.MultipleChoiceField)
        exempt.choices = [(e.code, e.label) for e in rules.exemptions]


class FireForm(forms.Form):
    """How far the dates with the fire department are."""

    contacted_on = day(_("The department contacted the school on"), required=False)
    proposed_on = day(_("The school proposed dates on"), required=False)
    outcome = forms.ChoiceField(
        label=_("What came of it"), required=False, widget=forms.RadioSelect, choices=FireDates.Outcome.choices
    )
    decided_on = day(_("Decided on"), required=False)
    agreed = day(_("The day agreed on"), required=False)

    def __init__(self, *args: Any, rules: Preparedness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"date_{n + 1}" for n in range(max(rules.fire.dates, len(self.initial.get("dates", ()))))]
        for n, name in enumerate(self.names, start=1):
            self.fields[name] = day(_("Date %(n)d") % {"n": n}, required=False)
        for name, known in zip(self.names, self.initial.get("dates", ()), strict=False):
            self.initial[name] = known

    @property
    def proposed(self) -> list[forms.BoundField]:
        """The fields of the dates."""
        return [self[name] for name in self.names]

    def said(self) -> Agreed:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        dates = tuple(said[name] for name in self.names if said[name])
        return Agreed(said["contacted_on"], said["proposed_on"], dates, said["outcome"], said["decided_on"], said["agreed"])
