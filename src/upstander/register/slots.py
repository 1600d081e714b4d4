"""Beside a product: the past incidents that it names, for its readers; for the staff a form to name one more."""

from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from upstander.ids import new_id
from upstander.markings import Level
from upstander.products.models import Rendition
from upstander.products.slots import Part
from upstander.register import citing, queries
from upstander.register.forms import markings
from upstander.register.models import Citation, Version


class CiteForm(forms.Form):
    """Which entry a product names, and who may know of it."""

    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    number = forms.CharField(
        label=_("Number of the incident"), max_length=16, error_messages={"required": _("Write its number, as 2026-17.")}
    )
    marking = forms.ChoiceField(
        label=_("Who may know that it is named"), required=False,
        help_text=_("None chosen: whoever may read the incident's facts."),
    )  # fmt: skip

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **{**more, "auto_id": "cite_%s"})  # type: ignore[arg-type]
        self.fields["marking"].choices = markings()  # type: ignore[attr-defined]


def beside(_request: HttpRequest, row: Rendition) -> Part | None:
    """For who reads a product at its level."""
    named = citing.named_by(row.product_id, Level(row.level))
    if row.ended_as or not named:
        return None
    above = queries.banner(version.marking for _citation, version in named)
    return Part("register/named.html", {"rows": _rows(named), "banner": above.text if above else ""})


def at_desk(_request: HttpRequest, product_id: UUID) -> Part | None:
    """For the staff, beside a draft."""
    rows = _rows(citing.named_by(product_id, Level.LES))
    return Part("register/citing.html", {"rows": rows, "form": CiteForm(), "product_id": product_id})


def _rows(named: list[tuple[Citation, Version]]) -> list[dict[str, object]]:
    rows = queries.rows([version for _citation, version in named])
    return [
        {"row": row, "citation": citation, "portion": queries.portion(citation.marking)}
        for row, (citation, _version) in zip(rows, named, strict=True)
    ]
