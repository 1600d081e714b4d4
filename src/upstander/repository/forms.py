"""What a member looks for, and how they are told of what is new."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.network.pack import network
from upstander.repository.finding import GROUPS
from upstander.repository.models import Kept

HOW = [
    (Kept.How.AT_ONCE, _("At once")), (Kept.How.DAILY, _("Once a day")), (Kept.How.WEEKLY, _("Once a week")),
    (Kept.How.NEVER, _("Not at all: I look myself")),
]  # fmt: skip


class FindForm(forms.Form):
    """What somebody looks for. Sent in the body: what is looked for stands in no address."""

    words = forms.CharField(label=_("Words"), max_length=200, required=False)
    kinds = forms.MultipleChoiceField(label=_("Kinds"), widget=forms.CheckboxSelectMultiple, required=False,
                                      choices=[(code, label) for code, (label, _kinds) in GROUPS.items()],
                                      help_text=_("None chosen: all."))  # fmt: skip
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    region = forms.TypedChoiceField(label=_("Region"), coerce=int, empty_value=None, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        regions = Organisation.objects.filter(kind=Place.REGION).order_by("name").values_list("pk", "name")
        self.fields["topic"].choices = [every, *((one.code, one.label) for one in network().topics)]  # type: ignore[attr-defined]
        self.fields["region"].choices = [every, *regions]  # type: ignore[attr-defined]
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = _("Write the day as 2026-01-31.")

    @property
    def narrowed(self) -> bool:
        """Whether anything but words was given."""
        return self.is_bound and any(self.data.get(name) for name in ("kinds", "topic", "region", "since", "until"))


class KeepForm(FindForm):
    """The same, kept: without a time, and with how one is told."""

    since = until = None  # type: ignore[assignment]
    how = forms.ChoiceField(
        label=_("Tell me of what is new"), choices=HOW, widget=forms.RadioSelect, initial=Kept.How.DAILY,
        error_messages={"required": _("Choose how you are told.")},
    )  # fmt: skip
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        regions = Organisation.objects.filter(kind=Place.REGION).values_list("pk", "name")
        self.fields["topic"].choices = [("", ""), *((one.code, one.label) for one in network().topics)]  # type: ignore[attr-defined]
        self.fields["region"].choices = [("", ""), *regions]  # type: ignore[attr-defined]


class HowForm(forms.Form):
    """How one is told of a kept search."""

    how = forms.ChoiceField(
        label=_("Tell me of what is new"), choices=HOW, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you are told."), "invalid_choice": _("Choose how you are told.")},
    )  # fmt: skip
