"""What the staff type here. What was typed stays in the form whatever happens."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.gatherings.forms import Day
from upstander.insight import governing, plan
from upstander.insight.models import Contact, PlanItem
from upstander.network import pack
from upstander.network.forms import PressForm

SOON = timedelta(days=7)  # a next step without a day is due then
BACK, FORTH = 12, 24  # months that a plan's form offers
_DAY = {"invalid": _("Write the day as 2026-01-31."), "required": _("Choose a day.")}


class ContactForm(PressForm):
    """A contact with a partner: one name is enough."""

    who = forms.CharField(label=_("With whom"), max_length=120, error_messages={"required": _("Write with whom.")})
    organisation = forms.CharField(label=_("Of which organization"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("How"), choices=[(k.value, _(k.label)) for k in Contact.Kind], initial=Contact.Kind.CALL)
    partner = forms.ChoiceField(label=_("Program of the fusion center"), required=False)
    note = forms.CharField(
        label=_("What was said"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No child, no tip. It is sealed."),
    )  # fmt: skip
    next = forms.CharField(label=_("Next step"), max_length=300, required=False)
    due = forms.DateField(label=_("Until when"), required=False, widget=Day, error_messages=_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = [(one.code, one.label) for one in pack.network().partners]
        self.fields["partner"].choices = [("", _("None of them")), *partners]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day belongs to a step; a step without a day is due in a week."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("due") and not given.get("next"):
            self.add_error("next", _("Say what is to be done until then."))
        if given.get("next") and not given.get("due") and "due" not in self.errors:
            given["due"] = clock.today() + SOON
        return given


class SearchForm(forms.Form):
    """Words of a contact. Sent in the body: who speaks with whom stands in no address."""

    words = forms.CharField(label=_("Name, organization or words"), max_length=100, required=False)


def _months() -> list[tuple[str, str]]:
    this = plan.first_of(clock.today())
    offered = (plan.after(this, n) for n in range(-BACK, FORTH + 1))
    return [(month.isoformat(), date_format(month, "F Y")) for month in offered]


class PlanForm(PressForm):
    """Something of the year's plan."""

    title = forms.CharField(label=_("What"), max_length=200, error_messages={"required": _("Write what is to be done.")})
    owner = forms.CharField(label=_("Who does it"), max_length=120, error_messages={"required": _("Write who does it.")})
    month = forms.TypedChoiceField(label=_("Month"), coerce=date.fromisoformat, error_messages={"required": _("Choose a month.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = _months()
        if (first := self.initial.get("month")) and first not in {value for value, _words in offered}:
            offered.insert(0, (first, date_format(date.fromisoformat(first), "F Y")))
        self.fields["month"].choices = offered  # type: ignore[attr-defined]
        self.fields["month"].initial = self.initial.get("month") or plan.first_of(clock.today()).isoformat()


class PlanItemForm(PlanForm):
    """The same, with how far it is."""

    state = forms.ChoiceField(
        label=_("How far it is"), choices=[(s.value, _(s.label)) for s in PlanItem.State], widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far it is.")},
    )  # fmt: skip


class RecordForm(PressForm):
    """A record of one kind: its columns have that kind's words, and what it has not is not asked."""

    title = forms.CharField(max_length=200, error_messages={"required": _("Write what it is called.")})
    who = forms.CharField(max_length=200, required=False)
    version = forms.CharField(max_length=40, required=False)
    day = forms.DateField(widget=Day, initial=clock.today, error_messages=_DAY)
    until = forms.DateField(widget=Day, required=False, error_messages=_DAY)
    notes = forms.CharField(max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    ended = forms.BooleanField(
        label=_("It holds no more"), required=False, help_text=_("It stays to be read, below the others.")
    )

    def __init__(self, *args: Any, kind: str, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = governing.COLUMNS[kind]
        for name in ("title", "who", "version", "day", "until", "notes"):
            if words := getattr(columns, name):
                self.fields[name].label = words
            else:
                del self.fields[name]
        if new:
            del self.fields["ended"]

    def clean(self) -> dict[str, Any]:
        """Nothing ends before it begins."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("until") and given.get("day") and given["until"] < given["day"]:
            self.add_error("until", _("This is before it begins."))
        return given

    def said(self) -> governing.Said:
        """What was filled in."""
        given = self.cleaned_data
        return governing.Said(
            title=given["title"], day=given["day"], who=given.get("who", ""), version=given.get("version", ""),
            until=given.get("until"), notes=given.get("notes", ""),
        )  # fmt: skip
