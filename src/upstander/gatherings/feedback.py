"""What members say of a gathering: three presses, and words for who wants (S-measure). Written behind the member's own wall."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.gatherings import seats
from upstander.gatherings.errors import CannotDo
from upstander.gatherings.models import Feedback, Registration
from upstander.ids import new_id
from upstander.network.standing import Standing

ANSWERS: dict[str, list[Any]] = {  # value and words
    "relevant": Feedback.Worth.choices, "timely": Feedback.Worth.choices, "use": Feedback.Use.choices,
}  # fmt: skip
State = Registration.State


@transaction.atomic
def say(gathering_id: UUID, who: Standing, field: str, value: str) -> None:
    """One press, or words (`field` is `words`); a later one replaces it. Raises NotThere, CannotDo before it began and for who
    did not
    come."""
    gathering = seats.seen(gathering_id)
    member_id = seats.member_of(who)
    if not may(gathering_id, who) or gathering.starts_at > clock.now():
        raise CannotDo(_("Who took part says how it was, once it has begun."))
    if field == "words":
        value = value.strip()[:2000]
    elif field not in ANSWERS or value not in dict(ANSWERS[field]):
        raise CannotDo(_("Press one of the answers."))
    now = clock.now()
    blank = Feedback(id=new_id(), gathering=gathering, member_id=member_id, at=now)
    Feedback.objects.bulk_create([blank], ignore_conflicts=True)
    Feedback.objects.filter(gathering=gathering, member=member_id).update(**{field: value, "at": now})
    audit.record(f"account:{who.account_id}", "gatherings.feedback", "gathering", gathering.id, field=field)


def may(gathering_id: UUID, who: Standing) -> bool:
    """Whether this member had a seat or came."""
    rows = Registration.objects.filter(gathering=gathering_id, member=who.member_id)
    return any(row.state == State.SEAT or row.attended_at for row in rows)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of a gathering: how many pressed what, in words, and the words, without names."""

    people: int
    pressed: dict[str, tuple[tuple[str, int], ...]]
    words: tuple[str, ...]


def heard(gathering_id: UUID) -> Heard:
    """For whoever plans."""
    rows = list(Feedback.objects.filter(gathering=gathering_id).order_by("at"))
    pressed = {}
    for name, answers in ANSWERS.items():
        counts = Counter(getattr(row, name) for row in rows)
        pressed[name] = tuple((str(label), counts[value]) for value, label in answers if counts[value])
    return Heard(len(rows), pressed, tuple(row.words for row in rows if row.words))
