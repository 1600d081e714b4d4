"""Forms of the gate."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.directory.models import Organisation
from upstander.disclosure.files import LONGEST as NAME
from upstander.disclosure.files import File
from upstander.disclosure.gate import LONGEST, Shared
from upstander.disclosure.log import Threat
from upstander.ids import new_id
from upstander.packs.sharing import Sharing
from upstander.sharing import path
from upstander.sharing.advise import Facts
from upstander.web.fields import Words

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}
WRITE = {"required": _("Write something first.")}


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


def words(label: Any, rows: int = 3, **more: Any) -> Words:
    """A field for typed words, on several lines."""
    return Words(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), error_messages=WRITE, **more)


class FileForm(Base):
    """A new file."""

    place = forms.TypedChoiceField(label=_("At which school?"), coerce=int, error_messages=CHOOSE)
    name = Words(label=_("The student's name"), max_length=NAME, error_messages=WRITE)
    known_by = Words(
        label=_("What tells them from others of that name"), max_length=NAME, required=False,
        help_text=_("For example the grade."),
    )  # fmt: skip
    parents = Words(label=_("Parents or guardians"), max_length=NAME, required=False)
    language = forms.ChoiceField(label=_("In which language do we write to them?"), error_messages=CHOOSE)

    def __init__(self, *args: Any, places: list[Organisation], rules: Sharing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", ((p.pk, p.name) for p in places))
        self.offer("language", ((one.language, one.title) for one in rules.letters))


class FindForm(forms.Form):
    """Looking for a file, by typed words."""

    words = Words(label=_("Find a student"), max_length=NAME, required=False)


class ChooseForm(Base):
    """Of which student something is told."""

    student = forms.ChoiceField(label=_("Which student?"), error_messages=CHOOSE)

    def __init__(self, *args: Any, files: list[File], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("student", ((str(f.id), ", ".join(x for x in (f.name, f.known_by, f.student.place.name) if x)) for f in files))


class EmergencyForm(Base):
    """An emergency, with its four factors."""

    threat = words(_("What is the threat?"), help_text=_("In words that name it: who may hurt whom, how, and how you know."))
    factors = forms.MultipleChoiceField(
        label=_("Which of these hold?"), widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE,
        help_text=_("All four must hold."),
    )  # fmt: skip
    why = words(_("Why do they hold?"))

    def __init__(self, *args: Any, rules: Sharing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("factors", ((one.code, one.label) for one in rules.factors))


class DisclosureForm(Base):
    """What is told, to whom, on which ground."""

    who = forms.ChoiceField(label=_("Who gets it?"), error_messages=CHOOSE)
    recipient = Words(label=_("Their name and agency"), max_length=NAME, error_messages=WRITE)
    record = forms.ChoiceField(label=_("What kind of thing is it?"), error_messages=CHOOSE)
    content = words(_("What exactly is told?"), help_text=_("The parents read this in the notice, and whoever sees the log."))
    why = forms.ChoiceField(label=_("Why?"), error_messages=CHOOSE)
    urgency = forms.ChoiceField(label=_("How urgent is it?"), error_messages=CHOOSE)
    holds = forms.MultipleChoiceField(
        label=_("Which of these is true?"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE
    )
    emergency = forms.ChoiceField(
        label=_("In which recorded emergency?"), required=False, error_messages=CHOOSE,
        help_text=_("If it rests on an emergency, record that first, on the student's page."),
    )  # fmt: skip
    decided = words(_("Who decided, and why?"), required=False, help_text=_("Needed where counsel is to be asked."))
    at = forms.DateTimeField(
        label=_("When is it told?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Write when."), "invalid": _("Write the day and the time.")},
    )  # fmt: skip
    done = forms.BooleanField(label=_("It has been told already, whatever the rules say"), required=False)

    def __init__(self, *args: Any, rules: Sharing, emergencies: list[Threat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in path.QUESTIONS:
            self.offer(question, [("", _("Choose")), *((one.code, one.label) for one in path.choices(rules, question))])
        self.offer("holds", ((one.code, one.label) for one in rules.conditions))
        live = [one for one in emergencies if one.row.ended_at is None]
        self.offer("emergency", [("", _("In none")), *((str(one.row.id), _said(one)) for one in live)])
        self.fields["at"].initial = lambda: timezone.localtime(clock.now()).replace(second=0, microsecond=0)

    def shared(self) -> Shared:
        """What is told, once the form has passed."""
        said = self.cleaned_data
        facts = Facts(said["who"], said["record"], said["why"], said["urgency"], frozenset(said["holds"]))
        emergency = UUID(said["emergency"]) if said["emergency"] else None
        return Shared(facts, said["recipient"], said["content"], said["at"], emergency, said["decided"], said["done"])


def _said(one: Threat) -> str:
    when = timezone.localtime(one.row.at).strftime("%Y-%m-%d %H:%M")
    return f"{when}: {one.threat[:60]}"


class NoticeForm(Base):
    """How the parents were told."""

    how = words(_("How were they told, and by whom?"), help_text=_("For example: letter handed over, telephone, mail."))
