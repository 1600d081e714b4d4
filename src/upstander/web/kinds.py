"""What a report is, as boxes: the pack's classes with their sub-types, in progress or not, and marks (D-III.B).

The desk judges by them, and the trainer teaches by the same ones.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.packs.current import current
from upstander.packs.model import Flag, Subtype, TipClass


class KindsFields(forms.Form):
    """The classification: the form's own fields, and `kinds` and `marks` as a page shows them. Marks that a supervisor
    determines are offered where they are set already."""

    subtypes = forms.MultipleChoiceField(
        label=_("What it is"), error_messages={"required": _("Choose at least one kind of report.")}
    )
    in_progress = forms.BooleanField(label=_("In progress: it is happening now"), required=False)
    flags = forms.MultipleChoiceField(label=_("Marks"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = self.pack = current()
        already = set(self.initial.get("flags", ()))
        self.known_flags = [f for f in pack.flags if not f.supervisor or f.code in already]
        self.fields["subtypes"].choices = [(s.key, s.label) for s in pack.subtypes]  # type: ignore[attr-defined]
        self.fields["flags"].choices = [(f.code, f.label) for f in self.known_flags]  # type: ignore[attr-defined]

    def _chosen(self, name: str) -> set[str]:
        return set(self[name].value() or ())

    @property
    def kinds(self) -> list[dict[str, Any]]:
        """The classes in order of gravity, each with its own box (its unspecified sub-type) and its sub-types."""
        chosen = self._chosen("subtypes")

        def box(subtype: Subtype) -> dict[str, Any]:
            return {"subtype": subtype, "checked": subtype.key in chosen}

        def row(n: int, klass: TipClass) -> dict[str, Any]:
            bare = self.pack.unspecified(klass.code)
            named = [s for s in self.pack.subtypes_of(klass.code) if s.key != bare.key]
            return {"key": str(n), "klass": klass, "bare": box(bare), "named": [box(s) for s in named]}

        return [row(n, klass) for n, klass in enumerate(self.pack.classes, start=1)]

    @property
    def marks(self) -> list[tuple[Flag, bool]]:
        """The flags that this person may set, with whether each is."""
        chosen = self._chosen("flags")
        return [(flag, flag.code in chosen) for flag in self.known_flags]

    def clean(self) -> dict[str, Any]:
        """What boxes under the questions repeat is said once; that a class is not specified says nothing beside a kind of it."""
        cleaned = super().clean() or {}
        for name in ("subtypes", "flags"):
            if name in cleaned:
                cleaned[name] = tuple(dict.fromkeys(cleaned[name]))
        if "subtypes" in cleaned:
            chosen = [self.pack.subtype(key) for key in cleaned["subtypes"]]
            said = {s.klass for s in chosen if s.key != self.pack.unspecified(s.klass).key}
            empty = {self.pack.unspecified(klass).key for klass in said}
            cleaned["subtypes"] = tuple(s.key for s in chosen if s.key not in empty)
        return cleaned
