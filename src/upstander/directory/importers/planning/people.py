"""Contacts: for each place that a list names, it is the complete list of those who were imported."""

from collections import defaultdict
from functools import partial

from upstander import clock
from upstander.directory.folding import fold
from upstander.directory.importers.planning.plan import Change, Item, Plan
from upstander.directory.importers.planning.references import References
from upstander.directory.importers.records import ContactRecord
from upstander.directory.importers.rows import BadRow
from upstander.directory.models import Contact, Kind
from upstander.directory.services.contacts import Details, write_points

_LISTS = {Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM, Kind.REGION, Kind.COLLEGE, Kind.CAMPUS}
_WORKS = set(Kind)
_BATCH = 200
Key = tuple[int, str]  # listed for, folded name


def _known(places: set[int]) -> dict[Key, Contact]:
    """The contacts of these places; of several of one name the live one, else the newest."""
    found: dict[Key, Contact] = {}
    rows = (
        Contact.objects.filter(listed_for__in=places)
        .prefetch_related("points")
        .select_related("organisation")
    )
    for contact in sorted(rows, key=lambda c: (c.ended_on is None, c.pk)):
        found[contact.listed_for_id, fold(contact.name)] = contact
    return found


def _changes(r: ContactRecord, old: Contact, works_for: int, references: References) -> tuple[Change, ...]:
    points = sorted(old.points.all(), key=lambda p: p.position)
    have = {k: "; ".join(p.value for p in points if p.kind == k) for k in ("phone", "email")}
    after = {
        "name": (old.name, r.name),
        "role": (old.role, r.role),
        "end-user type": (old.end_user_type, r.end_user_type),
        "language": (old.language, r.language),
        "works for": (old.organisation.name, references.names[works_for]),
        "phones": (have["phone"], "; ".join(r.phones)),
        "emails": (have["email"], "; ".join(r.emails)),
    }
    if r.position is not None:
        after["order"] = (str(old.position), str(r.position))
    if r.verified_on is not None:
        after["verified"] = (str(old.verified_on or ""), str(r.verified_on))
    return tuple((name, *pair) for name, pair in after.items() if pair[0] != pair[1])


class Contacts:
    """The plan for a list of contacts."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.references = References()
        self.wanted: dict[Key, tuple[ContactRecord, int]] = {}
        self.spared: set[int] = set()
        for record in plan.read.of(ContactRecord):
            self._resolve(record)
        self._spare()
        places = {place for place, _name in self.wanted}
        self.known = _known(places)
        self.touched: list[Key] = []
        for key, (record, works_for) in self.wanted.items():
            self._sort(key, record, works_for)
        self._gone(places)
        for start in range(0, len(self.touched), _BATCH):
            batch = self.touched[start : start + _BATCH]
            plan.writes.append((len(batch), partial(self._write, batch)))
        if self.ended:
            plan.writes.append((len(self.ended), self._end))

    def _resolve(self, record: ContactRecord) -> None:
        place = None
        try:
            place = self.references.find(record.listed_for, _LISTS)
            works_for = self.references.find(record.works_for, _WORKS) if record.works_for else place
            if (place, fold(record.name)) in self.wanted:
                raise BadRow("this person stands in the file already for this place")
        except BadRow as error:
            self.plan.bad(record.where, str(error))
            if place is not None:
                self.spared.add(place)
            return
        self.wanted[place, fold(record.name)] = (record, works_for)

    def _spare(self) -> None:
        """A place of which a row could not be read keeps everybody: who seems missing may be in that row."""
        for text in self.plan.read.spared:
            try:
                self.spared.add(self.references.find(text, _LISTS))
            except BadRow:
                continue

    def _sort(self, key: Key, record: ContactRecord, works_for: int) -> None:
        old = self.known.get(key)
        changes = _changes(record, old, works_for, self.references) if old else ()
        back = old is not None and old.ended_on is not None
        name = f"{record.name} ({self.references.names[key[0]]})"
        self.plan.sort(Item("contact", name, changes, record.where), old is not None, back)
        if old is None or changes or back:
            self.touched.append(key)

    def _gone(self, places: set[int]) -> None:
        """Imported ones missing from their place's list; those entered by hand stay, and so do lists with
        bad rows.
        """
        live = [c for c in self.known.values() if c.source_key and c.ended_on is None]
        self.ended = [
            c
            for c in live
            if (c.listed_for_id, fold(c.name)) not in self.wanted and c.listed_for_id not in self.spared
        ]
        names = self.references.names
        self.plan.gone += [Item("contact", f"{c.name} ({names[c.listed_for_id]})") for c in self.ended]
        self.plan.beware(len(live))

    def _write(self, batch: list[Key]) -> None:
        counts: dict[int, int] = defaultdict(int)
        for key in batch:
            record, works_for = self.wanted[key]
            place, folded = key
            contact = self.known.get(key) or Contact(listed_for_id=place, position=counts[place])
            counts[place] += 1
            contact.organisation_id = works_for
            contact.name, contact.role = record.name, record.role
            contact.end_user_type, contact.language = record.end_user_type, record.language
            if record.position is not None:
                contact.position = record.position
            contact.verified_on = record.verified_on or contact.verified_on
            contact.ended_on = None
            contact.source_key = contact.source_key or f"contacts:{place}:{folded}"[:160]
            contact.save()
            details = Details(record.name, record.end_user_type, phones=record.phones, emails=record.emails)
            write_points(contact, details)

    def _end(self) -> None:
        Contact.objects.filter(pk__in=[c.pk for c in self.ended]).update(ended_on=clock.today())
