"""Organisations: matched with those that are known, compared, created, changed, retired and brought back.

Nobody is ever deleted: tips, referrals and contacts refer to them. Who is missing from a complete list is
retired with a date.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from upstander import clock
from upstander.directory.folding import fold, search_text
from upstander.directory.importers.planning.counties import Counties
from upstander.directory.importers.planning.plan import Change, Item, Plan
from upstander.directory.importers.records import OrgRecord, Problem
from upstander.directory.models import AnsweringPoint, Identifier, Kind, Organisation

_TEXTS = ("kind", "sector", "name", "source", "address", "city", "zip", "phone", "website", "grades")
_FIRST = {Kind.REGION: 0, Kind.DISTRICT: 1, Kind.SYSTEM: 1, Kind.COLLEGE: 1}
_BATCH = 500


@dataclass(slots=True)
class Known:
    """An organisation as it stands in the directory."""

    id: int
    key: str
    values: dict[str, str]
    parent_key: str
    county_key: str
    psap_status: str
    retired_on: date | None
    identifiers: set[tuple[str, str]] = field(default_factory=set)


def _known() -> list[Known]:
    rows = Organisation.objects.filter(source_key__isnull=False).values_list(
        "id", "source_key", "parent__source_key", "county__key", "psap__fcc_status", "retired_on", *_TEXTS
    )
    found = {
        pk: Known(
            pk, key, dict(zip(_TEXTS, texts, strict=True)), parent or "", county or "", status or "", retired
        )
        for pk, key, parent, county, status, retired, *texts in rows
    }
    for pk, scheme, value in Identifier.objects.values_list("organisation_id", "scheme", "value"):
        if pk in found:
            found[pk].identifiers.add((scheme, value))
    return list(found.values())


def _base(key: str) -> str:
    return key.split("#")[0]


def _pairs(records: Iterable[OrgRecord], known: Iterable[Known]) -> dict[int, Known]:
    """Which record (by its place in the list) is which known organisation: same key, of several the same
    name.

    A school that got a new number is known by its NCES id.
    """
    shelves: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        shelves[_base(k.key)].append(k)
    groups: dict[str, list[tuple[int, OrgRecord]]] = defaultdict(list)
    for index, record in enumerate(records):
        groups[_base(record.key)].append((index, record))
    found: dict[int, Known] = {}
    rest: list[tuple[int, OrgRecord]] = []
    for base, group in groups.items():
        shelf = shelves[base]
        for same_name in (True, False):
            for index, record in group:
                if index in found:
                    continue
                match = next(
                    (k for k in shelf if not same_name or fold(k.values["name"]) == fold(record.name)), None
                )
                if match is not None:
                    found[index] = match
                    shelf.remove(match)
        rest += [(index, record) for index, record in group if index not in found]
    _renumbered(rest, [k for shelf in shelves.values() for k in shelf], found)
    return found


def _renumbered(rest: list[tuple[int, OrgRecord]], left: list[Known], found: dict[int, Known]) -> None:
    by_nces: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for k in left:
        for scheme, value in k.identifiers:
            if scheme == "nces" and k.retired_on is None:
                by_nces[k.values["kind"], value].append(k)
    for index, record in rest:
        nces = next((v for scheme, v in record.identifiers if scheme == "nces"), "")
        match = by_nces.pop((record.kind, nces), [])
        if len(match) == 1:
            found[index] = match[0]


def _differences(record: OrgRecord, known: Known, county: str) -> list[Change]:
    changes: list[Change] = []
    for name in _TEXTS:
        after = getattr(record, name)
        kept = record.keep_name and name in ("name", "source")
        if after is not None and not kept and after != known.values[name]:
            changes.append((name, known.values[name], after))
    if record.parent_key is not None and _base(record.parent_key) != _base(known.parent_key):
        changes.append(("parent", known.parent_key, record.parent_key))
    if record.county is not None and county != known.county_key:
        changes.append(("county", known.county_key, county))
    if record.psap_status is not None and record.psap_status != known.psap_status:
        changes.append(("status", known.psap_status, record.psap_status))
    if record.key != known.key and _base(record.key) != _base(known.key):
        changes.append(("number", known.key, record.key))
    if added := set(record.identifiers) - known.identifiers:
        before = {(s, v) for s, v in known.identifiers if s in {scheme for scheme, _v in added}}
        shown = [" ".join(sorted(f"{s}:{v}" for s, v in pairs)) for pairs in (before, added)]
        changes.append(("identifiers", shown[0], shown[1]))
    return changes


class Organisations:
    """The plan for a file's organisations; `id_of` knows every key once the writes have run."""

    def __init__(self, plan: Plan, counties: Counties, home: Callable[[str], str] = str) -> None:
        self.plan = plan
        self.records = plan.read.of(OrgRecord)
        self.counties = counties
        known = _known()
        self.ids = {k.key: k.id for k in known}
        self.names = {k.key: k.values["name"] for k in known}
        self.pairs = _pairs(self.records, known)
        self.ids |= {self.records[index].key: k.id for index, k in self.pairs.items()}
        self._check_parents()
        self.county_keys = [
            counties.want(home(r.county), r.pseudo_county) if r.county is not None else ""
            for r in self.records
        ]
        self.create: list[int] = []
        self.update: list[int] = []
        self._taken = {k.key for k in known}
        self._sort()
        self._gone(known)
        self._plan_writes()

    def id_of(self, key: str | None) -> int | None:
        """The id of the organisation under this key."""
        return self.ids.get(key) if key else None

    def _check_parents(self) -> None:
        """A parent that neither the file nor the directory has is reported once for each row and left
        alone.
        """
        here = {record.key for record in self.records} | self.ids.keys()
        for record in self.records:
            if record.parent_key is not None and record.parent_key not in here:
                reason = f"what it belongs to ({record.parent_key}) is not known"
                self.plan.problems.append(Problem(record.where, reason, skipped=False))
                record.parent_key = None

    def _sort(self) -> None:
        for index, record in enumerate(self.records):
            known = self.pairs.get(index)
            changes = _differences(record, known, self.county_keys[index]) if known else []
            back = known is not None and known.retired_on is not None
            name = known.values["name"] if known else record.name
            self.plan.sort(Item(record.kind, name, tuple(changes), record.where), known is not None, back)
            if known is None:
                self.create.append(index)
                self._own_key(record)
            elif changes or back:
                self.update.append(index)
            self.names[record.key] = name if record.keep_name and known else record.name

    def _own_key(self, record: OrgRecord) -> None:
        """A new one beside a known one of the same number gets a key of its own."""
        plain, n = record.key, 1
        while record.key in self._taken:
            n += 1
            record.key = f"{_base(plain)}#{n}"
        self._taken.add(record.key)

    def _gone(self, known: list[Known]) -> None:
        here = {k.id for k in self.pairs.values()}
        whole = [k for k in known if k.values["source"] in self.plan.read.whole and k.retired_on is None]
        lost = [k for k in whole if k.id not in here and _base(k.key) not in self.plan.read.spared]
        self.plan.gone += [Item(k.values["kind"], k.values["name"]) for k in lost]
        self.plan.beware(len(whole))
        self.retire = [k.id for k in lost]

    def _plan_writes(self) -> None:
        writes = self.plan.writes
        self.create.sort(key=lambda i: _FIRST.get(Kind(self.records[i].kind), 2))
        levels: dict[int, list[int]] = defaultdict(list)
        for index in self.create:
            levels[_FIRST.get(Kind(self.records[index].kind), 2)].append(index)
        for _level, indexes in sorted(levels.items()):
            for start in range(0, len(indexes), _BATCH):
                batch = indexes[start : start + _BATCH]
                writes.append((len(batch), partial(self._create, batch)))
        for start in range(0, len(self.update), _BATCH):
            batch = self.update[start : start + _BATCH]
            writes.append((len(batch), partial(self._update, batch)))
        if self.retire:
            writes.append((len(self.retire), self._retire))

    def _values(self, index: int) -> dict[str, Any]:
        record = self.records[index]
        found: dict[str, Any] = {n: v for n in _TEXTS if (v := getattr(record, n)) is not None}
        if record.keep_name and index in self.pairs:
            found.pop("name"), found.pop("source")
        if record.parent_key is not None:
            found["parent_id"] = self.id_of(record.parent_key)
        if record.county is not None:
            found["county_id"] = self.counties.ids.get(self.county_keys[index])
        return found

    def _create(self, batch: list[int]) -> None:
        now = clock.now()
        rows = []
        for index in batch:
            record = self.records[index]
            words = search_text(record.name, record.city or "", self.names.get(record.parent_key or "", ""))
            rows.append(
                Organisation(source_key=record.key, search_text=words, updated_at=now, **self._values(index))
            )
        for org, index in zip(Organisation.objects.bulk_create(rows), batch, strict=True):
            self.ids[self.records[index].key] = org.pk
        self._identify(batch)

    def _update(self, batch: list[int]) -> None:
        now = clock.now()
        by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for index in batch:
            known, record = self.pairs[index], self.records[index]
            key = known.key if _base(known.key) == _base(record.key) else record.key
            self.ids[key] = self.ids[record.key] = known.id
            values = {**self._values(index), "source_key": key, "retired_on": None, "updated_at": now}
            by_columns[tuple(values)].append((*values.values(), known.id))
        with connection.cursor() as cursor:
            for columns, rows in by_columns.items():
                sets = ", ".join(f"{column} = %s" for column in columns)
                cursor.executemany(f"UPDATE directory_organisation SET {sets} WHERE id = %s", rows)  # noqa: S608
        self._identify(batch)

    def _retire(self) -> None:
        Organisation.objects.filter(pk__in=self.retire).update(
            retired_on=clock.today(), updated_at=clock.now()
        )

    def _identify(self, batch: list[int]) -> None:
        """Identifiers and the status of answering points of what was just written."""
        add: list[Identifier] = []
        drop: list[int] = []
        points: list[AnsweringPoint] = []
        for index in batch:
            record, known = self.records[index], self.pairs.get(index)
            org = known.id if known else self.ids[record.key]
            have = known.identifiers if known else set()
            fresh = set(record.identifiers) - have
            add += [Identifier(organisation_id=org, scheme=s, value=v) for s, v in sorted(fresh)]
            if have and fresh:
                schemes = {s for s, _v in fresh}
                old = [v for s, v in have if s in schemes and (s, v) not in record.identifiers]
                found = Identifier.objects.filter(organisation_id=org, scheme__in=schemes, value__in=old)
                drop += found.values_list("pk", flat=True)
            if record.psap_status is not None:
                points.append(AnsweringPoint(organisation_id=org, fcc_status=record.psap_status))
        Identifier.objects.filter(pk__in=drop).delete()
        Identifier.objects.bulk_create(add, batch_size=2000)
        AnsweringPoint.objects.bulk_create(
            points, update_conflicts=True, unique_fields=["organisation"], update_fields=["fcc_status"]
        )
