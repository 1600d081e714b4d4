"""One question of the sharing advisor a page: what was answered before travels along, and is kept nowhere."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.packs.sharing import Sharing
from upstander.sharing import path
from upstander.sharing.advise import Facts

ASKED = {
    "who": _("Who asks for it?"),
    "record": _("What do they ask for?"),
    "why": _("Why?"),
    "urgency": _("How urgent is it?"),
    "holds": _("Which of these is true?"),
}
HINTS = {
    "record": _("Choose the most private thing that they would get. If it is two kinds, ask twice."),
    "urgency": _("As you know it now, in view of everything."),
    "holds": _("Choose each one that is true. If none is, go on."),
}


class QuestionForm(forms.Form):
    """One question with one answer."""

    def __init__(self, data: Any, *, rules: Sharing, question: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields[question] = forms.ChoiceField(
            label=ASKED[question], choices=[(c.code, c.label) for c in path.choices(rules, question)], widget=forms.RadioSelect,
            help_text=HINTS.get(question, ""),
            error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
        )  # fmt: skip
        self.question = self[question]


class HoldsForm(forms.Form):
    """The conditions that can change the answer to these facts."""

    def __init__(self, data: Any, *, rules: Sharing, facts: Facts, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["holds"] = forms.MultipleChoiceField(
            label=ASKED["holds"], choices=[(c.code, c.label) for c in path.that_matter(rules, facts)], required=False,
            widget=forms.CheckboxSelectMultiple, help_text=HINTS["holds"],
            error_messages={"invalid_choice": _("Choose among these.")},
        )  # fmt: skip
        self.question = self["holds"]


def facts_of(said: Mapping[str, str], holds: frozenset[str] = frozenset()) -> Facts:
    """The facts of four answers."""
    return Facts(said["who"], said["record"], said["why"], said["urgency"], holds)
