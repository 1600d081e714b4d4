"""What is written into papers. A person writes it, or copies it from the tip by a press; nothing is filled in by itself."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from upstander.actions.recording import wanted
from upstander.desk.forms import LONG, SHORT, DoneForm
from upstander.desk.models import PaperCopy
from upstander.packs.model import Criterion, Proof, ProofField, Rule
from upstander.web.templatetags.ui import when

ANSWERS: tuple[tuple[str, str | Promise], ...] = (
    ("yes", lazy("Yes")), ("no", lazy("No")), ("", lazy("Not known"))
)  # fmt: skip
Group = tuple[str, str | Promise, tuple[str, ...]]


def _line(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=SHORT, **more)


def _area(label: Any, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "class": "usa-textarea--short"})
    return forms.CharField(label=label, required=False, max_length=LONG, widget=widget, **more)


class PaperForm(forms.Form):
    """A paper's fields in groups; `seen` is the version that the form was shown with."""

    GROUPS: tuple[Group, ...] = ()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=32_767)

    @property
    def written(self) -> dict[str, str]:
        """What was written, as it is kept; what is empty is left out."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        plain = {name: "yes" if value is True else str(value or "").strip() for name, value in values.items()}
        return {name: value for name, value in plain.items() if value}

    @property
    def groups(self) -> list[tuple[str, str | Promise, list[forms.BoundField]]]:
        """The groups with their fields."""
        return [(code, title, [self[name] for name in names]) for code, title, names in self.GROUPS]


class MissingPersonForm(PaperForm):
    """What law enforcement needs about somebody who was taken, or is missing; what is not known stays empty and is printed so."""

    name = _line(lazy("Name, and names the person also goes by"))
    age = _line(lazy("Age or date of birth"))
    description = _area(lazy("Sex, height, weight, hair, eyes, skin, marks"))
    clothing = _area(lazy("Clothing, bags, glasses, jewelry"))
    health = _area(lazy("Disability, medical needs, medicine"))
    photo = _line(lazy("Photo: is there one, and where the officer gets it"))
    last_where = _line(lazy("Last seen where"))
    last_when = _line(lazy("Last seen when"))
    suspect = _area(
        lazy("Who took the person, or is with them: name, relation, description, clothing, weapons")
    )
    vehicle = _line(lazy("Vehicle: make, model, color, damage"))
    plate = _line(lazy("License plate and state"))
    direction = _line(lazy("Direction of travel, or where they may be going"))
    danger = _area(lazy("Why the person is in danger"))
    reach = _area(lazy("Telephone and accounts of the person"))
    other = _area(lazy("What else is known"))
    GROUPS = (
        ("person", lazy("The person"), ("name", "age", "description", "clothing", "health", "photo")),
        ("seen", lazy("Last seen"), ("last_where", "last_when")),
        ("suspect", lazy("Suspect and vehicle"), ("suspect", "vehicle", "plate", "direction")),
        ("danger", lazy("Danger, and ways to find the person"), ("danger", "reach", "other")),
    )

    def __init__(self, *args: Any, rules: Iterable[Rule] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = tuple(rule for rule in rules if rule.criteria)
        for rule in self.rules:
            for criterion in rule.criteria:
                self.fields[answer_name(rule, criterion)] = forms.ChoiceField(
                    label=criterion.asks, choices=ANSWERS, required=False, widget=forms.RadioSelect
                )

    def checklist(self, rule: Rule) -> list[tuple[Criterion, forms.BoundField]]:
        """The questions of a rule's checklist, each with its field."""
        return [(criterion, self[answer_name(rule, criterion)]) for criterion in rule.criteria]


def answer_name(rule: Rule, criterion: Criterion) -> str:
    """Under which name the answer to a question is kept."""
    return f"{rule.id}__{criterion.code}"


