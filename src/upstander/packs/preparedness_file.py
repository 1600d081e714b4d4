"""Reading `preparedness.toml`, which a pack may have: without it there are no pages of drills and plans."""

import calendar
import re
from collections.abc import Iterator, Mapping

from upstander.packs.errors import suggest
from upstander.packs.preparedness import (
    BINDING,
    DUE,
    LEVELS,
    NOTICE_NAMES,
    PLAIN,
    PREFIXES,
    SECTORS,
    WITH,
    Condition,
    DrillKind,
    Due,
    Duty,
    Exemption,
    FireDates,
    Inject,
    Law,
    PaperKind,
    ParentsNotice,
    Preparedness,
    Scenario,
    Seat,
)
from upstander.packs.reader import Source, Table

FILE = "preparedness"
_BRACED = re.compile(r"\{([^{}]*)\}")
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def preparedness(sources: Mapping[str, Source]) -> Preparedness | None:
    """The section of a pack; None where it has none. What is missing or wrong is noted in the source."""
    if FILE not in sources:
        return None
    root = sources[FILE].root()
    reports = root.table("reports_to")
    found = Preparedness(
        year_begins=_month_day(root, "year_begins"),
        soon_days=root.number("soon_days"),
        notice_days=root.number("notice_days"),
        region_due=_month_day(root, "region_due"),
        disclaimer=root.string("disclaimer"),
        opened_late=root.string("opened_late"),
        reports_to={sector: reports.string(sector) for sector in SECTORS},
        laws=tuple(_laws(root)),
        duties=tuple(_duties(root)),
        kinds=tuple(_kinds(root)),
        conditions=tuple(
            Condition(t.code("code"), t.string("label"), frozenset(t.strings("drills", required=True)), _cites(t))
            for t in root.tables("condition", required=False)
        ),
        exemptions=tuple(
            Exemption(
                t.code("code"), t.string("label"), frozenset(t.strings("lifts", required=True)), _cites(t), t.truth("verified")
            )
            for t in root.tables("exemption", required=False)
        ),
        papers=tuple(PaperKind(t.code("code"), t.string("label"), t.string("says"), _cites(t)) for t in root.tables("paper")),
        seats=tuple(_seats(root, "seat")),
        groups=tuple(_seats(root, "group")),
        fire=_fire(root.table("fire_dates")),
        notice=_notice(root.table("parents_notice")),
        scenarios=tuple(_scenarios(root)),
    )
    reports.done()
    root.done()
    _check(found, sources[FILE])
    return found


def _month_day(table: Table, key: str) -> tuple[int, int]:
    text = table.string(key)
    found = _DAY.fullmatch(text)
    if found is None or int(found[2]) > calendar.monthrange(2027, int(found[1]))[1]:
        table.problem(f"{key} = {text!r} is no day of every year.", f'{key} = "07-01" (month, day).', key)
        return 7, 1
    return int(found[1]), int(found[2])


def _cites(table: Table) -> tuple[str, ...]:
    return table.strings("cites", required=True)


def _laws(root: Table) -> Iterator[Law]:
    for t in root.tables("law"):
        yield Law(t.string("id"), t.string("says"), t.string("source"), t.string("read"), t.truth("checked"))


def _duties(root: Table) -> Iterator[Duty]:
    for t in root.tables("duty"):
        yield Duty(
            code=t.code("code"), label=t.string("label"), says=t.string("says"), counts=t.strings("counts", required=True),
            needed=t.number("needed"), with_=t.optional_choice("with", WITH) or "", due=_due(t.table("due")),
            whom=t.choices("whom", SECTORS) or frozenset(SECTORS),
            level=t.choice("level", LEVELS), sort=t.choice("sort", BINDING),
            waived_by=t.optional("waived_by") or "", cites=_cites(t), verified=t.truth("verified"),
        )  # fmt: skip


def _due(table: Table) -> Due:
    """One of the ways, and no other."""
    named = [way for way in DUE if table.has(way)]
    if len(named) != 1:
        table.problem("a duty is due in one way.", f"one of {', '.join(DUE)}.")
        return Due("year_end")
    (way,) = named
    if way == "by":
        found = Due(way, *_month_day(table, way))
    elif way == "days_after_first":
        found = Due(way, days=table.number(way))
    else:
        if not table.truth(way):
            table.problem(f"{way} = false says nothing.", f"{way} = true.", way)
        found = Due(way)
    table.done()
    return found


