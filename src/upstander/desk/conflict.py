"""Who is left out because the tip is about them: the fields by which that is asked, wherever it is (D-II.A)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander.actions.outlook import Outlook, Standing
from upstander.actions.services import CannotJudge, Decision

NOBODY = "nobody"
Look = Callable[[Decision], Outlook]


class _People(forms.MultipleChoiceField):
    """Ids of contacts, and perhaps "nobody"; whether they are listed is for whoever decides."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        """Anything that could be one."""
        text = str(value)
        return text == NOBODY or (text.isascii() and text.isdecimal() and len(text) < 19)


class ConflictFields(forms.Form):
    """Whom the tip is about, who only shares a telephone with them, and why. Shown where `asks_conflict` is true; `look` says
    what a choice would do."""

    look: Look | None = None
    excluded = _People(label=gettext_lazy("Whom is the tip about?"), required=False)
    apart = _People(label=gettext_lazy("Another person at a shared telephone"), required=False)
    conflict_reason = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "usa-textarea--short"}),
    )  # fmt: skip

    @property
    def asks_conflict(self) -> bool:
        """Whether it has to be decided who is left out."""
        return self.look is not None

    def _ids(self, name: str) -> frozenset[int]:
        valid = (str(v) for v in self[name].value() or () if self.fields[name].valid_value(v))  # type: ignore[attr-defined]
        return frozenset(int(v) for v in valid if v != NOBODY)

    @property
    def nobody(self) -> bool:
        """Whether it is nobody of those listed."""
        return NOBODY in (self["excluded"].value() or ())

    @property
    def outlook(self) -> Outlook | None:
        """What is chosen, and what it would do."""
        if self.look is None:
            return None
        if not hasattr(self, "_seen"):
            self._seen = self.look(Decision(self._ids("excluded"), self._ids("apart")))
        return self._seen

    def decision(self) -> Decision | None:
        """What was decided; None where the form had not asked. Raises CannotJudge where no choice was made."""
        if not self.asks_conflict or "conflict_shown" not in self.data:
            return None
        chosen = self._ids("excluded")
        if not chosen and not self.nobody:
            raise CannotJudge("excluded", _("Choose whom the tip is about, or that it is nobody of these."))
        if chosen and self.nobody:
            raise CannotJudge("excluded", _("Choose people, or nobody of these, not both."))
        return Decision(chosen, self._ids("apart"), self.cleaned_data.get("conflict_reason", ""))


def initial_of(standing: Standing | None) -> dict[str, Any]:
    """How the fields stand where something has been decided already."""
    if standing is None:
        return {}
    choice = standing.choice
    return {
        "excluded": [str(id) for id in choice.excluded] or [NOBODY],
        "apart": [str(id) for id in choice.apart],
    }


class ConfirmForm(ConflictFields):
    """The fusion center's word on it: the same choice confirms it, another one changes it. `seen`: what had been decided."""

    seen = forms.UUIDField(widget=forms.HiddenInput)


def confirm_form(standing: Standing, look: Look, data: Any = None) -> ConfirmForm:
    """The form under the row, fresh or as sent."""
    initial = {"seen": standing.decision.id, **initial_of(standing)}
    form = ConfirmForm(data, initial=initial, auto_id="id_conflict_%s")
    form.look = look
    return form


def seen(form: ConfirmForm) -> UUID:
    """The decision that the person looked at."""
    found: UUID = form.cleaned_data["seen"]
    return found
