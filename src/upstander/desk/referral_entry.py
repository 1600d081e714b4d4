"""The report of another agency or a partner line, written down by programme staff (D-IV.B.3)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from upstander.desk.entering import ReportForm
from upstander.intake.models import Channel
from upstander.intake.services import Submitted
from upstander.intake.submission import SUBMITTED

KINDS = (
    ("agency", lazy("An agency: a hospital, a school, the police, child welfare, …")),
    ("partner", lazy("A partner line: 988, another state's tip line, …")),
    ("other", lazy("Somebody else")),
)
DUTY = (
    ("yes", lazy("Yes: it reports to DCFS itself")),
    ("no", lazy("No: the call center reports")),
    ("unknown", lazy("Not known: the call center reports")),
)


def _line(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=hint)


class ReferralEntryForm(ReportForm):
    """The report, and who passes it on."""

    channel = Channel.REFERRAL.value
    field_order = ("kind", "agency", "mandated", "person", "callback", "reference")

    kind = forms.ChoiceField(
        label=lazy("Who passes it on?"), choices=KINDS, widget=forms.RadioSelect,
        error_messages={"required": lazy("Choose who passes it on.")},
    )  # fmt: skip
    agency = _line(lazy("Its name"))
    mandated = forms.ChoiceField(
        label=lazy("Does it have the duty to report to DCFS itself?"), choices=DUTY, initial="unknown",
        widget=forms.RadioSelect, error_messages={"required": lazy("Choose one; “not known” is an answer.")},
    )  # fmt: skip
    person = _line(lazy("With whom you speak"))
    callback = _line(lazy("How to call them back"), lazy("Number, extension, address: whatever reaches them."))
    reference = _line(lazy("Their own number for it"))

    def more(self) -> dict[str, Any]:
        """Who passes it on."""
        given = {name: self.cleaned_data.get(name, "") for name in SUBMITTED}
        kind, duty = self.cleaned_data.get("kind", "other"), self.cleaned_data.get("mandated", "unknown")
        return {"submitted": Submitted(kind=kind, mandated=duty, **given)}
