"""Three presses on a product: relevant, in time, what was done with it (S-measure). Written behind the member's own wall; the
staff read counts, and from five people on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation.errors import CannotDo
from upstander.circulation.models import Feedback
from upstander.ids import new_id
from upstander.network.standing import Standing
from upstander.products import queries as products

LEAST: Final = 5
"""What fewer people pressed is not shown: one might guess who they are."""
ANSWERS: dict[str, list[Any]] = {  # value and words
    "relevant": Feedback.Worth.choices, "timely": Feedback.Worth.choices, "use": Feedback.Use.choices,
}  # fmt: skip


def texts() -> dict[str, str]:
    """The questions."""
    return {
        "relevant": _("Was it relevant for you?"), "timely": _("Did it come in time?"), "use": _("What did you do with it?")
    }  # fmt: skip


@transaction.atomic
def say(product_id: UUID, who: Standing, field: str, value: str) -> None:
    """One press. Raises LookupError where this reader has no such product, CannotDo for no answer of ours."""
    assert who.member_id is not None and who.level is not None
    row = products.rendition(product_id, who.level)
    if row is None or row.ended_as:
        raise LookupError(f"no product {product_id} at this level")
    if field not in ANSWERS or value not in dict(ANSWERS[field]):
        raise CannotDo(_("Press one of the answers."))
    now = clock.now()
    blank = Feedback(
        id=new_id(), product_id=product_id, member_id=who.member_id, level=who.level, discipline=who.discipline,
        regions=list(who.regions), at=now,
    )  # fmt: skip
    Feedback.objects.bulk_create([blank], ignore_conflicts=True)
    Feedback.objects.filter(product=product_id, member=who.member_id).update(**{field: value, "at": now})
    # which answer it was stands nowhere but in the row
    audit.record(f"account:{who.account_id}", "circulation.feedback", "product", product_id, field=field)


def questions(product_id: UUID, member_id: UUID) -> list[dict[str, Any]]:
    """The three questions with their answers, and what this member pressed; within their wall."""
    mine = Feedback.objects.filter(product=product_id, member=member_id).first()
    return [
        {"name": name, "text": text, "answers": ANSWERS[name], "chosen": getattr(mine, name) if mine else ""}
        for name, text in texts().items()
    ]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of a product: how many people; from LEAST on how many pressed what, in words."""

    people: int
    pressed: Mapping[str, tuple[tuple[str, int], ...]]

    @property
    def few(self) -> bool:
        """Whether they are too few to be shown."""
        return 0 < self.people < LEAST


def heard(product_id: UUID) -> Heard:
    """For the staff: one statement for each question, and no name."""
    found = Feedback.objects.filter(product=product_id)
    people = found.aggregate(n=Count("id"))["n"]
    if people < LEAST:
        return Heard(people, {})
    pressed = {}
    for name, text in texts().items():
        counts = dict(found.exclude(**{name: ""}).values_list(name).annotate(n=Count("id")).order_by())
        pressed[text] = tuple((str(label), counts[value]) for value, label in ANSWERS[name] if counts.get(value))
    return Heard(people, pressed)
