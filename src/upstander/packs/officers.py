"""The section of a pack on school resource officers: their work, their training, what an agreement holds, and where school code
and criminal code meet (R-climate)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from upstander.packs.reader import Source, Table

FILES = ("officers",)
GROUPS = ("support", "school", "enforcement")
"""What an outcome is: help and talk, the school's own rules, enforcement."""
POSTS = ("officer", "administrator")
MEETS = ("both", "may", "apart")
"""Whether a conduct is a matter of both codes, may be, or is of one alone."""


@dataclass(frozen=True, slots=True)
class Role:
    """One of the four roles of the COPS Office's model."""

    code: str
    label: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work, and in which role it is done."""

    code: str
    label: str
    role: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it; `group` is one of GROUPS."""

    code: str
    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Training:
    """What officers or administrators learn. `law`: the statute that asks for it, where one does."""

    code: str
    label: str
    posts: frozenset[str]
    mandatory: bool
    within_days: int | None
    renew_months: int | None
    law: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Point:
    """What an agreement between a school and the police says something about. `required`: the law it cites asks for it."""

    code: str
    text: str
    required: bool
    cites: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """A conduct as both codes see it. `unverified` says what no source was at hand for."""

    code: str
    conduct: str
    school: str
    criminal: str
    meet: str
    decides: str
    report: str
    cites: tuple[str, ...]
    unverified: str

    @property
    def words(self) -> str:
        """All that it says, for searching."""
        return " ".join(
            (self.conduct, self.school, self.criminal, self.decides, self.report, *self.cites)
        ).casefold()


@dataclass(frozen=True, slots=True)
class Law:
    """A law that is named here and not among the pack's statutes. `checked`: somebody compared it with the law's own text;
    `source`: where it was read, if that is said."""

    id: str
    says: str
    checked: bool
    source: str


@dataclass(frozen=True, slots=True)
class Officers:
    """The whole section."""

    year_begins_month: int
    least: int
    expiring_days: int
    reminders: tuple[int, ...]
    disclaimer: str
    roles: tuple[Role, ...]
    kinds: tuple[Kind, ...]
    results: tuple[Result, ...]
    trainings: tuple[Training, ...]
    points: tuple[Point, ...]
    rows: tuple[Row, ...] = field(repr=False)
    laws: tuple[Law, ...] = field(repr=False)

    def compared(self, row: Row) -> bool:
        """Whether every law that a row cites was compared with its own text, as far as this section knows."""
        checked = {law.id for law in self.laws if law.checked}
        return bool(row.cites) and checked.issuperset(row.cites)

    def kind(self, code: str) -> Kind | None:
        """The kind of this code; None where this version has none."""
        return next((k for k in self.kinds if k.code == code), None)

    def training(self, code: str) -> Training | None:
        """The training of this code; None where this version has none."""
        return next((t for t in self.trainings if t.code == code), None)

    def name(self, code: str) -> str:
        """What a role, kind, outcome or training is called; the code itself where this version has none."""
        for group in (self.roles, self.kinds, self.results, self.trainings):
            for one in group:
                if one.code == code:
                    return one.label
        return code


def officers(sources: Mapping[str, Source]) -> Officers | None:
    """officers.toml; None where a pack has none."""
    if "officers" not in sources:
        return None
    root = sources["officers"].root()
    for key in ("year_source", "least_source", "expiring_source"):
        root.string(key)
    found = Officers(
        year_begins_month=root.number("year_begins_month"),
        least=root.number("least"),
        expiring_days=root.number("expiring_days"),
        reminders=tuple(sorted(root.numbers("reminders"), reverse=True)),
        disclaimer=root.string("disclaimer"),
        roles=tuple(
            Role(t.code("code"), t.string("label"), t.string("says"), t.string("source"))
            for t in root.tables("role")
        ),
        kinds=tuple(Kind(t.code("code"), t.string("label"), t.code("role")) for t in root.tables("kind")),
        results=tuple(
            Result(t.code("code"), t.string("label"), t.choice("group", GROUPS))
            for t in root.tables("outcome")
        ),
        trainings=tuple(_trainings(root)),
        points=tuple(
            Point(
                t.code("code"),
                t.string("text"),
                t.truth("required", default=False),
                t.strings("cites"),
                t.string("source"),
            )
            for t in root.tables("point")
        ),
        rows=tuple(_rows(root)),
        laws=tuple(
            Law(
                t.string("id"),
                t.string("says"),
                t.truth("checked", default=False),
                t.optional("source") or "",
            )
            for t in root.tables("law")
        ),
    )
    root.done()
    return found


def _trainings(root: Table) -> Iterator[Training]:
    for t in root.tables("training"):
        yield Training(
            code=t.code("code"),
            label=t.string("label"),
            posts=t.choices("for", POSTS),
            mandatory=t.truth("mandatory"),
            within_days=t.optional_number("within_days"),
            renew_months=t.optional_number("renew_months"),
            law=t.optional("law"),
            source=t.string("source"),
        )


def _rows(root: Table) -> Iterator[Row]:
    for t in root.tables("row"):
        yield Row(
            code=t.code("code"),
            conduct=t.string("conduct"),
            school=t.string("school"),
            criminal=t.string("criminal"),
            meet=t.choice("meet", MEETS),
            decides=t.string("decides"),
            report=t.string("report"),
            cites=t.strings("cites"),
            unverified=t.optional("unverified") or "",
        )
