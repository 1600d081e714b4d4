"""Our own lists: transfer numbers, routes, placements. What a file does not name stays as it is."""

from datetime import date

from upstander import clock
from upstander.directory.importers.planning.counties import Counties
from upstander.directory.importers.planning.plan import Change, Item, Plan
from upstander.directory.importers.planning.references import References
from upstander.directory.importers.records import NumberRecord, PlacementRecord, RouteRecord
from upstander.directory.importers.rows import BadRow
from upstander.directory.models import AnsweringPoint, Kind, Organisation, Route

_ROUTED = {
    Kind.SCHOOL,
    Kind.DISTRICT,
    Kind.SYSTEM,
    Kind.REGION,
    Kind.COLLEGE,
    Kind.CAMPUS,
    Kind.LAW_ENFORCEMENT,
}
_PLACED = {Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM, Kind.REGION, Kind.COLLEGE, Kind.CAMPUS}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def plan_numbers(plan: Plan) -> None:
    """Transfer numbers of PSAPs, dated and sourced."""
    references = References()
    known = {p.pk: p for p in AnsweringPoint.objects.all()}
    updates: dict[int, NumberRecord] = {}
    for record in plan.read.of(NumberRecord):
        try:
            pk = references.find(record.psap, {Kind.PSAP})
            if pk in updates:
                raise BadRow("this PSAP stands in the file already")
        except BadRow as error:
            plan.bad(record.where, str(error))
            continue
        point = known.get(pk) or AnsweringPoint(organisation_id=pk)
        pairs = (
            ("transfer number", point.transfer_number, record.number),
            ("source", point.number_source, record.source),
            ("verified", _iso(point.number_verified_on), _iso(record.verified_on)),
        )
        changes: tuple[Change, ...] = tuple(p for p in pairs if p[1] != p[2])
        updates[pk] = record
        item = Item("transfer number", references.names[pk], changes, record.where)
        plan.sort(item, bool(point.transfer_number) or not changes, False)

    def write() -> None:
        for pk, r in updates.items():
            AnsweringPoint.objects.update_or_create(
                organisation_id=pk,
                defaults={
                    "transfer_number": r.number,
                    "number_source": r.source,
                    "number_verified_on": r.verified_on,
                },
            )

    plan.writes.append((len(updates), write))


Origin = tuple[str, str, int | str]  # route kind, "organisation" or "county", its id or key


def _route_origin(record: RouteRecord, references: References, counties: Counties) -> tuple[Origin, str]:
    if record.organisation:
        pk = references.find(record.organisation, _ROUTED)
        return (record.kind, "organisation", pk), references.names[pk]
    return (record.kind, "county", counties.want(record.county)), f"{record.county} (county default)"


def plan_routes(plan: Plan, counties: Counties) -> None:
    """Explicit routes and county defaults; an empty target ends the route."""
    references = References()
    known: dict[Origin, Route] = {}
    for route in Route.objects.select_related("county"):
        at: tuple[str, int | str] = (
            ("county", route.county.key) if route.county else ("organisation", route.organisation_id or 0)
        )
        known[route.kind, at[0], at[1]] = route
    wanted: dict[Origin, tuple[RouteRecord, int | None]] = {}
    for record in plan.read.of(RouteRecord):
        try:
            origin, name = _route_origin(record, references, counties)
            target = references.find(record.target, {Kind(record.kind)}) if record.target else None
            if origin in wanted:
                raise BadRow("this route stands in the file already")
        except BadRow as error:
            plan.bad(record.where, str(error))
            continue
        wanted[origin] = (record, target)
        _sort_route(plan, record, name, known.get(origin), target, references)

    def write() -> None:
        for (kind, at, pk), (r, target) in wanted.items():
            origin = {"organisation_id": pk} if at == "organisation" else {"county_id": counties.ids[str(pk)]}
            if target is None:
                Route.objects.filter(kind=kind, **origin).delete()
                continue
            old = known.get((kind, at, pk))
            dated = r.dated or (old.dated if old else clock.today())
            values = {"target_id": target, "source": r.source, "dated": dated}
            Route.objects.update_or_create(kind=kind, **origin, defaults=values)

    plan.writes.append((len(wanted), write))


def _sort_route(
    plan: Plan, record: RouteRecord, name: str, old: Route | None, target: int | None, references: References
) -> None:
    title = f"{name}: {record.kind}"
    if target is None:
        if old is not None:
            plan.gone.append(Item("route", title))
        else:
            plan.same += 1
        return
    changes: list[Change] = []
    if old is not None and old.target_id != target:
        changes.append(("target", references.names.get(old.target_id, ""), references.names[target]))
    if old is not None and old.source != record.source:
        changes.append(("source", old.source, record.source))
    if old is not None and record.dated and old.dated != record.dated:
        changes.append(("dated", _iso(old.dated), _iso(record.dated)))
    plan.sort(Item("route", title, tuple(changes), record.where), old is not None, False)


def plan_placements(plan: Plan, counties: Counties) -> None:
    """Systems of private schools and counties of places, where the register is silent."""
    references = References()
    known = {
        pk: (parent, county or "")
        for pk, parent, county in Organisation.objects.values_list("id", "parent_id", "county__key")
    }
    updates: dict[int, tuple[int | None, str]] = {}
    for record in plan.read.of(PlacementRecord):
        try:
            pk = references.find(record.place, _PLACED)
            system = references.find(record.system, {Kind.SYSTEM}) if record.system else None
            if system is not None and references.kinds[pk] != Kind.SCHOOL:
                raise BadRow("only a school belongs to a system")
            old = known[pk][0]
            if system is not None and old is not None and references.kinds[old] != Kind.SYSTEM:
                raise BadRow("a school of a district belongs to no system")
        except BadRow as error:
            plan.bad(record.where, str(error))
            continue
        county = counties.want(record.county) if record.county else ""
        changes: list[Change] = []
        if system is not None and system != old:
            changes.append(("system", references.names.get(old or 0, ""), references.names[system]))
        if county and county != known[pk][1]:
            changes.append(("county", known[pk][1], county))
        plan.sort(Item(references.kinds[pk], references.names[pk], tuple(changes), record.where), True, False)
        if changes:
            updates[pk] = (system, county)

    def write() -> None:
        for pk, (system, county) in updates.items():
            values = {"parent_id": system} if system is not None else {}
            values |= {"county_id": counties.ids[county]} if county else {}
            Organisation.objects.filter(pk=pk).update(**values, updated_at=clock.now())

    plan.writes.append((len(updates), write))
