"""What follows from what was written: which region a place belongs to, and the words it is found by."""

from django.db import connection

from upstander.directory.folding import search_text
from upstander.directory.models import Identifier, Organisation

# Neither is joined by the database: of rows that this very transaction wrote it knows too little to join them well, and would
# compare each with each.


def link_regions() -> int:
    """Link every place of the register to its region, whichever file came first; returns how many changed.

    The first two digits of an RCDTS are its region's number; 60, 65 and 77 (state, out of state) have no region.
    """
    regions = dict(Organisation.objects.filter(kind="region").values_list("source_key", "id"))
    linked = dict(Organisation.objects.exclude(kind="region").values_list("id", "region_id"))
    changed = {
        place: region
        for place, value in Identifier.objects.filter(scheme="rcdts").values_list("organisation_id", "value")
        if (region := regions.get(f"region:{value[:2]}")) and linked.get(place, region) != region
    }
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE directory_organisation SET region_id = %s WHERE id = %s",
            [(region, place) for place, region in changed.items()],
        )
    return len(changed)


def refresh_search() -> int:
    """Write the search words of every organisation whose name, city or district changed; returns how many."""
    rows = list(Organisation.objects.values_list("id", "name", "city", "parent_id", "search_text"))
    names = {pk: name for pk, name, *_ in rows}
    stale = [
        (wanted, pk)
        for pk, name, city, parent, words in rows
        if (wanted := search_text(name, city, names.get(parent, ""))) != words
    ]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE directory_organisation SET search_text = %s WHERE id = %s", stale)
    return len(stale)
