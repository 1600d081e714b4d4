"""What is looked for by the staff: a pattern of tips."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

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
