"""Finding a place by what a worried person types, and what a place is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from upstander.directory.folding import asked, fold, patterns
from upstander.directory.models import Kind, Organisation

MOST = 20
_ALIKE = 0.42  # of pg_trgm's word similarity: "springfeild" finds Springfield (0.67), "lincon" finds Lincoln (0.71)
_LETTERS = 4  # a shorter word has too few trigrams to be alike to anything

_SELECT = """
SELECT o.id, o.name, o.city, coalesce(p.name, ''), o.kind
FROM directory_organisation o
LEFT JOIN directory_organisation p ON p.id = o.parent_id
LEFT JOIN directory_county c ON c.id = o.county_id
WHERE {where}
ORDER BY (o.search_text LIKE %s) DESC, coalesce(c.pseudo, false), {rank} DESC, o.name, o.city, o.id
LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class SchoolHit:
    """A school as the picker shows it; schools of one name differ by city or district."""

    id: int
    name: str
    city: str
    district: str


@dataclass(frozen=True, slots=True)
class OrganisationHit:
    """An organisation of any kind, for the directory's own search."""

    id: int
    name: str
    city: str
    district: str
    kind: str

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """What a place is, in words: names instead of ids."""

    id: int
    kind: str
    name: str
    district: str
    region: str
    county: str
    city: str
    address: str
    phone: str
    grades: str
    sector: str
    retired: bool
    zip: str = ""
    website: str = ""


def _search(text: str, kinds: tuple[str, ...], limit: int) -> list[tuple[Any, ...]]:
    words = asked(text)
    if sum(map(len, words)) < 2:
        return []
    exact: list[str] = []
    alike: list[str] = []
    values: list[str] = []
    alike_values: list[str | float] = []
    for word in words:
        forms = patterns(word)
        like = " OR ".join(["o.search_text LIKE %s"] * len(forms))
        exact.append(f"({like})")
        values += forms
        near = len(word) >= _LETTERS
        alike.append(f"({like}{' OR word_similarity(%s, o.search_text) >= %s' if near else ''})")
        alike_values += [*forms, word, _ALIKE] if near else forms
    typed = " ".join(words)
    rank = "similarity(%s, lower(o.name))"
    tail: list[Any] = [f" {fold(text[:200])}%", typed, min(max(limit, 1), MOST)]
    base = "o.retired_on IS NULL AND o.kind = ANY(%s) AND "
    with connection.cursor() as cursor:
        sql = _SELECT.format(where=base + " AND ".join(exact), rank=rank)
        cursor.execute(sql, [list(kinds), *values, *tail])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        if not rows and len(alike_values) > len(values):  # somebody mistyped: slower, so only then
            sql = _SELECT.format(where=base + " AND ".join(alike), rank="word_similarity(%s, o.search_text)")
            cursor.execute(sql, [list(kinds), *alike_values, *tail])
            rows = cursor.fetchall()
    return rows


def find_schools(text: str, limit: int = MOST) -> list[SchoolHit]:
    """Up to `limit` (at most 20) live schools whose name, city and district hold every typed word, best
    first.

    A word may be a beginning ("linc"), an abbreviation or its long form ("elem", "elementary"), or mistyped.
    Fewer than two letters find nothing.
    """
    return [SchoolHit(*row[:4]) for row in _search(text, ("school",), limit)]


def find_organisations(text: str, kinds: Iterable[str], limit: int = MOST) -> list[OrganisationHit]:
    """The same among live organisations of these kinds."""
    return [OrganisationHit(*row) for row in _search(text, tuple(kinds), limit)]


def place_cards(place_ids: Iterable[int]) -> dict[int, PlaceCard]:
    """The cards of these places by id, in one query; unknown ids are absent."""
    rows: Iterable[tuple[Any, ...]] = Organisation.objects.filter(pk__in=list(place_ids)).values_list(
        "id",
        "kind",
        "name",
        "parent__name",
        "parent__kind",
        "region__name",
        "county__region__name",
        "county__name",
        "city",
        "address",
        "phone",
        "grades",
        "sector",
        "retired_on",
        "zip",
        "website",
    )
    cards = {}
    for pk, kind, name, parent, parent_kind, region, by_county, county, *rest in rows:
        below = kind in (Kind.SCHOOL, Kind.CAMPUS)
        region = region or by_county or (parent if parent_kind == Kind.REGION else None)
        city, address, phone, grades, sector, retired_on, zip_code, website = rest
        cards[pk] = PlaceCard(
            pk, kind, name, (below and parent) or "", region or "", county or "", city, address, phone,
            grades, sector, retired_on is not None, zip_code, website,
        )  # fmt: skip
    return cards


def place_card(place_id: int) -> PlaceCard:
    """The card of one place, retired or not; raises LookupError where there is none."""
    try:
        return place_cards([place_id])[place_id]
    except KeyError:
        raise LookupError(f"no place {place_id}") from None
