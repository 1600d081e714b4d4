"""The fields of the reporter's pages. What is wrong with them is said in one place: `submission.faults`."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from upstander.intake.submission import LIMITS, Submission, clean, faults
from upstander.packs.current import current


class Page(forms.Form):
    """One page of fields, none demanded by the browser: our own words say what is missing, and keep what was typed."""

    use_required_attribute = False

    def blame(self, submission: Submission) -> bool:
        """Show what is wrong with the fields of this page; True where nothing is."""
        self.full_clean()
        for name, words in faults(submission).items():
            if name in self.fields:
                self.add_error(name, str(words))
        return not self.errors


def typed(form: type[forms.Form], data: Any) -> dict[str, str]:
    """The values of a form's fields as they were sent, cleaned of what no text can hold."""
    return {name: clean(data.get(name, "")) for name in form.base_fields}


def _line(label: Any, limit: str, **attributes: str) -> forms.CharField:
    kind = forms.EmailInput if attributes.pop("kind", "") == "email" else forms.TextInput
    return forms.CharField(required=False, label=label, widget=kind(attrs=attributes), max_length=None)


def _area(label: Any, rows: int, **attributes: str) -> forms.CharField:
    return forms.CharField(
        required=False, label=label, widget=forms.Textarea(attrs={"rows": rows} | attributes)
    )


def _kinds() -> list[tuple[str, Any]]:
    """The sub-types that the pack offers to reporters, grouped, in plain words (D-III.B)."""
    pack, language = current(), get_language() or "en"
    groups = [
        (
            pack.text(f"reporter.group.{group}", language),
            [(s.key, pack.plain(s.key, language)) for s in members],
        )
        for group, members in pack.for_reporters()
    ]
    return [("", pack.text("reporter.subtype.none", language)), *groups]


class DangerPage(Page):
    """Is somebody in danger right now? The answer is the button that is pressed."""


class WhatPage(Page):
    """What is happening; the only thing that is demanded."""

    text = _area(_("What is happening?"), 8)
    subtype = forms.ChoiceField(required=False, label=_("What kind of thing is it?"), choices=_kinds)

    text.help_text = format_lazy(
        _("Use your own words. A few are enough. Up to {most} letters fit."), most=f"{LIMITS['text']:,}"
    )


class WherePage(Page):
    """Which school, or what place."""

    place_text = _line(_("Which school or place?"), "place_text", autocomplete="off", enterkeyhint="search")
    place_id = forms.CharField(required=False, widget=forms.HiddenInput)


class MorePage(Page):
    """What else is known. Missing information is the commonest failing of tips, so it is asked for well."""

    who = _area(_("Who is it about?"), 3)
    when = _line(_("When did it happen, or when will it?"), "when", autocomplete="off")
    weapon = forms.ChoiceField(
        required=False,
        label=_("Is there a weapon?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No")), ("unknown", _("I don't know"))],
    )
    about = forms.ChoiceField(
        required=False,
        label=_("Is this about you?"),
        widget=forms.RadioSelect,
        choices=[("self", _("It is about me")), ("other", _("It is about somebody else"))],
    )

    who.help_text = _("A name, a grade, or how they look. Leave it empty if you don't know.")
    when.help_text = _("Today, last Monday, every lunch: as well as you know.")


class ReachPage(Page):
    """How we may reach the reporter: all of it by choice."""

    email = _line(_("E-mail"), "email", kind="email", autocomplete="email")
    phone = _line(_("Phone"), "phone", type="tel", autocomplete="tel")
    name = _line(_("Your name"), "name", autocomplete="name")


class CodePage(Page):
    """The code of a report."""

    code = forms.CharField(
        required=False,
        label=_("Your code"),
        help_text=_("16 letters and numbers. Small letters and spaces are fine."),
        widget=forms.TextInput(
            attrs={
                "class": "usa-input--code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class ReplyPage(Page):
    """The next words in the dialogue."""

    text = _area(_("Write to us"), 4)
