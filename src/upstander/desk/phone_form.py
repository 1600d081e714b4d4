"""The call-taker's form, filled in while somebody talks."""

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from upstander.desk.entering import ReportForm
from upstander.intake.models import Channel
from upstander.intake.submission import clean
from upstander.packs.current import current

_OF_PAGE = ("seen", "tab")  # that are no part of what was said
_QUESTIONS = ("safe_now", "where", "who", "when", "weapon", "more", "thank_you")


class PhoneForm(ReportForm):
    """A report as it is told, and how its caller can be reached."""

    channel = Channel.PHONE.value
    field_order = ("danger_now", "text", "place", "who", "when", "weapon")

    about_self = forms.BooleanField(label=lazy("The caller speaks of themselves"), required=False)
    phone = forms.CharField(label=lazy("A number to call back"), required=False)
    email = forms.CharField(label=lazy("E-mail"), required=False)
    name = forms.CharField(label=lazy("Their name, if they give it"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, initial=0)
    tab = forms.CharField(widget=forms.HiddenInput, required=False, initial=lambda: secrets.token_hex(16))

    def __init__(self, *args: Any, call_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call_id = call_id

    @property
    def asks(self) -> dict[str, str]:
        """What to say to the caller at each field, by the pack, in the language that is chosen."""
        pack, language = current(), self["language"].value() or current().languages[0]
        if language not in pack.languages:
            language = pack.languages[0]
        said = pack.texts_under("reporter.phrase", language)
        known = {name: pack.text(f"reporter.phrase.{name}", language) for name in _QUESTIONS if name in said}
        danger = {name: pack.text(f"reporter.danger.{name}", language) for name in ("title", "call_911", "call_988")}
        return known | danger | {"language": language}

    def refuse_no_tip(self) -> None:
        """Words were written: a call with words is no hang-up."""
        self.add_error("text", _("Words were written: save them as a tip, or take them away first."))


def typed(data: Any) -> dict[str, str]:
    """What stands on the page, as a draft keeps it."""
    names = [name for name in PhoneForm.base_fields if name not in _OF_PAGE]
    return {name: clean(data.get(name, "")) for name in names if data.get(name)}


def page_mark(data: Any) -> tuple[int, str]:
    """How often the call had been saved as this page knows, and the page's own mark; whatever came is taken for none."""
    seen = data.get("seen", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    return number, "".join(c for c in data.get("tab", "") if c.isalnum())[:32]


def holds_nothing(fields: dict[str, str]) -> bool:
    """Whether nothing was typed or chosen: then there is nothing to keep."""
    return not fields.keys() - {"key", "language", "searched"}


def says_something(fields: dict[str, str]) -> bool:
    """Whether a draft holds words."""
    return any(fields.get(name) for name in ("text", "who", "when", "place"))
