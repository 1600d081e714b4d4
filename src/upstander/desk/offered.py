"""What may also be done for a tip: what the directive offers, and nobody has taken up yet."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.actions import queries as actions
from upstander.actions import support
from upstander.actions.falsehood import DETERMINATION
from upstander.actions.models import Judgement
from upstander.actions.recording import CONFIRM_CLASS
from upstander.desk import roles
from upstander.desk.forms import LONG, SHORT
from upstander.packs.current import current
from upstander.packs.model import Paragraph
from upstander.people import queries as people
from upstander.people.access import Anybody
from upstander.people.models import Role

ELSEWHERE = (CONFIRM_CLASS, DETERMINATION)
"""What has a page of its own, and is not taken up as an offer."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be done: its rule, what it is, whose it is, why, and whether this person may take it up."""

    rule: str
    kind: str
    title: str
    owner: str
    because: str
    cites: list[Paragraph]
    can: bool

    @property
    def asked_for(self) -> bool:
        """Whether an agency asks for it, so that who asked is written down first."""
        return self.kind == support.KIND


def offers(judgement: Judgement | None, account: Anybody) -> list[Offer]:
    """What is offered for a tip as it is judged, in the pack's order; none before it is judged."""
    if judgement is None:
        return []
    pack, works = current(), roles.works(account)
    return [
        Offer(
            rule=one.rule, kind=one.kind, title=pack.word("kind", one.kind), owner=pack.word("owner", one.owed_by),
            because=one.because, cites=pack.cited(one.cites), can=works or roles.owes(account, one.owed_by),
        )
        for one in actions.offers(judgement) if one.kind not in ELSEWHERE
    ]  # fmt: skip


class SupportForm(forms.Form):
    """An agency's request for analytical support (D-IV.A.1.b)."""

    answered_by = forms.CharField(
        label=_("Officer who asks"), max_length=SHORT, error_messages={"required": _("Write who asks.")}
    )
    agency = forms.CharField(
        label=_("Officer's agency"), max_length=SHORT, error_messages={"required": _("Write of which agency.")}
    )
    note = forms.CharField(
        label=_("What is asked for, and by when"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what is asked for.")},
    )  # fmt: skip
    analyst = forms.TypedChoiceField(label=_("Analyst"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(account.pk, account.name) for account in people.holders(Role.STIC_ANALYST)]
        self.fields["analyst"].choices = [("", _("Whoever is free")), *choices]  # type: ignore[attr-defined]
