"""A report that somebody at the desk writes down for who tells it: the fields that every such form has."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from upstander.desk import placing
from upstander.intake.services import Contact, Submission, WeakKey, checked_key
from upstander.intake.submission import cleaned, faults
from upstander.packs.current import current

_FIELDS = {"place_text": "place"}  # what a field of a submission is called on the page


def new_key() -> str:
    """The mark of one form that was opened: however often it is sent, it is one tip (decisions 5)."""
    return secrets.token_urlsafe(24)


def _line(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, **more)


def _area(label: Any, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "class": "usa-textarea--short"})
    return forms.CharField(label=label, required=False, widget=widget)


def _kinds() -> list[tuple[str, Any]]:
    """What a report may be called before anybody judges it, in the pack's plain words."""
    pack = current()
    groups = [
        (pack.text(f"reporter.group.{group}"), [(s.key, pack.plain(s.key)) for s in members])
        for group, members in pack.for_reporters()
    ]
    return [("", lazy("Not said")), *groups]


def _languages() -> list[tuple[str, str]]:
    from upstander.desk.templatetags.desk import language_name

    return [(code, language_name(code)) for code in current().languages]


class ReportForm(forms.Form):
    """What is asked of every report (D-II.E). Only `text` is demanded; what is wrong is said by the one door itself."""

    use_required_attribute = False

    danger_now = forms.BooleanField(label=lazy("Somebody is in danger right now"), required=False)
    text = _area(lazy("What is happening"), 6)
    place = _line(lazy("School, district or region"))
    place_id = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    who = _area(lazy("Who it is about"), 2)
    when = _line(lazy("When it happened, or will"))
    weapon = forms.ChoiceField(
        label=lazy("Is there a weapon?"), required=False, widget=forms.RadioSelect,
        choices=[("yes", lazy("Yes")), ("no", lazy("No")), ("unknown", lazy("Not known"))],
    )  # fmt: skip
    subtype = forms.ChoiceField(label=lazy("What it was called"), required=False, choices=_kinds)
    language = forms.ChoiceField(label=lazy("Language"), required=False, choices=_languages)
    key = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_key)
    searched = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    channel = ""

    def __init__(self, *args: Any, account_id: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        self.places: list[dict[str, Any]] = []

    def more(self) -> dict[str, Any]:
        """What of a submission only this kind of form knows."""
        return {}

    def submission(self) -> Submission:
        """The report as it would be stored now."""
        given = {"language": current().languages[0]} | {k: v for k, v in self.cleaned_data.items() if v}
        place_id = given.get("place_id")
        return Submission(
            channel=self.channel,
            text=given.get("text", ""),
            who=given.get("who", ""),
            when=given.get("when", ""),
            weapon=given.get("weapon", ""),
            place_id=place_id,
            place_text="" if place_id else given.get("place", ""),
            danger_now=bool(given.get("danger_now")),
            about_self=bool(given.get("about_self")),
            subtype=given.get("subtype", ""),
            language=given["language"],
            contact=Contact(*(given.get(name, "") for name in ("email", "phone", "name"))),
            entered_by=self.account_id,
            **self.more(),
        )

    def clean(self) -> dict[str, Any]:
        """What is wrong, at its field; a place that was typed and not chosen is asked after once."""
        given = super().clean() or {}
        for name, words in faults(cleaned(self.submission())).items():
            field = _FIELDS.get(name, name)
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, str(words))
        if not given.get("place_id") and "place" not in self.errors:
            self._ask_for_place(given.get("place", ""))
        return given

    def _ask_for_place(self, typed: str) -> None:
        """What it could be, where that was not shown for these words yet: then what was typed may stand."""
        if not typed or self.cleaned_data.get("searched") == typed:
            return
        self.places = placing.hits(typed)
        if self.places:
            self.add_error("place", _("Choose one of these places, or keep what you wrote."))

    def key_or_new(self) -> str:
        """The mark that came with the form; a fresh one where it is no such mark."""
        try:
            return checked_key(self.cleaned_data.get("key", ""))
        except WeakKey:
            return new_key()

    def again(self) -> None:
        """Before the form is shown again: the same mark, and for which words places were shown."""
        self.is_valid()
        data = self.data.copy()  # type: ignore[attr-defined]  # of a request: it can be copied, and the copy changed
        data["key"] = self.key_or_new()
        data["searched"] = data.get("place", "").strip() if self.places else data.get("searched", "")
        self.data = data
