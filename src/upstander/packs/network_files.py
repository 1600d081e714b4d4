"""Reading the network's section of a pack. A pack has all of its files, or none: then there is no network.

- `network.toml`: who may be a member and hold which level, how they are vetted, what is published about what, and the numbers;
- `network.markings.toml`: the markings, each with its level, rank and words;
- `network.agreement.toml`: the non-disclosure agreement that members sign;
- `network.concerns.toml`: the concerns that the board opens with.
"""

from collections.abc import Iterator, Mapping

from upstander.markings import Level, Marking, Scheme
from upstander.packs.network import (
    CADENCES,
    FOR_WHOM,
    LEVELS,
    ROLES,
    WAYS,
    WHO_TICKS,
    Agreement,
    AskStep,
    Check,
    Concern,
    Confirming,
    Discipline,
    IncidentKind,
    LevelWords,
    MemberRole,
    Network,
    NetworkLimits,
    OnPhones,
    Partner,
    ProductKind,
    Tile,
    Topic,
)
from upstander.packs.reader import Source, Table

FILES = ("network", "network.markings", "network.agreement", "network.concerns")


def network(sources: Mapping[str, Source]) -> Network | None:
    """The section of a pack; None where it has none. What is missing or wrong is noted in the sources."""
    there = [name for name in FILES if name in sources]
    if not there:
        return None
    for name in (name for name in FILES if name not in sources):
        sources[there[0]].problem((), f"the pack has {there[0]}.toml, and no {name}.toml.", f"{', '.join(FILES)}: all, or none.")
    if len(there) < len(FILES):
        return None
    root, markings, agreement, concerns = (sources[name].root() for name in FILES)
    found = Network(
        topics_version=root.string("topics_version"),
        scheme=Scheme(tuple(_markings(markings))),
        levels=tuple(_levels(root)),
        disciplines=tuple(_disciplines(root)),
        roles=tuple(
            MemberRole(t.choice("code", ROLES), t.string("label"), t.string("says"), t.string("source"))
            for t in root.tables("role")
        ),
        checks=tuple(_checks(root)),
        products=tuple(_products(root)),
        topics=tuple(
            Topic(t.code("code"), t.string("label"), t.optional("above") or "", t.string("source"), t.strings("subtypes"))
            for t in root.tables("topic")
        ),
        partners=tuple(Partner(t.code("code"), t.string("label"), t.string("source")) for t in root.tables("partner")),
        concerns=tuple(
            Concern(t.code("code"), t.string("text"), t.strings("points"), t.string("source")) for t in concerns.tables("concern")
        ),
        agreement=_agreement(agreement),
        phone=_phone(root.table("phone")),
        confirming=_confirming(root.table("confirming")),
        limits=_limits(root.table("limits")),
        tiles=tuple(
            Tile(t.string("region"), t.number("column", least=0), t.number("row", least=0))
            for t in root.tables("tile", required=False)
        ),
        incidents=tuple(
            IncidentKind(t.code("code"), t.strings("subtypes", required=True), t.string("source"))
            for t in root.tables("incident")
        ),
    )
    for table in (root, markings, agreement, concerns):
        table.done()
    return found


def _level(table: Table, key: str) -> Level:
    code = table.choice(key, LEVELS)
    return Level.of(code) if code in LEVELS else Level.LES  # of what is not known, the strictest; it is not used anyway


def _markings(root: Table) -> Iterator[Marking]:
    for t in root.tables("marking"):
        yield Marking(
            code=t.code("code"),
            scheme=t.code("scheme"),
            level=_level(t, "level"),
            rank=t.number("rank", least=0),
            label=t.string("label"),
            portion=t.string("portion"),
            banner=t.string("banner"),
            handling=t.string("handling"),
            source=t.string("source"),
            read=t.string("read"),
            individuals=t.truth("individuals", default=False),
        )


def _levels(root: Table) -> Iterator[LevelWords]:
    for t in root.tables("level"):
        yield LevelWords(
            _level(t, "code"), t.string("label"), t.string("says"), t.string("default_marking"), t.string("source")
        )


def _disciplines(root: Table) -> Iterator[Discipline]:
    for t in root.tables("discipline"):
        yield Discipline(t.code("code"), t.string("label"), t.truth("sworn"), _level(t, "highest"), t.string("source"))


def _checks(root: Table) -> Iterator[Check]:
    for t in root.tables("check"):
        yield Check(
            code=t.code("code"),
            label=t.string("label"),
            says=t.string("says"),
            who=t.choice("who", WHO_TICKS),
            whom=t.choice("whom", FOR_WHOM),
            required=t.truth("required", default=True),
            source=t.string("source"),
        )


def _products(root: Table) -> Iterator[ProductKind]:
    for t in root.tables("product"):
        yield ProductKind(
            code=t.code("code"),
            label=t.string("label"),
            says=t.string("says"),
            urgent=t.truth("urgent", default=False),
            cadence=t.optional_choice("cadence", CADENCES) or "",
            source=t.string("source"),
        )


def _agreement(root: Table) -> Agreement:
    return Agreement(
        version=root.string("version"),
        of=root.day("of"),
        title=root.string("title"),
        text=root.string("text").strip(),
        reviewed_by_counsel=root.truth("reviewed_by_counsel"),
        source=root.string("source"),
    )


def _phone(table: Table) -> OnPhones:
    found = OnPhones(table.choices("keeps", LEVELS), table.number("days"), table.string("source"))
    table.done()
    return found


def _confirming(table: Table) -> Confirming:
    steps = tuple(AskStep(t.number("after_minutes", least=0), t.choices("by", WAYS)) for t in table.tables("step"))
    found = Confirming(steps, table.number("officer_minutes"), table.number("name_minutes"), table.string("source"))
    table.done()
    return found


def _limits(table: Table) -> NetworkLimits:
    found = NetworkLimits(
        second_person_hours=table.number("second_person_hours"),
        attest_months=table.number("attest_months"),
        attest_notice_days=table.number("attest_notice_days"),
        bounces_suspend=table.number("bounces_suspend"),
        copycat_days=table.number("copycat_days"),
        source=table.string("source"),
    )
    table.done()
    return found
