"""Who is to be told about a place, and whether it is in the network (D-II.A to D-II.C, D-IV.A).

One rule says whose lists count for a place: calls, mails and the network status all come from it.
- a school: its own list and its district's or system's (a regional programme's: its region's);
- a district or system: its own list and those of all its schools;
- a region, agency or college: its own list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection
from django.db.models import Exists, OuterRef

from upstander import clock
from upstander.directory.models import Contact, ContactPoint, Device, Organisation

_LISTS = """
    SELECT p.id FROM directory_organisation p WHERE p.id = %(place)s
    UNION SELECT p.parent_id FROM directory_organisation p
        WHERE p.id = %(place)s AND p.kind IN ('school', 'campus') AND p.parent_id IS NOT NULL
    UNION SELECT c.id FROM directory_organisation c JOIN directory_organisation p ON p.id = c.parent_id
        WHERE p.id = %(place)s AND p.kind IN ('district', 'system', 'college') AND c.retired_on IS NULL
"""
_LIVE = "(c.ended_on IS NULL OR c.ended_on > %(today)s)"
_POCS = f"""
SELECT c.id, c.name, c.role, c.end_user_type, o.id, o.name, c.language, c.verified_on, c.listed_for_id,
    coalesce(array_agg(t.value ORDER BY t.position, t.id) FILTER (WHERE t.kind = 'phone'), '{{}}'),
    coalesce(array_agg(t.value ORDER BY t.position, t.id) FILTER (WHERE t.kind = 'email'), '{{}}'),
    coalesce(bool_or(t.bounced_at IS NULL), false)
FROM directory_contact c
JOIN directory_organisation o ON o.id = c.organisation_id
LEFT JOIN directory_contactpoint t ON t.contact_id = c.id
WHERE c.listed_for_id IN ({_LISTS}) AND {_LIVE}
GROUP BY c.id, o.id
ORDER BY (c.listed_for_id = %(place)s) DESC, c.position, c.name, c.id
"""  # noqa: S608 - put together from constants
_NETWORK = f"""
SELECT e.organisation_id, o.name, (SELECT count(*) FROM directory_contact c
    WHERE c.listed_for_id IN ({_LISTS}) AND {_LIVE})
FROM directory_organisation p
LEFT JOIN directory_enrolment e
    ON (e.organisation_id = p.id OR p.kind IN ('school', 'campus') AND e.organisation_id = p.parent_id)
    AND e.refused_at IS NULL AND e.verified_at IS NOT NULL AND e.active_from <= %(today)s
    AND (e.withdrawn_on IS NULL OR e.withdrawn_on > %(today)s)
LEFT JOIN directory_organisation o ON o.id = e.organisation_id
WHERE p.id = %(place)s
ORDER BY (e.organisation_id = p.id) DESC NULLS LAST LIMIT 1
"""  # noqa: S608 - put together from constants
_NETWORKS = f"""
SELECT asked.id, n.* FROM unnest(%(places)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL ({_NETWORK.replace("%(place)s", "asked.id")}) AS n
"""  # noqa: S608 - put together from constants

Status = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Poc:
    """A point of contact as a call-taker needs one. `reachable`: a number that was not found to be wrong, or an address that did
    not bounce. A phone that is told of news makes nobody reachable: it says no word, and may lie in a drawer.
    """

    contact_id: int
    name: str
    role: str
    end_user_type: str
    organisation_id: int
    organisation_name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    language: str
    verified_on: date | None
    reachable: bool
    listed_for_id: int


@dataclass(frozen=True, slots=True)
class Network:
    """The status and why. `reasons` are codes: no_place, not_enrolled, no_contact; empty where it is
    In-Network.
    """

    status: Status
    reasons: tuple[str, ...]
    enrolled_name: str = ""
    contacts: int = 0


def _rows(sql: str, place_id: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"place": place_id, "today": clock.today()})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def poc_list(place_id: int | None) -> list[Poc]:
    """Everybody to be told about a place, of every end-user type, in one query (D-IV.A.2.a.1, D-IV.A.3.a,
    D-IV.A.4.a).

    Those listed for the place itself come first, then by position and name. None, an unknown place, has
    nobody.
    """
    if place_id is None:
        return []
    found = []
    for row in _rows(_POCS, place_id):
        (contact, name, role, kind, org, org_name, language, verified, listed, phones, emails, reachable) = (
            row
        )
        found.append(
            Poc(
                contact, name, role, kind, org, org_name, tuple(phones), tuple(emails), language, verified, reachable, listed
            )
        )  # fmt: skip
    return found


def stand_ins(place_id: int | None) -> list[Poc]:
    """Who can be told where nobody of a place's own lists may be, because the tip is about them all: its
    region's list. (A school's list holds its district's already.)
    """
    of = ("region_id", "parent__region_id", "county__region_id")
    regions = Organisation.objects.filter(pk=place_id or 0).values_list(*of).first() or ()
    return poc_list(next((region for region in regions if region), None))


def network(place_id: int | None) -> Network:
    """Whether a place is In-Network, and why: enrolled, itself or through its district or system, *and*
    somebody listed.

    One query; nothing of it is stored (D-II.B, D-II.C). A tip that names only a district or region is judged
    on that.
    """
    rows = [] if place_id is None else _rows(_NETWORK, place_id)
    if not rows:
        return Network("out", ("no_place",))
    return _network(*rows[0])


def _network(enrolled: int | None, name: str | None, contacts: int) -> Network:
    missing = (("not_enrolled", enrolled is None), ("no_contact", not contacts))
    reasons = tuple(code for code, is_missing in missing if is_missing)
    return Network("out" if reasons else "in", reasons, name or "", contacts)


def networks(place_ids: Iterable[int]) -> dict[int, Network]:
    """The same for many places at once, in one query; a place that there is not stands not in it."""
    with connection.cursor() as cursor:
        cursor.execute(_NETWORKS, {"places": list(place_ids), "today": clock.today()})
        return {place: _network(*row) for place, *row in cursor.fetchall()}


def network_status(place_id: int | None) -> Status:
    """`in` or `out`; see `network`."""
    return network(place_id).status


def lists_somebody_at(domain: str) -> bool:
    """Whether a contact who is listed now has an e-mail address of this domain."""
    listed = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, value__iendswith=f"@{domain}")
    return bool(domain) and listed.exclude(contact__ended_on__lte=clock.today()).exists()


def unreachable(contact_ids: Iterable[int] | None = None) -> set[int]:
    """Those of these contacts (None: of all who are listed) of whom no number and no address is known to work."""
    found = Contact.objects.exclude(ended_on__lte=clock.today())
    if contact_ids is not None:
        found = Contact.objects.filter(pk__in=list(contact_ids))
    works = ContactPoint.objects.filter(contact=OuterRef("pk"), bounced_at=None)
    return set(found.filter(~Exists(works)).values_list("pk", flat=True))


def with_devices(contact_ids: Iterable[int]) -> set[int]:
    """Those of these contacts of whom a phone is told of news."""
    return set(Device.objects.filter(contact_id__in=list(contact_ids)).values_list("contact_id", flat=True))


def contacts_of(organisation_id: int, ended: bool = False) -> list[Contact]:
    """The contact rows listed for an organisation with their points, for its page; `ended`: those of the
    past.
    """
    found = Contact.objects.filter(listed_for_id=organisation_id).select_related("organisation")
    today = clock.today()
    found = found.filter(ended_on__lte=today) if ended else found.exclude(ended_on__lte=today)
    return list(found.prefetch_related("points").order_by("position", "name", "id"))
