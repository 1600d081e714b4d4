"""Forms of the library: to suggest, and for the staff to decide. What was typed stays in the form whatever happens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.ids import new_id
from upstander.library.suggestions import REASONS
from upstander.packs.library import Library, said
from upstander.web.fields import Words

REASON_WORDS = {
    "there_already": _("It is in the library already."),
    "not_fitting": _("It does not fit what this library is for."),
    "not_checked": _("We could not check who stands behind it."),
    "sells": _("It sells something, and there is a free one."),
    "no_resource": _("It was no resource."),
}
assert REASON_WORDS.keys() == set(REASONS)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _https(address: str) -> str:
    """The address as a page may link to it; raises ValidationError."""
    if address and not (address.startswith("https://") and address.isascii() and address.isprintable() and " " not in address):
        raise forms.ValidationError(_("Write it as it stands in your browser. It begins with https://."))
    return address


class SuggestForm(forms.Form):
    """Something that should stand here."""

    title = Words(
        label=_("What is it called?"), max_length=200, error_messages={"required": _("Write what it is called.")}
    )
    address = Words(label=_("Its address, if you know it"), max_length=500, required=False)
    source = Words(label=_("Who made it, if you know"), max_length=200, required=False)
    why = Words(
        label=_("Whom does it help, and how?"), max_length=1000, widget=_area(3),
        error_messages={"required": _("Write whom it helps, and how.")},
    )  # fmt: skip
    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class RefuseForm(forms.Form):
    """Why it is not taken up."""

    reason = forms.ChoiceField(
        label=_("Why not?"), widget=forms.RadioSelect, choices=list(REASON_WORDS.items()),
        error_messages={"required": _("Choose why not.")},
    )  # fmt: skip


class EntryForm(forms.Form):
    """The entry as it is to stand in the pack."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,40}$", label=_("Code"), help_text=_("Small letters, digits and underscores, as the pack's others."),
        error_messages={"invalid": _("Small letters, digits and underscores, beginning with a letter.")},
    )  # fmt: skip
    title = Words(label=_("Title"), max_length=200)
    source = Words(label=_("Who stands behind it"), max_length=200)
    why_en = Words(label=_("Why, in one line"), max_length=300, widget=_area(2))
    address = Words(label=_("Address"), max_length=500, required=False)
    verified = forms.BooleanField(label=_("I opened this address today, and it is the right page"), required=False)

    def __init__(self, library: Library, languages: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._library = library
        self.others = [code for code in languages if code != "en"]
        for code in self.others:
            name = library.label("language", code)
            self.fields[f"why_{code}"] = Words(
                label=_("Why, in one line: %(language)s") % {"language": name}, max_length=300, widget=_area(2), required=False,
                help_text=_("By a person who speaks it. Where it is empty, readers see the English."),
            )  # fmt: skip
        for name, axis in (("kind", "kind"), ("level", "level")):
            self.fields[name] = forms.ChoiceField(label=_LABELS[name], choices=_choices(library, axis))
        for name, axis in (("audiences", "audience"), ("subjects", "subject"), ("languages", "language")):
            self.fields[name] = forms.MultipleChoiceField(
                label=_LABELS[name], choices=_choices(library, axis), widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    @property
    def whys(self) -> list[Any]:
        """The fields of the one line, in each language."""
        return [self["why_en"], *(self[f"why_{code}"] for code in self.others)]

    def clean_code(self) -> str:
        """A code that the pack does not have."""
        code: str = self.cleaned_data["code"]
        if self._library.resource(code):
            raise forms.ValidationError(_("The library has an entry of this code."))
        return code

    def clean_address(self) -> str:
        """An address that a page may link to."""
        return _https(self.cleaned_data["address"].strip())

    def entry(self) -> dict[str, object]:
        """What was filled in, as `lines.lines` takes it."""
        given = dict(self.cleaned_data)
        why = {"en": given.pop("why_en")} | {code: given.pop(f"why_{code}") for code in self.others}
        return given | {"why": why}


_LABELS = {
    "kind": _("What it is"),
    "level": _("Where it is from"),
    "audiences": _("Who it is for"),
    "subjects": _("Subject"),
    "languages": _("Languages"),
}


def _choices(library: Library, axis: str) -> list[tuple[str, str]]:
    return [(label.code, said(label.label, "en")) for label in library.labels_of(axis)]
