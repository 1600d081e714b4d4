"""Who near a place helps people who are not coping: its mental-health contacts, and the county's agencies (D-I.B, D-II.A)."""

from dataclasses import dataclass

from upstander.directory.models import EndUserType, Kind, Organisation
from upstander.directory.queries.contacts import poc_list


@dataclass(frozen=True, slots=True)
class Helper:
    """A person or an agency that helps. `contact_id` is None for an agency of the county, whom nobody has listed."""

    name: str
    organisation: str
    phones: tuple[str, ...]
    website: str = ""
    contact_id: int | None = None


def helpers(place_id: int | None) -> list[Helper]:
    """The mental-health end-users of a place, then the other mental-health agencies of its county, by name."""
    listed = [poc for poc in poc_list(place_id) if poc.end_user_type == EndUserType.MENTAL_HEALTH]
    near = Organisation.objects.filter(
        kind=Kind.MENTAL_HEALTH, retired_on=None, county__organisations__id=place_id or 0
    ).exclude(pk__in=[poc.organisation_id for poc in listed])
    return [
        *(Helper(poc.name, poc.organisation_name, poc.phones, "", poc.contact_id) for poc in listed),
        *(
            Helper("", org.name, (org.phone,) if org.phone else (), org.website)
            for org in near.order_by("name").distinct()
        ),
    ]
