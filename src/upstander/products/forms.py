"""What the network's staff write. What was typed stays in the form whatever happens; a mistake stands beside its field."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.products.content import Content, Line, network, scheme
from upstander.products.drafts import LONGEST, MOST
from upstander.products.models import TITLE, Source

CHOOSE = ("", _("Choose"))
KINDS = [(Kind.TEXT, _("Paragraph")), (Kind.HEADING, _("Heading")), (Kind.TITLE, _("Title"))]
FILED = [(Kind.PICTURE, _("Picture")), (Kind.FILE, _("File"))]


TOPICS = ("topics", "topics_fouo", "topics_les")


def _press() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


def markings() -> list[tuple[str, Any]]:
    """The markings of the pack, in its order; none is chosen for the author."""
    return [CHOOSE, *((marking.code, marking.label) for marking in scheme())]


def levels() -> list[tuple[str, Any]]:
    """The levels in the pack's words."""
    return [CHOOSE, *((words.code, words.label) for words in network().levels)]


class ProductForm(forms.Form):
    """What a product is, and for whom."""

    kind = forms.ChoiceField(label=_("Kind"), error_messages={"required": _("Choose what kind of product it is.")})
    topics = forms.MultipleChoiceField(label=_("Topics"), widget=forms.CheckboxSelectMultiple, required=False)
    topics_fouo = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    topics_les = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    regions = forms.TypedMultipleChoiceField(
        label=_("Regions"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("None chosen: statewide."),
    )  # fmt: skip
    disciplines = forms.MultipleChoiceField(
        label=_("Disciplines"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("None chosen: all.")
    )
    urgent = forms.BooleanField(
        label=_("Urgent"), required=False, help_text=_("It may go out on the School Intelligence Officer's name alone.")
    )
    acknowledge = forms.BooleanField(label=_("Ask readers to say that they have read it"), required=False)
    based_on = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = network()
        regions = Organisation.objects.filter(kind=Place.REGION).order_by("name").values_list("pk", "name")
        for name, choices in {
            "kind": [CHOOSE, *((one.code, one.label) for one in found.products)],
            **{name: [(one.code, one.label) for one in found.topics] for name in TOPICS},
            "disciplines": [(one.code, one.label) for one in found.disciplines],
            "regions": list(regions),
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name, level in (("topics_fouo", Level.FOUO), ("topics_les", Level.LES)):
            label = found.level(level).label
            self.fields[name].label = _("Topics that only readers of %(level)s may know of") % {"level": label}


class ParagraphForm(forms.Form):
    """One paragraph. Where nothing is written it counts as none."""

    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS, initial=Kind.TEXT, required=False)
    marking = forms.ChoiceField(label=_("Marking"), required=False)
    source = forms.ChoiceField(label=_("Whose words"), required=False)
    file = forms.ChoiceField(label=_("Picture or file"), required=False)
    text = forms.CharField(label=_("Words"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST, required=False)
    alt = forms.CharField(
        label=_("What a picture shows, for who cannot see it"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000,
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, sources: Mapping[UUID, str], files: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if files:
            self.fields["kind"].choices = [*KINDS, *FILED]  # type: ignore[attr-defined]
        self.fields["file"].choices = [("", _("None")), *((str(id), name) for id, name in files.items())]  # type: ignore[attr-defined]
        if not files:
            self.fields["file"].widget = self.fields["alt"].widget = forms.HiddenInput()
        self.fields["marking"].choices = markings()  # type: ignore[attr-defined]
        ours = ("", _("Our own"))
        self.fields["source"].choices = [ours, *((str(id), name) for id, name in sources.items())]  # type: ignore[attr-defined]
        if not sources:
            self.fields["source"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A paragraph without a marking is not saved: its author says who may read it."""
        given: dict[str, Any] = super().clean() or {}
        filed = given.get("kind") in (Kind.PICTURE, Kind.FILE)
        if filed and not given.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose which one."))
        if (given.get("text") or filed) and not given.get("marking") and "marking" not in self.errors:
            self.add_error("marking", _("Choose a marking: without it nobody may read this."))
        return given

    @property
    def line(self) -> Line | None:
        """The paragraph as it was typed; None where there is none, or where it is to be taken out."""
        given = getattr(self, "cleaned_data", {})
        kind = Kind(given.get("kind") or Kind.TEXT)
        if given.get("DELETE") or not (given.get("text") or kind is Kind.PICTURE):
            return None
        source = UUID(given["source"]) if given.get("source") else None
        words = given["text"].replace("\r\n", "\n").replace("\r", "\n")  # one form of a line's end: the same words are the same
        if kind not in (Kind.PICTURE, Kind.FILE):
            return Line(kind, words, given.get("marking", ""), source)
        file = UUID(given["file"]) if given.get("file") else None
        return Line(kind, words, given.get("marking", ""), source, given.get("alt", "") if kind is Kind.PICTURE else "", file)


class Paragraphs(BaseFormSet):
    """All paragraphs, in the order of their numbers."""

    deletion_widget = forms.CheckboxInput
    ordering_widget = forms.NumberInput(attrs={"min": 1, "max": MOST})  # type: ignore[assignment]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """The number by which it is moved, and the box by which it is taken out, in words."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place")
        form.fields["DELETE"].label = _("Take out")

    def lines(self) -> tuple[Line, ...]:
        """The paragraphs as they were typed, in their order; only of a formset that is valid."""
        return tuple(line for form in self.ordered_forms if (line := form.line))


ParagraphFormSet = forms.formset_factory(
    ParagraphForm, formset=Paragraphs, extra=0, can_delete=True, can_order=True, max_num=MOST, absolute_max=MOST + 10
)


def content(head: ProductForm, paragraphs: Any) -> Content:
    """A draft as both forms, being valid, say it."""
    given = head.cleaned_data
    return Content(
        kind=given["kind"],
        lines=paragraphs.lines(),
        topics=tuple(given["topics"]),
        topics_fouo=tuple(given["topics_fouo"]),
        topics_les=tuple(given["topics_les"]),
        regions=tuple(given["regions"]),
        disciplines=tuple(given["disciplines"]),
        urgent=given["urgent"],
        acknowledge=given["acknowledge"],
    )


def sources_of(product_id: UUID) -> dict[UUID, str]:
    """The sources of a product by id, as an author chooses among them."""
    rows = Source.objects.filter(product=product_id).order_by("added_at", "id")
    return {row.id: f"{row.title} ({row.originator})" if row.originator else row.title for row in rows}


class Act(forms.Form):
    """A form that stands beside others on one page: its fields have ids of their own."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"{self.name}_%s"})


class UploadForm(Act):
    """Pictures and documents; what they are comes beside it (`network.upload_views.brought`)."""

    name = "upload"
    press = _press()


class SourceForm(Act):
    """A source."""

    name = "add"
    title = forms.CharField(label=_("What it is"), max_length=TITLE, error_messages={"required": _("Write what the source is.")})
    originator = forms.CharField(
        label=_("Whose it is, where that is another agency"), max_length=TITLE, required=False,
        help_text=_("Then nothing of it is released before that agency's release is on the record."),
    )  # fmt: skip
    reference = forms.CharField(label=_("Number or address"), max_length=TITLE, required=False)
    press = _press()


class OriginatorForm(forms.Form):
    """An originator's release, as it was given."""

    level = forms.ChoiceField(
        label=_("Released to readers of"), error_messages={"required": _("Choose to whom it was released.")}
    )
    released_by = forms.CharField(
        label=_("Who released it"), max_length=TITLE, error_messages={"required": _("Write who at the agency released it.")}
    )
    released_on = forms.DateField(
        label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Say on which day."), "invalid": _("Write the day as 2026-01-31.")},
    )  # fmt: skip
    how = forms.CharField(
        label=_("How they said so"), max_length=TITLE, error_messages={"required": _("Write how they said so.")}
    )
    press = _press()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels()  # type: ignore[attr-defined]

    def clean_level(self) -> Level:
        """The level itself."""
        return Level.of(self.cleaned_data["level"])


class ReviewForm(Act):
    """The second person's answer."""

    name = "review"
    words = forms.CharField(
        label=_("What has to change"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST, required=False,
        help_text=_("Needed where you object."),
    )  # fmt: skip
    press = _press()


class OlderForm(ReviewForm):
    """The same, of a version that is out already."""

    name = "older"


class ReleaseForm(Act):
    """When it goes, and of a correction what has changed."""

    name = "release"
    goes_at = forms.DateTimeField(
        label=_("At a later hour"), required=False, help_text=_("Empty: at once."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Write day and hour as 2026-01-31 14:30.")},
    )  # fmt: skip
    note = forms.CharField(label=_("What has changed"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)
    note_marking = forms.ChoiceField(label=_("Marking of these words"), required=False)
    looked = forms.BooleanField(label=_("I have looked at what could tell who it is about"), required=False)
    press = _press()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note_marking"].choices = markings()  # type: ignore[attr-defined]


class RecallForm(Act):
    """Why it is called back, and what those who have it are told."""

    name = "recall"
    reason = forms.CharField(
        label=_("Why, for the record"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000,
        error_messages={"required": _("Write why.")},
    )  # fmt: skip
    told = forms.CharField(
        label=_("What everybody who has it is told"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000,
        help_text=_("Read at every level that had it: nothing in it may be above the lowest of them."),
        error_messages={"required": _("Write what they are told.")},
    )  # fmt: skip
    told_marking = forms.ChoiceField(
        label=_("Marking of these words"), error_messages={"required": _("Choose a marking for what they are told.")}
    )
    press = _press()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told_marking"].choices = markings()  # type: ignore[attr-defined]


class NewsletterForm(Act):
    """Which newsletter, and of which months."""

    name = "newsletter"
    kind = forms.ChoiceField(label=_("Newsletter"), error_messages={"required": _("Choose which newsletter.")})
    back = forms.TypedChoiceField(
        label=_("Of which months"), coerce=int, choices=[("0", _("This month or quarter, so far")), ("1", _("The one before"))]
    )
    press = _press()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letters = [(one.code, one.label) for one in network().products if one.cadence]
        self.fields["kind"].choices = letters  # type: ignore[attr-defined]
