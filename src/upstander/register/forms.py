"""What somebody writes of an incident, and what somebody looks for. What was typed stays in the form whatever happens."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.network.forms import SCHOOLS, PickForm
from upstander.register import codes
from upstander.register.entry import Cited, Entry, Line, scheme, when
from upstander.register.errors import CannotDo

LONG = 4000
_ANY = ("", _("Any"))
_UNKNOWN = ("", _("Not known"))
_CHOOSE = ("", _("Choose"))


def markings() -> list[tuple[str, str]]:
    """The markings that a page may carry, as an editor chooses them."""
    return [("", _t("Choose")), *((m.code, m.label) for m in scheme() if not m.individuals)]


def states() -> list[tuple[str, str]]:
    """The states, and abroad."""
    return [("", _t("Choose")), *((code, code) for code in codes.STATES), (codes.ABROAD, _t("Abroad"))]


class EntryForm(PickForm):
    """The facts."""

    picks = {"organisation": SCHOOLS}

    title = forms.CharField(
        label=_("Title"), max_length=160, error_messages={"required": _("Give it a title that tells it from others.")},
        help_text=_("No names. What happened, and roughly where: “Planned attack on a high school, told by a friend”."),
    )  # fmt: skip
    marking = forms.ChoiceField(
        label=_("Marking of the facts"), error_messages={"required": _("Choose a marking: without one nothing is saved.")},
        help_text=_("Whoever may not read the facts never learns that there is an entry. A paragraph may be marked higher."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), error_messages={"required": _("Choose what it was.")})
    sector = forms.ChoiceField(label=_("Sector"), error_messages={"required": _("Choose one of these.")})
    when = forms.CharField(
        label=_("When"), max_length=10, help_text=_("As exactly as it is known: 2019, 2019-04 or 2019-04-12."),
        error_messages={"required": _("Write at least the year.")},
    )  # fmt: skip
    state = forms.ChoiceField(label=_("State"), error_messages={"required": _("Choose a state.")})
    place = forms.CharField(
        label=_("Place"),
        max_length=160,
        required=False,
        help_text=_("Town, county or campus, as the source has it."),
    )
    organisation = forms.CharField(
        label=_("School or college of our directory"), max_length=200, required=False
    )
    organisation_pick = forms.ChoiceField(
        label=_("Which of these is it?"), required=False, widget=forms.RadioSelect, choices=[]
    )
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=5
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, max_digits=8, decimal_places=5
    )
    settings = forms.MultipleChoiceField(
        label=_("Setting"), required=False, widget=forms.CheckboxSelectMultiple
    )
    weapon = forms.ChoiceField(label=_("Weapon"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), error_messages={"required": _("Choose what came of it.")})
    killed = forms.IntegerField(
        label=_("Killed"), required=False, min_value=0, max_value=30000, help_text=_("Empty: not known.")
    )
    injured = forms.IntegerField(label=_("Injured"), required=False, min_value=0, max_value=30000)
    signs = forms.MultipleChoiceField(
        label=_("Warning signs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(
        label=_("What was wrong, or is new"),
        max_length=300,
        required=False,
        help_text=_("Whoever reads the facts reads this, too."),
    )
    looked = forms.BooleanField(
        label=_("I have looked at these words: they identify no child."), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = {
            "marking": markings(), "state": states(), "kind": [_CHOOSE, *codes.choices("kind")],
            "sector": [_CHOOSE, *codes.choices("sector")], "outcome": [_CHOOSE, *codes.choices("outcome")],
            "weapon": [_UNKNOWN, *codes.choices("weapon")],
            "settings": codes.choices("settings"), "signs": codes.choices("signs"),
        }  # fmt: skip
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self._offer()

    def clean(self) -> dict[str, Any]:
        """The date, read; the organisation, chosen."""
        given = super().clean() or {}
        given["organisation_id"] = self.chosen("organisation")
        if given.get("when"):
            try:
                given["when"] = when(given["when"], clock.now().date())
            except CannotDo as why:
                self.add_error("when", str(why))
        return given


class LineForm(forms.Form):
    """A paragraph. One without words is none."""

    part = forms.ChoiceField(label=_("Part"), required=False)
    marking = forms.ChoiceField(label=_("Marking"), required=False)
    text = forms.CharField(
        label=_("Words"), required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["part"].choices = codes.choices("part")  # type: ignore[attr-defined]
        self.fields["marking"].choices = markings()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Words want a marking."""
        given = super().clean() or {}
        if given.get("text", "").strip() and not given.get("marking") and "marking" not in self.errors:
            self.add_error("marking", _("Choose a marking: without one nothing is saved."))
        return given


