"""What is known of a tip and of the people around its school, as the rules see it."""

from dataclasses import dataclass, replace

from upstander.packs.model import Pack

UNKNOWN = "unknown"
"""The `ref` of a target that the directory does not know: owed all the same, and a gap says what a person
does.
"""


_DECIDES = "decide_law_enforcement"


class FactsError(ValueError):
    """Facts that the pack cannot judge: a code it does not know. The message says which ones it knows."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody, or something, toward whom an action is owed.

    `kind` is "contact" or one of the pack's words for targets ("psap", "agency", "troop", "record", ...);
    `ref` the directory's own id, as text; `label` what a person reads. `missing` names what is not on file:
    "phone" (for a PSAP its transfer number), "email".
    """

    kind: str
    ref: str
    label: str
    missing: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether the directory knows who this is."""
        return self.ref != UNKNOWN

    @property
    def reachable(self) -> bool:
        """Whether a phone number or an e-mail address is on file."""
        return not {"phone", "email"} <= self.missing


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one judgement.

    What a person judged: `klass`, `subtypes` (their keys; a bare "unspecified" means the class's own),
    `in_progress`, `flags`, `age` (years of the person whom it is about, or the lowest age that is the same to every
    rule, see `persons.age_band`; None: not known) and `disabled`,
    `law_enforcement` ("yes" or "no" once somebody has said whether it needs a Standard report, else ""),
    `excluded` (refs of the contacts who are not told, because the tip is about them).
    What the directory says: `network` ("in" or "out", D-II.B, D-II.C), `contacts` (all that are listed),
    `alternates` (who stands in where exclusions leave nobody), `psap`, `agency`, `troop`, `zone` (None where it
    has none), `doubts` (what is unsure about the place: codes of
    gaps). What the calendar says: `session` ("in", "out" or "unknown": no rule may ask for it, D-II.J).
    Who submitted it: `submitter` ("reporter", "agency" with the duty to report itself, "partner"), unless one of the flags says
    so (see `submitter`); which agency it was stands with the proof of its report.
    What is on record: `results`, as "command_review:notify".
    """

    klass: str
    subtypes: tuple[str, ...] = ()
    in_progress: bool = False
    network: str = "in"
    flags: frozenset[str] = frozenset()
    contacts: tuple[Target, ...] = ()
    psap: Target | None = None
    agency: Target | None = None
    troop: Target | None = None
    zone: Target | None = None
    alternates: tuple[Target, ...] = ()
    excluded: frozenset[str] = frozenset()
    age: int | None = None
    disabled: bool = False
    law_enforcement: str = ""
    results: frozenset[str] = frozenset()
    doubts: frozenset[str] = frozenset()
    session: str = "unknown"
    submitter: str = "reporter"

    @property
    def told(self) -> tuple[Target, ...]:
        """The contacts who are told: those listed, each once, without whom the tip is about; where that leaves nobody who
        can be reached, the alternates as well.
        """
        left = self._left(self.contacts)
        if self.excluded and not any(c.reachable for c in left.values()):
            left |= self._left(self.alternates)
        return tuple(left.values())

    def _left(self, listed: tuple[Target, ...]) -> dict[str, Target]:
        return {c.ref: c for c in listed if c.ref not in self.excluded}

    @property
    def nobody_left(self) -> bool:
        """Whether exclusions leave no contact and no alternate who can be reached."""
        return bool(self.excluded) and bool(self.contacts) and not any(c.reachable for c in self.told)


def recorded(pack: Pack, facts: Facts, results: frozenset[str]) -> Facts:
    """The facts with what is on record: `results` as "rule:result", and whether law enforcement needs the tip."""
    deciding = [rule.id for rule in pack.rules if rule.kind == _DECIDES]
    said = next((yn for yn in ("yes", "no") for id in deciding if f"{id}:{yn}" in results), "")
    return replace(facts, results=results, law_enforcement=said or facts.law_enforcement)


def submitter(pack: Pack, facts: Facts) -> str:
    """Who submitted the tip: what a flag says of it, which a person has set, else what is on file (D-IV.B.3)."""
    said = (flag.submitter for flag in pack.flags if flag.submitter and flag.code in facts.flags)
    return next(said, facts.submitter)


def answered_by(pack: Pack, klass: str, flags: frozenset[str]) -> frozenset[str]:
    """Those of `flags` for which the pack does not ask whether law enforcement needs a tip of `klass`: they are the yes.

    None where the pack would not ask of that class. Directive: III.B.2.
    """
    cases = [case for rule in pack.rules if rule.kind == _DECIDES for case in rule.cases]
    return flags & {
        flag for case in cases if not case.classes or klass in case.classes for flag in case.unless_flags
    }
