"""Places as the desk's own search finds them: schools, districts, regions, colleges."""

from typing import Any

from upstander.directory import queries as directory
from upstander.directory.models import Kind

PLACES = ("school", "district", "system", "region", "college", "campus")
LONGEST = 200  # characters of what is looked for


def hits(text: str) -> list[dict[str, Any]]:
    """Places whose name, city and district hold the words, as the picker reads them; each kind but schools is named."""
    return [
        {
            "id": str(hit.id),
            "name": hit.name,
            "city": hit.city,
            "district": hit.district if hit.kind == Kind.SCHOOL else str(Kind(hit.kind).label),
        }
        for hit in directory.find_organisations(text.replace("\x00", "")[:LONGEST], PLACES)
    ]
