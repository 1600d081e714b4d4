"""What is read: where a code leads, a school's placements with what may be shown of their counts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from upstander import clock
from upstander.ids import normalised
from upstander.packs.current import current
from upstander.packs.library import said
from upstander.posters.models import Count, Placement
from upstander.posters.release import Released, released
from upstander.posters.services import LONG


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement as its school sees it."""

    id: int
    code: str
    name: str
    ended: bool
    shown: Released


def leads_to(code: str) -> tuple[str, int] | None:
    """The code as it is kept, and the organisation where its poster hangs, however it was typed; None where it leads nowhere."""
    wanted = normalised(code)
    if len(wanted) != LONG:
        return None
    return Placement.objects.filter(code=wanted).values_list("code", "organisation_id").first()


def placement(placement_id: int, organisation_id: int) -> Placement | None:
    """A placement of this school; None where it has none of this id."""
    return Placement.objects.filter(pk=placement_id, organisation_id=organisation_id).first()


def name_of(one: Placement, language: str = "en") -> str:
    """What a placement is called: "Cafeteria", and the second of them "Cafeteria 2"."""
    kit = current().library.kit
    found = next((spot for spot in kit.spots if spot.code == one.spot), None) if kit else None
    label = said(found.label, language) if found else one.spot
    return label if one.number == 1 else f"{label} {one.number}"


def placements(organisation_id: int, language: str = "en") -> list[Placed]:
    """The school's placements, those in use first, with what may be shown of their counts; two queries."""
    rows = list(Placement.objects.filter(organisation_id=organisation_id).order_by("pk"))
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    found = Count.objects.filter(placement__organisation_id=organisation_id)
    for placement_id, month, number in found.values_list("placement_id", "month", "number"):
        counts[placement_id][month] = number
    today = clock.today()
    made = [
        Placed(
            row.pk, row.code, name_of(row, language), row.ended_at is not None,
            released(counts[row.pk], timezone.localtime(row.made_at).date(), today),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one.ended, one.name.casefold(), one.id))
