"""What is written in this room. What was typed stays in the form whatever happens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.exchange.models import LEVELS, Licence, Peer
from upstander.exchange.sources import LEAST, MOST, network
from upstander.ids import new_id

LONG = 5000
LARGEST = 3 * 1024 * 1024  # bytes of a file


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _press() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class _Words(forms.Form):
    """With choices that the pack names, known when a form is made."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = network()
        levels = {words.level.value: words.label for words in known.levels}
        choices: dict[str, list[tuple[Any, Any]]] = {
            "level": [(number, levels.get(number, name)) for number, name in LEVELS],
            "topics": [(one.code, one.label) for one in known.topics],
            "programme": [(one.code, one.label) for one in known.partners],
            "programmes": [(one.code, one.label) for one in known.partners],
        }
        for name, field in self.fields.items():
            if name in choices and isinstance(field, forms.ChoiceField):
                field.choices = choices[name]


class SourceForm(_Words):
    """A feed."""

    name = forms.CharField(label=_("Which feed"), max_length=120, error_messages={"required": _("Give the feed a name.")})
    programme = forms.ChoiceField(label=_("From which program"))
    address = forms.CharField(
        label=_("Its address"), max_length=1000, required=False,
        help_text=_("Begins with https://. Left empty, its files are brought by hand."),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("Minutes between two looks"), min_value=LEAST, max_value=MOST, initial=30
    )
    level = forms.TypedChoiceField(label=_("Who may read its items, once you share them"), coerce=int)
    topics = forms.MultipleChoiceField(label=_("Topics"), widget=forms.CheckboxSelectMultiple, required=False)
    licence = forms.ChoiceField(label=_("Under what its words may be used"), choices=Licence.choices, required=False)
    press = _press()


class LicenceForm(forms.Form):
    """Under what the words of a feed may be used."""

    licence = forms.ChoiceField(label=_("Under what its words may be used"), choices=Licence.choices, required=False)


class ShareForm(_Words):
    """An item that is shared."""

    level = forms.TypedChoiceField(label=_("Who may read it"), coerce=int)
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one topic.")},
    )
    programmes = forms.MultipleChoiceField(
        label=_("Programs that it matters to"), widget=forms.CheckboxSelectMultiple, required=False
    )
    remark = forms.CharField(
        label=_("What it means for schools"), widget=_area(3), max_length=LONG, required=False,
        help_text=_("In your own words, for people at schools."),
    )  # fmt: skip


class BringForm(forms.Form):
    """A file, or its text."""

    file = forms.FileField(label=_("File"), required=False)
    text = forms.CharField(label=_("or its text, pasted"), widget=_area(5), required=False, strip=False)

    def content(self) -> bytes:
        """What was brought; empty where it was nothing, or too large."""
        given = self.cleaned_data.get("file")
        if given is not None:
            return b" " * (LARGEST + 1) if given.size > LARGEST else bytes(given.read())
        return str(self.cleaned_data.get("text", "")).encode()


class PeerForm(forms.Form):
    """A state that joins."""

    name = forms.CharField(
        label=_("State, and its program's name"), max_length=160, error_messages={"required": _("Write which state it is.")}
    )
    kind = forms.ChoiceField(
        label=_("Has it a program?"), choices=Peer.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it has a program.")},
    )  # fmt: skip
    person = forms.CharField(
        label=_("Who speaks for it"), max_length=160, error_messages={"required": _("Write who speaks for it.")}
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    press = _press()


class EntitleForm(_Words):
    """Up to which level a peer is sent, and may send."""

    level = forms.TypedChoiceField(label=_("It is sent, and may send, up to"), coerce=int)


class TrustForm(forms.Form):
    """A peer's key, and its fingerprint as it was read out."""

    key = forms.CharField(label=_("Its public key, as it was sent"), widget=_area(2), max_length=200)
    read_out = forms.CharField(
        label=_("Its fingerprint, as its program reads it out by telephone"), max_length=120,
        help_text=_("The first twenty characters or more. Call a number that you know from elsewhere."),
    )  # fmt: skip


class TextForm(forms.Form):
    """One text: a question, an answer, a result, notes."""

    text = forms.CharField(
        label=_("Text"), widget=_area(3), max_length=LONG, error_messages={"required": _("Write something first.")}
    )
    press = _press()


class PromiseForm(forms.Form):
    """A commitment."""

    what = forms.CharField(
        label=_("What was promised"), widget=_area(2), max_length=LONG, error_messages={"required": _("Write what was promised.")}
    )
    owner = forms.CharField(label=_("Who does it"), max_length=160, error_messages={"required": _("Write who does it.")})
    due = forms.DateField(
        label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": _("Choose a day.")}
    )
    press = _press()


class Named(forms.ModelMultipleChoiceField):
    """States by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands beside the box."""
        return str(obj.name)


class OneNamed(forms.ModelChoiceField):
    """A state by its name."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands in the list."""
        return str(obj.name)


class CollectionForm(forms.Form):
    """A TAXII collection of a peer."""

    peer = OneNamed(label=_("Which state's"), queryset=Peer.objects.none(), empty_label=_("Choose"))
    address = forms.CharField(
        label=_("Its address"), max_length=1000,
        help_text=_("Of the collection, as that program says it: https://…/collections/…/"),
    )  # fmt: skip
    token = forms.CharField(
        label=_("The token that they gave us"), max_length=400, widget=forms.PasswordInput(render_value=True),
        help_text=_("Sealed at once: no page shows it again."),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Minutes between two looks"), min_value=LEAST, max_value=MOST, initial=60)
    press = _press()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        found = self.fields["peer"]
        assert isinstance(found, OneNamed)
        found.queryset = Peer.objects.filter(ended_at=None, kind=Peer.Kind.PROGRAMME).order_by("name")


class SessionForm(forms.Form):
    """A session of the forum of states."""

    title = forms.CharField(
        label=_("What it is about"), max_length=160, error_messages={"required": _("Say what it is about.")}
    )
    starts_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"required": _("Choose day and hour.")},
    )  # fmt: skip
    where = forms.CharField(
        label=_("Where, or the address of the call"), max_length=300, error_messages={"required": _("Say where it is.")}
    )
    agenda = forms.CharField(
        label=_("Agenda"), widget=_area(4), max_length=LONG, error_messages={"required": _("Write what is to be talked of.")}
    )
    peers = Named(
        label=_("States"), queryset=Peer.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one state.")},
    )  # fmt: skip
    press = _press()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        found = self.fields["peers"]
        assert isinstance(found, Named)
        found.queryset = Peer.objects.filter(ended_at=None).order_by("name")
