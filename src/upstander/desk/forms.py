"""The forms of a tip's page. What was typed stays in them whatever happens; nothing of it is kept elsewhere."""

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.actions.conflict import marks
from upstander.actions.models import Judgement
from upstander.actions.services import CALL_RESULTS, Circumstances
from upstander.desk.conflict import ConflictFields, Look
from upstander.desk.happened import HappenedFields
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.packs.model import Proof
from upstander.protocol import answered_by, asks_of_person
from upstander.web.kinds import KindsFields

LONG, SHORT = 20_000, 200


def new_press() -> str:
    """A mark of one shown form: however often its button is pressed, one message is sent."""
    return secrets.token_urlsafe(12)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "usa-textarea--short"})


class ReplyForm(forms.Form):
    """A word to the reporter, or a note that only the desk reads."""

    text = forms.CharField(
        label=_("Reply to the reporter"), widget=_area(2), max_length=LONG,
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    note = forms.BooleanField(label=_("Note, for the desk only"), required=False)
    no_answer = forms.BooleanField(
        label=_("No answer is owed: what I write says why, for the desk only"), required=False
    )  # offered where a reporter in crisis waits
    press = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_press)
    phrase = forms.ChoiceField(label=_("Phrase"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase = self.fields["phrase"]
        assert isinstance(phrase, forms.ChoiceField)
        phrases = current().texts_under("reporter.phrase")
        phrase.choices = [
            ("", _("Choose a phrase…")),
            *((code, _cut(text)) for code, text in phrases.items()),
        ]


def _cut(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


class JudgeForm(KindsFields, ConflictFields):
    """The classification (D-III.B): what it is, whether it is happening, marks; why, and what may be released."""

    age = forms.IntegerField(
        label=_("Age of the person it is about, in years"), required=False, min_value=0, max_value=120,
        help_text=_("Leave it empty if it is not known: then what is owed is as for the youngest."),
        error_messages={"invalid": _("Write a whole number of years, or leave it empty."),
                        "min_value": _("Write an age of 0 to 120."), "max_value": _("Write an age of 0 to 120.")},
    )  # fmt: skip
    disabled = forms.BooleanField(
        label=_("This person has a mental or physical disability"), required=False
    )
    reason = forms.CharField(
        label=_("Why it is less grave than was said or judged before, or why law enforcement needs it"),
        widget=_area(2), required=False, max_length=LONG,
    )  # fmt: skip
    narrative = forms.CharField(
        label=_("What the school may read"), widget=_area(5), required=False, max_length=LONG,
        help_text=_("The tip's words, to be released with this judgment. Take out what could show who told us."),
    )  # fmt: skip

    def __init__(self, *args: Any, lowerable: bool = False, look: Look | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lowerable, self.look = lowerable, look

    @property
    def asks_conflict(self) -> bool:
        """Whether the tip is marked as one about somebody who would be told."""
        return self.look is not None and bool(marks(self.pack) & self._chosen("flags"))

    @property
    def asks_of_person(self) -> bool:
        """Whether age and disability matter for what is chosen."""
        return asks_of_person(self.pack, self._chosen("subtypes"), self._chosen("flags"))

    @property
    def asks_reason(self) -> bool:
        """Whether the reason stands among the questions: a mark is chosen that needs one, or one was asked for or written."""
        named = self._chosen("subtypes") & {s.key for s in self.pack.subtypes}
        marks_ = frozenset(self._chosen("flags"))
        needed = bool(named) and bool(answered_by(self.pack, self.pack.gravest(named), marks_))
        return not self.lowerable and bool(needed or self["reason"].errors or self["reason"].value())

    @property
    def asks(self) -> list[dict[str, Any]]:
        """What to ask before settling on what is chosen, and what a yes adds."""
        subtypes, flags = self._chosen("subtypes"), self._chosen("flags")
        found = []
        for subtype in self.pack.subtypes:
            for question in subtype.asks if subtype.key in subtypes else ():
                adds = (
                    self.pack.subtype(question.yes_subtype).label if question.yes_subtype
                    else self.pack.flag(question.yes_flag).label if question.yes_flag else ""
                )  # fmt: skip
                found.append(
                    {
                        "question": question,
                        "of": subtype,
                        "adds": adds,
                        "checked": question.yes_subtype in subtypes or question.yes_flag in flags,
                    }
                )
        return found


def initial_of(judgement: Judgement | None, narrative: str) -> dict[str, Any]:
    """How the classification form stands when the page opens."""
    if judgement is None:
        return {"narrative": narrative}
    also = Circumstances.of(judgement)
    return {
        "age": also.age,
        "disabled": also.disabled,
        "subtypes": judgement.subtypes,
        "in_progress": judgement.in_progress,
        "flags": judgement.flags,
        "narrative": narrative,
    }


def _row_press() -> forms.UUIDField:
    """The mark of one shown form of a row: however often its button is pressed, one event is written."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=new_id, required=False)


class CallForm(HappenedFields):
    """What came of a call. The button that is pressed says the result."""

    answered_by = forms.CharField(label=_("Answered by"), required=False, max_length=SHORT)
    dispatch_number = forms.CharField(label=_("Dispatch number"), required=False, max_length=SHORT)
    seconds = forms.IntegerField(label=_("Seconds"), required=False, min_value=0, max_value=86_400)
    note = forms.CharField(label=_("Note"), required=False, max_length=LONG)
    result = forms.ChoiceField(
        choices=[(r, r) for r in CALL_RESULTS],
        error_messages={"required": _("Choose what came of the call.")},
    )
    press = _row_press()


class DoneForm(HappenedFields):
    """What came of an action, with what the pack's proof of it wants written down. The button that is pressed says the result;
    the ledger says whether that is one, and whether anything is missing."""

    note = forms.CharField(
        label=_("What was done, with whom"), widget=_area(2), required=False, max_length=LONG
    )
    result = forms.CharField(required=False, max_length=24)
    press = _row_press()

    def __init__(self, *args: Any, proof: Proof | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = [field for field in proof.fields if field.kind != "paper"] if proof else []
        self._proved = [field for field in fields if field.code != "note"]  # of a note the ledger says what it is for
        self._written = [field.code for field in fields] if proof else ["note"]
        for field in fields:
            if field.code == "note":
                self.fields["note"].label = field.label
            else:
                self.fields[field.code] = forms.CharField(label=field.label, required=False, max_length=SHORT)

    def clean(self) -> dict[str, Any]:
        """What a result needs and is empty is said at its own field; the ledger refuses it too."""
        cleaned = super().clean() or {}
        for field in self._proved:
            missing = not (cleaned.get(field.code) or "").strip() and field.code not in self.errors
            if missing and (cleaned.get("result") or "done") in field.required_for:
                self.add_error(field.code, _("Write this too: %(field)s.") % {"field": field.label})
        return cleaned

    @property
    def written(self) -> list[forms.BoundField]:
        """What is written down, in the pack's order."""
        return [self[code] for code in self._written]

    @property
    def detail(self) -> dict[str, str]:
        """What was written down beside the note."""
        return {code: self.cleaned_data[code] for code in self._written if code != "note"}


class AgainForm(forms.Form):
    """That a refused mail is to be sent again, to the address that the person saw."""

    address = forms.CharField(widget=forms.HiddenInput, required=False, max_length=254)


class ReleaseForm(forms.Form):
    """A Critical's narrative, which follows its first mail, and again where there is more to say (decisions 8)."""

    text = forms.CharField(
        label=_("What the schools and agencies may read"), widget=_area(6), required=False, max_length=LONG,
        help_text=_("Take out every word that could show who told us: “my daughter”, “I sat behind him”."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The desk's answer to a question of a school or agency. `press` marks one shown form: it is written once."""

    text = forms.CharField(
        label=_("Answer"), max_length=5000, widget=_area(2),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


def answer_form(question_id: UUID, data: Any = None) -> AnswerForm:
    """The form under one question, fresh or as sent."""
    return AnswerForm(data, auto_id=f"id_{question_id.hex[-8:]}_%s")


class CloseForm(forms.Form):
    """The end of a tip."""

    note = forms.CharField(label=_("Note (for the desk)"), required=False, max_length=LONG)


class DecideForm(forms.Form):
    """A supervisor's word on a lowering."""

    reason = forms.CharField(label=_("Why"), widget=_area(2), required=False, max_length=LONG)
    decision = forms.ChoiceField(choices=[("accept", _("Accept")), ("refuse", _("Refuse"))])


class SearchForm(forms.Form):
    """Words of tips, a number, a place. Sent by POST: what is looked for stands in no address and no log."""

    words = forms.CharField(label=_("Words, or a tip number"), required=False, max_length=SHORT)
    place = forms.CharField(label=_("School or district"), required=False, max_length=SHORT)
    place_id = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


class PlaceForm(ConflictFields):
    """Where a tip is about; there other people would be told, so where it is about one of them that is asked again."""

    place = forms.CharField(label=_("School, district or region"), required=False, max_length=SHORT)
    place_id = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    narrative = forms.CharField(
        label=_("What the school may read"), widget=_area(5), required=False, max_length=LONG
    )
