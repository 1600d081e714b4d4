"""What follows from what was written: which region a place belongs to, and the words it is found by."""

from django.db import connection

from upstander.directory.folding import search_text
from upstander.directory.models import Organisation

# The first two digits of an RCDTS are its region's number; 60, 65 and 77 (state, out of state) have no
# region.
_REGIONS = """
UPDATE directory_organisation o SET region_id = r.id
FROM directory_identifier i, directory_organisation r
WHERE i.organisation_id = o.id AND i.scheme = 'rcdts' AND o.kind <> 'region'
    AND r.source_key = 'region:' || left(i.value, 2) AND o.region_id IS DISTINCT FROM r.id
"""


def link_regions() -> int:
    """Link every place of the register to its region, whichever file came first; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_REGIONS)
        return int(cursor.rowcount)


def refresh_search() -> int:
    """Write the search words of every organisation whose name, city or district changed; returns how many."""
    # not joined by the database: of rows that this very transaction wrote it knows too little to join them well
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