class SourceForm(forms.Form):
    """A source. One without a citation is none."""

    citation = forms.CharField(
        label=_("Citation"), required=False, max_length=400, help_text=_("Author, title, where, when.")
    )
    address = forms.CharField(label=_("Web address"), required=False, max_length=500)
    originator = forms.CharField(
        label=_("Whose it is"),
        required=False,
        max_length=160,
        help_text=_("The agency or publisher that must be asked before it is passed on."),
    )
    seen_on = forms.DateField(
        label=_("Seen on"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    marking = forms.ChoiceField(label=_("Marking"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["marking"].choices = markings()  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        """An address on the web, or nothing."""
        value: str = self.cleaned_data["address"].strip()
        if value and not _is_web(value):
            raise forms.ValidationError(_t("Write the whole address, as https://example.org/report."))
        return value

    def clean(self) -> dict[str, Any]:
        """A citation wants a marking and the day on which it was seen."""
        given = super().clean() or {}
        if given.get("citation", "").strip():
            if not given.get("marking") and "marking" not in self.errors:
                self.add_error("marking", _("Choose a marking: without one nothing is saved."))
            if not given.get("seen_on") and "seen_on" not in self.errors:
                self.add_error("seen_on", _("Say when you saw it."))
            elif given.get("seen_on") and given["seen_on"] > clock.now().date():
                self.add_error("seen_on", _("This lies in the future."))
        elif any(given.get(name) for name in ("address", "originator")):
            self.add_error("citation", _("Write what it is."))
        return given


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False
    return good and value.isprintable() and not any(c.isspace() for c in value)


Lines = forms.formset_factory(LineForm, extra=0, max_num=30, absolute_max=30, validate_max=True)
Sources = forms.formset_factory(SourceForm, extra=0, max_num=15, absolute_max=15, validate_max=True)


def entry_of(given: dict[str, Any], lines: list[dict[str, Any]], sources: list[dict[str, Any]]) -> Entry:
    """What three filled forms say together."""
    return Entry(
        marking=given["marking"], title=given["title"], kind=given["kind"], sector=given["sector"], when=given["when"],
        state=given["state"], outcome=given["outcome"], settings=tuple(given["settings"]), place=given["place"],
        organisation_id=given["organisation_id"],
        latitude=given["latitude"], longitude=given["longitude"], weapon=given["weapon"], killed=given["killed"],
        injured=given["injured"], signs=tuple(given["signs"]),
        lines=tuple(Line(one["part"], one["marking"], one["text"]) for one in lines if one.get("text", "").strip()),
        sources=tuple(
            Cited(one["citation"], one["seen_on"], one["marking"], one["address"], one["originator"])
            for one in sources if one.get("citation", "").strip()
        ),
    )  # fmt: skip


class AskForm(forms.Form):
    """What somebody looks for. What makes no sense is as good as not asked for."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    setting = forms.ChoiceField(label=_("Setting"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    sign = forms.ChoiceField(label=_("Warning sign"), required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    since = forms.IntegerField(label=_("From year"), required=False, min_value=1700, max_value=2200)
    until = forms.IntegerField(label=_("To year"), required=False, min_value=1700, max_value=2200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        groups = {
            "kind": "kind",
            "setting": "settings",
            "sector": "sector",
            "outcome": "outcome",
            "sign": "signs",
        }
        for name, group in groups.items():
            self.fields[name].choices = [_ANY, *codes.choices(group)]  # type: ignore[attr-defined]
        away = [("here", _("In our state")), ("away", _("Elsewhere"))]
        self.fields["place"].choices = [_ANY, *away, *states()[1:]]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Words for taking an entry out."""

    why = forms.CharField(
        label=_("Why it is taken out"),
        max_length=1000,
        error_messages={"required": _("Say why it is taken out.")},
    )


class AnswerForm(forms.Form):
    """Words for a member whose proposal is not entered."""

    answer = forms.CharField(
        label=_("Why not, in words for the member"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in words for the member.")},
    )  # fmt: skip


class ProposalForm(forms.Form):
    """What a member tells: free words, little to choose. The School Intelligence Officer codes and marks it."""

    press = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What was it?"), max_length=160, error_messages={"required": _("Say in a line what it was.")}
    )
    when = forms.CharField(
        label=_("When"), max_length=60, required=False, help_text=_("As exactly as you know.")
    )
    place = forms.CharField(label=_("Where"), max_length=160, required=False)
    text = forms.CharField(
        label=_("What happened, what had been noticed, and what it teaches"), max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 8}), help_text=_("No names of students."),
        error_messages={"required": _("Write what happened.")},
    )  # fmt: skip
    source = forms.CharField(
        label=_("How do you know?"), max_length=400, error_messages={"required": _("Say how you know.")},
        help_text=_("A report, an article with its address, your own part in it."),
    )  # fmt: skip
    marking = forms.ChoiceField(
        label=_("Which marking do you propose?"), error_messages={"required": _("Choose a marking.")}
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["marking"].choices = markings()  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, str]:
        """What is kept of it."""
        return {
            name: str(self.cleaned_data[name]).replace("\x00", "")
            for name in ("title", "when", "place", "text", "source", "marking")
        }
