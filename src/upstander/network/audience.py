"""For whom something is: the one rule of regions and disciplines, from both sides.

None chosen means all, on either side: what names no office is for the whole state, and a member who chose none works in the whole
state, so that what is for any office is for them, too (docs/decisions/0125-circulation.md).
"""

from collections.abc import Collection

from django.db.models import Q

from upstander.network.standing import Standing


def members(regions: Collection[int], disciplines: Collection[str] = ()) -> Q:
    """Of `Member`: those for whom something with these regions and disciplines is (S-products)."""
    meant = Q()
    if regions:
        meant &= Q(regions=[]) | Q(regions__overlap=list(regions))
    if disciplines:
        meant &= Q(discipline__in=list(disciplines))
    return meant


def rows(regions: Collection[int], discipline: str) -> Q:
    """Of anything with `regions` and `disciplines`: what is for a member of these regions and this discipline (S-products)."""
    here = Q(regions=[]) | Q(regions__overlap=list(regions)) if regions else Q()
    return here & (Q(disciplines=[]) | Q(disciplines__contains=[discipline]))


def meant(regions: Collection[int], disciplines: Collection[str], who: Standing) -> bool:
    """Whether something with these regions and disciplines is for this member; for nobody else it is (S-products)."""
    if who.member_id is None:
        return False
    here = not regions or not who.regions or not set(regions).isdisjoint(who.regions)
    return here and (not disciplines or who.discipline in disciplines)