class LetterForm(PaperForm):
    """The written confirmation of a report of child abuse or neglect: what 325 ILCS 5/7.9 asks for, as far as it is known."""

    field_office = _line(lazy("Field office to which it goes, with its address"))
    child = _area(lazy("Child: name, address, age or date of birth, sex, race"))
    parents = _area(lazy("Parents, or who else is responsible for the child: names, addresses"))
    household = _area(lazy("Other children in the home: names, ages, sex, race"))
    nature = _area(
        lazy("What happened: nature and extent of the abuse or neglect, when, where"),
        help_text=lazy("Describe no image. What could show who told us does not belong here."),
    )
    earlier = _area(
        lazy("Evidence of earlier injuries, abuse or neglect, of the child or of brothers and sisters")
    )
    responsible = _area(lazy("Who is apparently responsible"))
    taken = _area(lazy("What has been done: who was called, who has the child now"))
    other = _area(lazy("What else may help"))
    name_source = forms.BooleanField(
        label=lazy("Name the person who told us"), required=False,
        help_text=lazy("Leave this empty, unless somebody with the right to decide it has decided it. The program "
                       "reports in its own name, and that is enough."),
    )  # fmt: skip
    source = _line(lazy("Who told us, as far as it is to be passed on"))
    GROUPS = (
        ("to", lazy("To"), ("field_office",)),
        ("child", lazy("Child and family"), ("child", "parents", "household")),
        ("what", lazy("What is reported"), ("nature", "earlier", "responsible", "taken", "other")),
        ("source", lazy("Who told us"), ("name_source", "source")),
    )

    def clean(self) -> dict[str, Any]:
        """Who told us is kept only where it is to be passed on."""
        cleaned = super().clean() or {}
        named, source = cleaned.get("name_source"), (cleaned.get("source") or "").strip()
        if named and not source:
            self.add_error("source", _("Write who told us, or take the tick away."))
        if source and not named:
            self.add_error(
                "source", _("Tick the box, or take the name out: one that is not passed on is not kept here.")
            )
        return cleaned


class RecordForm(DoneForm):
    """What came of a duty, on a screen of its own: the fields of its proof, and which paper it was where the proof asks."""

    def __init__(self, *args: Any, proof: Proof, copies: Iterable[PaperCopy] = (), **kwargs: Any) -> None:
        super().__init__(*args, proof=proof, **kwargs)
        self._proof = proof
        self._papers = [field for field in proof.fields if field.kind == "paper"]
        made = [(copy.sha256, _named(copy)) for copy in copies]
        for field in self._papers:
            self.fields[field.code] = forms.ChoiceField(
                label=field.label, choices=made, required=False, initial=made[0][0] if made else None,
                error_messages={"invalid_choice": _("Choose one of the copies that were made.")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What the proof demands for this result is said at the field that lacks it; the ledger looks again."""
        cleaned = super().clean() or {}
        for field in self._proof.fields:
            if cleaned.get("result") in field.required_for and not str(cleaned.get(field.code) or "").strip():
                if field.code not in self.errors:
                    self.add_error(field.code, _wanted(field))
        return cleaned

    @property
    def papers(self) -> list[forms.BoundField]:
        """Which paper it was."""
        return [self[field.code] for field in self._papers]

    @property
    def chosen(self) -> dict[str, str]:
        """The SHA-256 of each paper, for the results that a paper proves."""
        result = self.cleaned_data["result"]
        return {
            f.code: self.cleaned_data[f.code]
            for f in self._papers
            if result in f.required_for and self.cleaned_data[f.code]
        }

    @property
    def detail(self) -> dict[str, str]:
        """What was written down beside the note."""
        return {**super().detail, **self.chosen}


def _wanted(field: ProofField) -> str:
    if field.kind == "paper":
        return _("Make the paper first: which one it was is part of the proof.")
    if field.code == "note":
        return wanted(field.label)
    return _("Write this too: %(what)s.") % {"what": field.label}


def _named(copy: PaperCopy) -> str:
    at = when(copy.at, "clock").partition(">")[2].partition("<")[0]
    return _("Version %(n)d, made %(at)s, SHA-256 %(sha)s…") % {
        "n": copy.paper.n, "at": at, "sha": copy.sha256[:12]
    }  # fmt: skip
