"""What a trainee writes and chooses; what a supervisor decides. What was typed stays in the form whatever happens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.ids import new_id
from upstander.packs.current import current
from upstander.rehearsal.grade import OWN
from upstander.training.models import Certificate
from upstander.web.kinds import KindsFields

LONG = 2000


class SayForm(forms.Form):
    """A word to the simulated reporter, with the desk's own phrases to begin from."""

    text = forms.CharField(
        label=_("Reply to the reporter"), max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2, "class": "usa-textarea--short"}),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    phrase = forms.ChoiceField(label=_("Phrase"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrases = current().texts_under("reporter.phrase")
        shown = [
            (code, text if len(text) <= 60 else f"{text[:59].rstrip()}…") for code, text in phrases.items()
        ]
        self.fields["phrase"].choices = [("", _("Choose a phrase…")), *shown]  # type: ignore[attr-defined]


class JudgeForm(KindsFields):
    """What it is, by the desk's own boxes, and what must happen."""

    actions = forms.MultipleChoiceField(
        label=_("What must you do?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose everything that the directive asks of you here. What others owe is not asked."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = dict.fromkeys(rule.kind for rule in self.pack.rules if rule.owed_by == OWN)
        self.fields["actions"].choices = [(kind, self.pack.word("kind", kind)) for kind in kinds]  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """Why a certificate ends before its day."""

    why = forms.ChoiceField(
        label=_("Why is it withdrawn?"), choices=[("", _("Choose…")), *Certificate.Why.choices],
        error_messages={"required": _("Choose why.")},
    )  # fmt: skip
