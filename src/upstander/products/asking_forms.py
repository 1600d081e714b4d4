"""What is looked for: products by a member, a pattern of tips by the staff."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.products.content import network
from upstander.products.models import TITLE


class PatternForm(forms.Form):
    """Which pattern of tips a draft is begun from: codes and a month; the counts are read anew."""

    press = forms.UUIDField()
    kind = forms.CharField(max_length=TITLE)
    subtype = forms.CharField(max_length=TITLE)
    region = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    month = forms.DateField(input_formats=["%Y-%m-%d"])

    def clean_month(self) -> date:
        """Its first day."""
        month: date = self.cleaned_data["month"]
        if not date(2000, 1, 1) <= month <= date(2999, 1, 1):
            raise forms.ValidationError(_("Choose a month."))
        return month.replace(day=1)


class FindForm(forms.Form):
    """What a member looks for. Sent in the body: what is looked for stands in no address."""

    words = forms.CharField(label=_("Words"), max_length=200, required=False)
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
