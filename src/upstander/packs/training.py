"""The trainer of call-takers (S-exercise): what an answer may do, simulated reporters, the certificate; and how they are read.

What becomes of a trainee's words is `upstander.rehearsal`'s to say. Every scenario is invented.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from upstander.packs.phrases import BadPhrase, Phrase, parse
from upstander.packs.reader import Source, Table

FILES: Final = ("training",)
BARS: Final = ("warn", "refuse")
"""What becomes of a call-taker without a certificate: shown to supervisors, or also kept from taking what is not urgent."""
KINDS: Final = ("helps", "harms", "never")
"""What words do: good ones; such as cost; such as no run is passed with."""
NETWORKS: Final = ("in", "out")


@dataclass(frozen=True, slots=True)
class Taught:
    """Where something that is taught stands. `checked`: somebody compared it with the source; `says` what was read."""

    id: str
    label: str
    says: str
    address: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Listen:
    """Something that an answer may do, known by its phrases; `teaches` says why it helps or harms."""

    code: str
    label: str
    kind: str
    teaches: str
    cites: tuple[str, ...]
    phrases: tuple[Phrase, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """What the simulated reporter writes when an answer does `to`; empty: when it asks nothing that they can answer."""

    to: str
    says: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A simulated reporter. `needs`: what a good conversation does; `subtypes`, `flags`, `in_progress` and `network`: what it is;
    `accepts` and `may`: what may be judged or marked besides without being wrong."""

    code: str
    title: str
    about: str
    certificate: bool
    opening: str
    ending: str
    lines: tuple[Line, ...]
    needs: tuple[str, ...]
    subtypes: tuple[str, ...]
    accepts: tuple[str, ...]
    flags: tuple[str, ...]
    may: tuple[str, ...]
    in_progress: bool
    network: str
    why: str


@dataclass(frozen=True, slots=True)
class Training:
    """The whole section. `version` stands beside each run and each certificate."""

    version: str
    without_certificate: str
    certificate_months: int
    pass_percent: int
    practice_per_month: int
    negations: frozenset[str]
    taught: tuple[Taught, ...]
    listens: tuple[Listen, ...]
    scenarios: tuple[Scenario, ...]
    _listens: Mapping[str, Listen] = field(init=False, repr=False)
    _scenarios: Mapping[str, Scenario] = field(init=False, repr=False)
    _taught: Mapping[str, Taught] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_listens", MappingProxyType({one.code: one for one in self.listens}))
        object.__setattr__(self, "_scenarios", MappingProxyType({one.code: one for one in self.scenarios}))
        object.__setattr__(self, "_taught", MappingProxyType({one.id: one for one in self.taught}))

    def listen(self, code: str) -> Listen | None:
        """What an answer may do, by its code; None where this version has no such."""
        return self._listens.get(code)

    def scenario(self, code: str) -> Scenario | None:
        """The simulated reporter of this code; None where this version has none."""
        return self._scenarios.get(code)

    def source(self, id: str) -> Taught | None:
        """Where something taught stands; None where `id` is a paragraph of the directive."""
        return self._taught.get(id)

    @property
    def for_certificate(self) -> tuple[Scenario, ...]:
        """The scenarios that must be passed before a certificate."""
        return tuple(one for one in self.scenarios if one.certificate)


def training(sources: Mapping[str, Source]) -> Training | None:
    """The trainer of a pack, noting what is missing or unknown; None where it has no training.toml."""
    if "training" not in sources:
        return None
    root = sources["training"].root()
    found = Training(
        version=root.string("version"),
        without_certificate=root.choice("without_certificate", BARS),
        certificate_months=root.number("certificate_months"),
        pass_percent=root.number("pass_percent"),
        practice_per_month=root.number("practice_per_month", least=0),
        negations=frozenset(root.strings("negations")),
        taught=tuple(_taught(root)),
        listens=tuple(_listens(root)),
        scenarios=tuple(_scenarios(root)),
    )
    _check(found, root)
    root.done()
    return found


def _taught(root: Table) -> Iterator[Taught]:
    for t in root.tables("source"):
        yield Taught(
            t.string("id"),
            t.string("label"),
            t.string("says"),
            t.optional("address") or "",
            t.truth("checked"),
        )


def _listens(root: Table) -> Iterator[Listen]:
    for t in root.tables("listen"):
        yield Listen(
            code=t.code("code"), label=t.string("label"), kind=t.choice("kind", KINDS), teaches=t.string("teaches"),
            cites=t.strings("cites", required=True), phrases=tuple(_phrases(t)),
        )  # fmt: skip


def _phrases(table: Table) -> Iterator[Phrase]:
    for written in table.strings("phrases", required=True):
        try:
            found = parse(written)
        except BadPhrase as error:
            table.problem(f"{written!r}: {error.message}", error.hint, "phrases")
            continue
        for phrase in found:
            if stray := phrase.groups - {"Any"}:
                table.problem(
                    f"{written!r} names the group {min(stray)!r}.", "write its words, or {Any}.", "phrases"
                )
            else:
                yield phrase


def _scenarios(root: Table) -> Iterator[Scenario]:
    for t in root.tables("scenario"):
        yield Scenario(
            code=t.code("code"),
            title=t.string("title"),
            about=t.string("about"),
            certificate=t.truth("certificate", default=False),
            opening=t.string("opening"),
            ending=t.string("ending"),
            lines=tuple(_lines(t)),
            needs=t.strings("needs", required=True),
            subtypes=t.strings("subtypes", required=True),
            accepts=t.strings("accepts"),
            flags=t.strings("flags"),
            may=t.strings("may"),
            in_progress=t.truth("in_progress", default=False),
            network=t.optional_choice("network", NETWORKS) or "in",
            why=t.string("why"),
        )


def _lines(scenario: Table) -> Iterator[Line]:
    for t in scenario.tables("line"):
        yield Line(t.optional("to") or "", t.string("says"))


def _check(found: Training, root: Table) -> None:
    """Codes stand once and lead to something that an answer may do; a certificate has something to be earned with."""
    codes, scripts = [one.code for one in found.listens], [one.code for one in found.scenarios]
    for table, names in (
        ("listen", codes),
        ("scenario", scripts),
        ("source", [one.id for one in found.taught]),
    ):
        for name in {n for n in names if names.count(n) > 1}:
            root.problem(f"the {table} {name!r} stands twice.", "name each once.", table)
    helping = {one.code for one in found.listens if one.kind == "helps"}
    for scenario in found.scenarios:
        _known(root, scenario.code, "line", (line.to for line in scenario.lines if line.to), set(codes))
        _known(root, scenario.code, "needs", scenario.needs, helping)
    if not found.for_certificate:
        root.problem("no scenario is for the certificate.", "write certificate = true in one.", "scenario")
    if found.pass_percent > 100:
        root.problem(
            f"pass_percent = {found.pass_percent} is too large.",
            "pass_percent is at most 100.",
            "pass_percent",
        )


def _known(root: Table, scenario: str, what: str, names: Iterable[str], right: set[str]) -> None:
    for name in names:
        if name not in right:
            message = f"{scenario!r}: {what} names {name!r}, which is no [[listen]] of the kind wanted."
            root.problem(message, "add one.", "scenario")
