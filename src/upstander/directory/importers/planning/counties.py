"""Counties under one spelling, whatever a file calls them."""

from collections.abc import Callable

from upstander.directory.folding import county_key
from upstander.directory.importers.planning.plan import Item, Plan
from upstander.directory.importers.records import RegionCounty
from upstander.directory.models import County

Ids = dict[str, int]


class Counties:
    """The known counties and those that a file adds. `ids` is complete once the plan's first write has run."""

    def __init__(self, plan: Plan) -> None:
        self.known = {c.key: c for c in County.objects.all()}
        self.ids: Ids = {key: c.pk for key, c in self.known.items()}
        self._add: dict[str, County] = {}
        self._plan = plan
        plan.writes.append((1, self._create))

    def want(self, name: str, pseudo: bool = False) -> str:
        """The key of the county so called; it is created with the plan where it is not known."""
        key = county_key(name)
        if key and key not in self.known and key not in self._add:
            self._add[key] = County(name=name, key=key, pseudo=pseudo)
            self._plan.new.append(Item("county", name))
        return key

    def _create(self) -> None:
        for county in County.objects.bulk_create(self._add.values()):
            self.ids[county.key] = county.pk


def plan_regions(plan: Plan, counties: Counties, region_id: Callable[[str], int | None]) -> None:
    """Which region looks after which county; a county of several regions (Cook) has no single one."""
    claims: dict[str, tuple[str, set[str]]] = {}
    for record in plan.read.of(RegionCounty):
        key = counties.want(record.county)
        claims.setdefault(key, (record.county, set()))[1].add(record.region_key)
    before = dict(County.objects.values_list("key", "region__source_key"))
    updates: list[tuple[str, str, str | None]] = []
    for key, (name, regions) in claims.items():
        known = counties.known.get(key)
        region = next(iter(regions)) if len(regions) == 1 else None
        changes = []
        if known is not None and known.name != name:
            changes.append(("name", known.name, name))
        if before.get(key) != region:
            changes.append(("region", before.get(key) or "", region or ""))
        if known is not None:
            plan.sort(Item("county", known.name, tuple(changes)), True, False)
        if changes:
            updates.append((key, name, region))

    def write() -> None:
        for key, name, region in updates:
            County.objects.filter(key=key).update(name=name, region_id=region_id(region) if region else None)

    plan.writes.append((len(updates), write))
