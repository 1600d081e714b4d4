"""What needs somebody of the school now, over all their buildings, in one look: the school's day (issue 6, item 8).

Nothing is stored: it is read from where it stands at the moment of asking, in as many queries for a hundred buildings as for two.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from upstander import clock
from upstander.actions import clock_queries
from upstander.actions.models import Referral
from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory import verification
from upstander.directory.models import Contact, Organisation
from upstander.people import access
from upstander.people.models import Account
from upstander.preparedness.queries import Line as Duties
from upstander.response import day_lines, organisations, queries
from upstander.response.day_lines import Line

MOST = 20  # of a kind on the page; behind it stands the list itself


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact's entry as it is shown to be found right: `token` stands for exactly these numbers and addresses."""

    contact: Contact
    values: tuple[str, ...]
    why: str
    token: str


@dataclass(frozen=True, slots=True)
class Building:
    """A building, or the district itself: does it take part, what nobody has confirmed, who is to be verified again,
    and how it stands with its drills and plans."""

    organisation: Organisation
    network: directory.Network
    unconfirmed: int
    entries: list[Entry]
    duties: Duties | None

    @property
    def waits(self) -> bool:
        """Whether something is to be done for it, but for its tips, which stand on top of the page."""
        return self.network.status != "in" or bool(self.entries)


@dataclass(frozen=True, slots=True)
class Day:
    """What the page shows. `unconfirmed` and `running`: the first MOST, with how many there are; `own`: one's own entries."""

    unconfirmed: list[Referral]
    unconfirmed_count: int
    running: list[tuple[Referral, datetime]]
    running_count: int
    lines: list[Line]
    own: list[Entry]
    buildings: list[Building]

    @property
    def waiting(self) -> list[Building]:
        """The places that need somebody."""
        return [b for b in self.buildings if b.waits]

    @property
    def calm(self) -> bool:
        """Whether nothing needs anybody."""
        return not (self.unconfirmed_count or self.running_count or self.lines or self.own or self.waiting)


def of(account: Account) -> Day:
    """The day of `account`."""
    rows = [r for r in queries.inbox(account).select_related("place", "scope") if r.stood_down_at is None]
    silent = [r for r in rows if not r.somebody_has]  # type: ignore[attr-defined]
    due = clock_queries.soonest(r.id for r in rows)
    running = sorted(((r, due[r.id]) for r in rows if r.id in due), key=lambda pair: pair[1])
    places, duties = organisations.of(account), day_lines.of_buildings(account)
    return Day(
        unconfirmed=silent[:MOST], unconfirmed_count=len(silent), running=running[:MOST], running_count=len(running),
        lines=day_lines.of(account, duties), own=_own(account, {place.pk for place in places}),
        buildings=_buildings(places, silent, duties),
    )  # fmt: skip


def _buildings(places: list[Organisation], silent: Iterable[Referral], duties: dict[int, Duties]) -> list[Building]:
    """Each place with what it needs, those that need somebody first."""
    ids = [place.pk for place in places]
    if not ids:
        return []
    networks = directory.networks(ids)
    words, entries = verification.words(), dict[int, list[Entry]]()
    for one in verification.due(clock.today(), ids):
        why = ", ".join(words[reason] for reason in one.reasons)
        entries.setdefault(one.organisation.pk, []).append(_entry(one.contact, why))
    waits = Counter(r.place_id if r.place_id in networks else r.scope_id for r in silent)
    found = [
        Building(place, networks[place.pk], waits[place.pk], entries.get(place.pk, []), duties.get(place.pk))
        for place in places
    ]
    return sorted(found, key=_first)


def _first(building: Building) -> tuple[int, bool, bool, int]:
    """Where it stands in the list: what needs somebody most comes first."""
    overdue = building.duties.overdue if building.duties else 0
    return -building.unconfirmed, building.network.status == "in", not building.entries, -overdue


def _own(account: Account, looked_after: set[int]) -> list[Entry]:
    """One's own entries that are to be looked at again, but for those that one finds at one's own buildings below."""
    mine = {reach.contact_id for reach in access.reaches(account) if reach.contact_id}
    if not mine:
        return []
    words = verification.words()
    lists = Contact.objects.filter(pk__in=mine).exclude(listed_for__in=looked_after).values_list("listed_for_id", flat=True)
    due = verification.due(clock.today(), set(lists))
    return [_entry(one.contact, ", ".join(words[r] for r in one.reasons)) for one in due if one.contact.pk in mine]


def _entry(contact: Contact, why: str) -> Entry:
    values = tuple(point.value for point in sorted(contact.points.all(), key=lambda p: (p.kind != "phone", p.position, p.pk)))
    seen = hashlib.sha256("\n".join((contact.name, *values)).encode()).hexdigest()[:16]
    return Entry(contact, values, why, f"{contact.pk}:{seen}")


@transaction.atomic
def found_right(account: Account, tokens: Iterable[str]) -> tuple[int, int]:
    """Write down that these entries, as they were shown, are right today. Answers how many are verified now, and how many were
    not: not this person's to verify, gone, or changed since the page was made."""
    asked = {token.partition(":")[0]: token for token in tokens}
    ids = [int(id) for id in asked if id.isdecimal() and len(id) < 18]
    mine = {reach.contact_id for reach in access.reaches(account) if reach.contact_id}
    kept = {place.pk for place in organisations.of(account)}
    done = 0
    for contact in Contact.objects.filter(pk__in=ids).prefetch_related("points").order_by("pk").select_for_update():
        theirs = contact.pk in mine or contact.listed_for_id in kept
        if not theirs or _entry(contact, "").token != asked[str(contact.pk)]:
            continue
        try:
            listing.verify_contact(contact.pk, account.actor)
        except (listing.NotNow, LookupError):
            continue
        done += 1
    return done, len(asked) - done
