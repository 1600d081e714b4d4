"""Which days somebody asks for. What was typed stays in the form whatever happens."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.insight.errors import CannotDo
from upstander.insight.measures import span
from upstander.insight.measures.span import Span
from upstander.markings import Level
from upstander.network import pack

_INVALID = _("Write the day as 2026-01-31.")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Say which day."), "invalid": _INVALID},
    )  # fmt: skip


class SpanForm(forms.Form):
    """A span of days."""

    first = _day(_("First day"))
    last = _day(_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = span.last_year()
        self.initial = {"first": before.first, "last": before.last} | dict(self.initial or {})

    def clean(self) -> dict[str, Any]:
        """Both days together make a span."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if isinstance(first, date) and isinstance(last, date):
            try:
                given["span"] = span.asked(first, last)
            except CannotDo as why:
                self.add_error("first" if first > last or first < span.EARLIEST else "last", str(why))
        return given

    @property
    def asked(self) -> Span:
        """What was asked for, of a form that is valid."""
        found = self.cleaned_data["span"]
        assert isinstance(found, Span)
        return found


class ReviewForm(SpanForm):
    """A span, and for whom the review is made."""

    level = forms.ChoiceField(
        label=_("For readers at"), widget=forms.RadioSelect, initial=Level.FOUO.code,
        help_text=_("It names no product and counts none that readers of this level do not have. Gaps stand in it from FOUO on."),
        error_messages={"required": _("Choose for whom it is."), "invalid_choice": _("Choose for whom it is.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(words.code, words.label) for words in pack.network().levels]