def _kinds(root: Table) -> Iterator[DrillKind]:
    for t in root.tables("kind"):
        yield DrillKind(
            t.code("code"), t.string("label"), t.string("says"), t.truth("notice", default=False),
            t.optional_choice("with", WITH) or "", _cites(t),
        )  # fmt: skip


def _seats(root: Table, key: str) -> Iterator[Seat]:
    for t in root.tables(key):
        yield Seat(t.code("code"), t.string("label"), t.string("source"))


def _fire(table: Table) -> FireDates:
    days = [_month_day(table, key) for key in ("contact_by", "propose_by", "waive_by")]
    numbers = [table.number(key) for key in ("month", "dates", "weeks")]
    found = FireDates(days[0], days[1], days[2], numbers[0], numbers[1], numbers[2], _cites(table))
    table.done()
    return found


def _notice(table: Table) -> ParentsNotice:
    found = ParentsNotice(table.string("title"), table.strings("paragraphs", required=True), _cites(table))
    for text in (found.title, *found.paragraphs):
        for name in _BRACED.findall(text):
            if name not in NOTICE_NAMES:
                table.problem(f"{{{name}}} is put in by nothing.", suggest(name, list(NOTICE_NAMES)), "paragraphs")
    table.done()
    return found


def _scenarios(root: Table) -> Iterator[Scenario]:
    for t in root.tables("scenario"):
        yield Scenario(
            t.code("code"), t.string("title"), t.string("lesson"), t.string("source"), t.string("begins"),
            t.strings("roles", required=True),
            tuple(Inject(i.number("minute", least=0), i.string("to"), i.string("text")) for i in t.tables("inject")),
            t.strings("questions", required=True),
        )  # fmt: skip


def _check(found: Preparedness, source: Source) -> None:
    """Note what contradicts itself: codes that stand twice, and names of what is not there."""
    tables = {
        "duty": [d.code for d in found.duties], "kind": [k.code for k in found.kinds], "paper": [p.code for p in found.papers],
        "exemption": [e.code for e in found.exemptions], "condition": [c.code for c in found.conditions],
        "seat": [s.code for s in found.seats], "group": [g.code for g in found.groups],
        "scenario": [s.code for s in found.scenarios], "law": [law.id for law in found.laws],
    }  # fmt: skip
    for table, codes in tables.items():
        for index, code in enumerate(codes):
            if code in codes[:index]:
                source.problem((table, index), f"{code!r} stands here twice.", "name each once.")
    _citations(found, source, tables["law"])
    _counts(found, source, tables)
    for index, lifting in enumerate(found.exemptions):
        for code in sorted(lifting.lifts):
            _known(source, ("exemption", index, "lifts"), code, tables["duty"])
    for index, condition in enumerate(found.conditions):
        for code in sorted(condition.drills):
            _known(source, ("condition", index, "drills"), code, tables["kind"])


def _citations(found: Preparedness, source: Source, laws: list[str]) -> None:
    of = {"duty": [one.cites for one in found.duties], "kind": [one.cites for one in found.kinds]}
    of |= {"paper": [one.cites for one in found.papers], "condition": [one.cites for one in found.conditions]}
    of |= {"exemption": [one.cites for one in found.exemptions], "fire_dates": [found.fire.cites]}
    for table, rows in of.items():
        for index, cites in enumerate(rows):
            for cited in cites:
                _known(source, (table, index, "cites"), cited, laws)


def _counts(found: Preparedness, source: Source, tables: Mapping[str, list[str]]) -> None:
    of = {"drill": tables["kind"], "paper": tables["paper"]}
    for index, duty in enumerate(found.duties):
        for what in duty.counts:
            prefix, _, code = what.partition(":")
            if prefix in PREFIXES:
                _known(source, ("duty", index, "counts"), code, of.get(prefix, [code]))
            else:
                _known(source, ("duty", index, "counts"), what, list(PLAIN))


def _known(source: Source, path: tuple[str | int, ...], code: str, allowed: list[str]) -> None:
    if code not in allowed:
        source.problem(path, f"names {code!r}, which is not in this file.", suggest(code, allowed))
