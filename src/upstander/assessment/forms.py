"""Forms of the team and of its cases."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.assessment.cases import LONGEST, STUDENT, Said, Told
from upstander.assessment.levels import MOVED, Decided
from upstander.assessment.models import Team
from upstander.assessment.plan import Planned
from upstander.assessment.reach import Candidate
from upstander.assessment.shelves import SHELVES
from upstander.directory.models import Organisation
from upstander.disclosure.files import File
from upstander.ids import new_id
from upstander.packs.assessment import Assessment, Word
from upstander.web.fields import Words

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}
_NONE = ("", _("Choose"))


def words(label: Any, *, rows: int = 4, longest: int = LONGEST, **more: Any) -> Words:
    """A field for typed words, on several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return Words(label=label, max_length=longest, widget=widget, error_messages={"required": _("Write something first.")}, **more)


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Write the day as year-month-day.")}, **more,
    )  # fmt: skip


class Base(forms.Form):
    """A form whose lists are filled when it is made. `entry` is minted with the page: a repeated press writes once."""

    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].initial = new_id

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Fill a list."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


def _of(found: Iterable[Word]) -> list[tuple[str, str]]:
    return [(one.code, one.label) for one in found]


class TeamForm(Base):
    """Of which kind the team is, and by which scale it works."""

    kind = forms.ChoiceField(
        label=_("Which team is it?"), widget=forms.RadioSelect, choices=Team.Kind.choices, error_messages=CHOOSE
    )
    scale = forms.ChoiceField(
        label=_("By which scale do you say how grave a case is?"), widget=forms.RadioSelect, error_messages=CHOOSE
    )

    def __init__(self, *args: Any, section: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("scale", ((one.code, f"{one.label}. {one.says}") for one in section.scales))


class MemberForm(Base):
    """Who is put on the roster, in which part: somebody who signs in here, or a name."""

    part = forms.ChoiceField(label=_("In which part?"), error_messages=CHOOSE)
    who = forms.TypedChoiceField(
        label=_("Who?"), coerce=int, required=False, empty_value=None, error_messages=CHOOSE,
        help_text=_("These people sign in here. Only they can read cases, after they have signed the agreement."),
    )  # fmt: skip
    name = Words(
        label=_("Or a name"), max_length=120, required=False,
        help_text=_("Somebody who does not sign in here: they stand on the roster, and read nothing."),
    )  # fmt: skip

    def __init__(self, *args: Any, section: Assessment, people: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("part", [_NONE, *((p.code, p.label) for p in section.parts)])
        self.offer("who", [_NONE, *((c.designation_id, f"{c.name}, {c.organisation}") for c in people)])


class SignForm(Base):
    """The agreement."""

    agreed = forms.BooleanField(label=_("I have read this, and I sign it"), error_messages={"required": _("Sign it to go on.")})


class ReportForm(Base):
    """Something that the team should look at."""

    place = forms.TypedChoiceField(label=_("At which school?"), coerce=int, error_messages=CHOOSE)
    subject = forms.ChoiceField(label=_("Who is it?"), initial=STUDENT, error_messages=CHOOSE)
    student = forms.ChoiceField(
        label=_("A student who has a file here already"), required=False, error_messages=CHOOSE,
        help_text=_("Leave it empty if the student is not in the list."),
    )  # fmt: skip
    about = Words(label=_("Name"), max_length=120, required=False, help_text=_("The name of who may be a danger, or in danger."))
    tells = words(_("What was seen or heard?"), help_text=_("The words that were used, where and when, and who was there."))
    kept = forms.MultipleChoiceField(
        label=_("Is it about somebody of the team, or their family? They do not read it."), required=False,
        widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE,
    )  # fmt: skip
    source = Words(
        label=_("Who told it?"), max_length=200, required=False, help_text=_("Leave it empty if they asked not to be named.")
    )

    def __init__(
        self, *args: Any, section: Assessment, places: list[Organisation], students: list[File],
        members: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._files = {str(found.id): found.id for found in students}
        self.offer("place", [_NONE, *((p.pk, p.name) for p in places)] if len(places) > 1 else [(p.pk, p.name) for p in places])
        self.offer("subject", _of(section.subjects))
        self.offer("student", [("", _("Not in the list")), *((str(f.id), _file(f)) for f in students)])
        self.offer("kept", members)
        if not students:
            del self.fields["student"]
        if not members:
            del self.fields["kept"]

    def told(self) -> Told:
        """What is told, once the form has passed."""
        said = self.cleaned_data
        student = self._files.get(said.get("student", ""))
        kept = tuple(UUID(one) for one in said.get("kept", ()))
        return Told(said["place"], said["subject"], said["about"], said["tells"], said["source"], student, kept)


def _file(found: File) -> str:
    return f"{found.name or _('Name not known')}{', ' + found.known_by if found.known_by else ''}, {found.student.place.name}"


class EntryForm(Base):
    """An entry of a case."""

    kind = forms.ChoiceField(label=_("What is it?"), error_messages=CHOOSE)
    day = day(_("On which day was it?"))
    text = words(_("What was said, done or found?"), rows=6)
    theme = forms.ChoiceField(label=_("Which question does it help to answer?"), required=False, error_messages=CHOOSE)
    shelf = forms.ChoiceField(
        label=_("Where is it from?"), widget=forms.RadioSelect, error_messages=CHOOSE,
        help_text=_("It decides who in the team reads it. The student's record and what the police bring are kept apart."),
    )  # fmt: skip

    def __init__(self, *args: Any, section: Assessment, shelves: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [_NONE, *_of(section.entries)])
        self.offer("theme", [("", _("None of these")), *_of(section.themes)])
        self.offer("shelf", ((code, label) for code, label in SHELVES.items() if code in shelves))
        self.fields["day"].initial = clock.today
        self.fields["shelf"].initial = "school"

    def said(self) -> Said:
        """What is written, once the form has passed."""
        given = self.cleaned_data
        return Said(given["kind"], given["shelf"], given["day"], given["text"], given["theme"])


class KeptForm(Base):
    """From whom of the team a case is kept."""

    kept = forms.MultipleChoiceField(
        label=_("Who of the team does not read it?"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE,
        help_text=_("Because it is about them, or about somebody near to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kept", members)


class LevelForm(Base):
    """How grave it is, and whether the police are told."""

    level = forms.ChoiceField(label=_("How grave is it, as you know it now?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    reason = words(_("Why?"))
    thresholds = forms.MultipleChoiceField(
        label=_("Is the threshold for law enforcement met?"), widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE,
        help_text=_("Choose each that holds, or that none does."),
    )  # fmt: skip
    police_reason = words(_("Why are the police told, or why not?"), rows=3)
    police_told = forms.BooleanField(label=_("The police have been told"), required=False)
    review_on = day(
        _("When do you look at it again?"), required=False, help_text=_("Leave it empty to take the level's own time.")
    )

    def __init__(self, *args: Any, section: Assessment, scale: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("level", ((one.code, f"{one.label}. {one.says}") for one in section.of_scale(scale)))
        self.offer("thresholds", _of(section.thresholds))

    def decided(self) -> Decided:
        """What is decided, once the form has passed."""
        given = self.cleaned_data
        return Decided(
            given["level"], given["reason"], tuple(given["thresholds"]), given["police_reason"], given["police_told"],
            given["review_on"],
        )  # fmt: skip


class PlanForm(Base):
    """A piece of the safety plan."""

    what = words(_("What is to be done?"), rows=3, help_text=_("One thing: it has one owner and one day."))
    owner = forms.ChoiceField(label=_("Who of the team sees to it?"), required=False, error_messages=CHOOSE)
    other = Words(label=_("Or somebody else"), max_length=120, required=False)
    review_on = day(_("When do you look at it again?"))

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("owner", [("", _("Nobody of the team")), *members])

    def planned(self) -> Planned:
        """What is planned, once the form has passed."""
        given = self.cleaned_data
        return Planned(given["what"], given["review_on"], UUID(given["owner"]) if given["owner"] else None, given["other"])


class ReviewForm(Base):
    """When something is looked at again."""

    review_on = day(_("When do you look at it again?"))


class OfferForm(Base):
    """To which team a case goes, and what it is given."""

    team = forms.ChoiceField(label=_("To which team?"), error_messages=CHOOSE)
    given = words(
        _("What must the new team know?"), rows=8,
        help_text=_("Only this goes along, and it stands in the student's log as told."),
    )  # fmt: skip

    def __init__(self, *args: Any, teams: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("team", [_NONE, *((str(id), name) for id, name in teams)])


class TakeForm(Base):
    """At which of our schools the student is now."""

    place = forms.TypedChoiceField(label=_("At which school is the student now?"), coerce=int, error_messages=CHOOSE)

    def __init__(self, *args: Any, places: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", [_NONE, *((p.pk, p.name) for p in places)])


class CloseForm(Base):
    """Why a case is closed."""

    closing = forms.ChoiceField(label=_("Why does it end?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    reason = words(_("In your words"))

    def __init__(self, *args: Any, section: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("closing", (one for one in _of(section.closings) if one[0] != MOVED))
