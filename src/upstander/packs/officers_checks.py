"""What must hold within a pack's section on school resource officers."""

from collections.abc import Iterable, Mapping

from upstander.packs.errors import suggest
from upstander.packs.officers import Officers
from upstander.packs.reader import Source


def check(found: Officers | None, paragraphs: Iterable[str], sources: Mapping[str, Source]) -> None:
    """Note codes that stand twice, kinds of no role, citations of no known law, and rows that neither cite nor say that they
    are unverified; `paragraphs` are the ids of the pack's paragraphs and statutes."""
    if found is None:
        return
    source = sources["officers"]
    tables = {
        "role": [r.code for r in found.roles],
        "kind": [k.code for k in found.kinds],
        "outcome": [r.code for r in found.results],
        "training": [t.code for t in found.trainings],
        "point": [p.code for p in found.points],
        "row": [r.code for r in found.rows],
        "law": [law.id for law in found.laws],
    }
    for table, codes in tables.items():
        for n, code in enumerate(codes):
            if code in codes[:n]:
                source.problem((table, n), f"{code!r} stands twice.", "give each a code of its own.")
    _parts(found, source)
    _citations(found, [*paragraphs, *tables["law"]], source)


def _parts(found: Officers, source: Source) -> None:
    roles = [r.code for r in found.roles]
    if found.year_begins_month > 12:
        source.problem(("year_begins_month",), "there is no such month.", "1 to 12.")
    for n, kind in enumerate(found.kinds):
        if kind.role not in roles:
            source.problem(("kind", n, "role"), f"{kind.role!r} is no role.", suggest(kind.role, roles))
    for n, training in enumerate(found.trainings):
        if training.mandatory and training.within_days is None:
            source.problem(
                ("training", n), "a mandatory training says within how many days.", "within_days = 180."
            )
    for n, point in enumerate(found.points):
        if point.required and not point.cites:
            source.problem(("point", n), "a point that the law asks for names the law.", 'cites = ["..."].')
    for n, row in enumerate(found.rows):
        if not row.cites and not row.unverified:
            source.problem(("row", n), "this row names no source.", 'cites = ["..."], or unverified = "...".')


def _citations(found: Officers, laws: list[str], source: Source) -> None:
    cited = [
        *(("point", n, "cites", p.cites) for n, p in enumerate(found.points)),
        *(("row", n, "cites", r.cites) for n, r in enumerate(found.rows)),
        *(("training", n, "law", (t.law,)) for n, t in enumerate(found.trainings) if t.law),
    ]
    for table, n, key, ids in cited:
        for id in ids:
            if id not in laws:
                source.problem((table, n, key), f"{id!r} is not known.", suggest(id, laws))
