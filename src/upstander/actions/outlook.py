"""What a person sees who decides who is left out: everybody who would be told, who counts as the same person, who had been told
before, and who is told instead (D-II.A). Writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from upstander.actions import conflict, exclusion, words
from upstander.actions.conflict import Decision
from upstander.actions.facts import contact
from upstander.actions.models import ConflictDecision, Exclusion
from upstander.actions.told import told_since
from upstander.directory import queries as directory
from upstander.directory.models import Contact, ContactPoint
from upstander.people import queries as people
from upstander.protocol import Facts


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who would be told. `chosen`: the tip is about them; `with_`: with whom, by name, they share an address and are
    left out for that (`by_email`: an e-mail address); `apart`: said to be somebody else; `told_at`: since when they know."""

    contact_id: int
    name: str
    detail: str
    chosen: bool
    with_: str
    by_email: bool
    apart: bool
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a decision would do: `left_out` are told nothing, `told` are told, by name; `nobody_left`: law enforcement is."""

    people: tuple[Person, ...]
    told: tuple[str, ...]
    left_out: frozenset[int]
    nobody_left: bool


def outlook(tip_id: UUID, place_id: int | None, decision: Decision) -> Outlook:
    """What `decision` would do for a tip about a place, as the directory stands now."""
    listed, standing_in = directory.poc_list(place_id), directory.stand_ins(place_id)
    known = {p.contact_id: p for p in (*listed, *standing_in)}
    left = conflict.left_out(tip_id, tuple(known.values()), decision)
    facts = Facts(
        klass="", contacts=tuple(map(contact, listed)), alternates=tuple(map(contact, standing_in)),
        excluded=frozenset(map(str, left)),
    )  # fmt: skip
    shown = dict.fromkeys([*(p.contact_id for p in listed), *left, *decision.apart])
    if left:
        shown |= dict.fromkeys(known)
    rows = Contact.objects.select_related("organisation").in_bulk(list(shown))
    told, mails = told_since(tip_id, shown.keys()), _mails(left)
    return Outlook(
        people=tuple(
            Person(
                id, rows[id].name, _detail(rows[id]), id in decision.excluded,
                with_=rows[left[id]].name if left.get(id, id) != id else "",
                by_email=bool(mails.get(id, frozenset()) & mails.get(left.get(id, id), frozenset())),
                apart=id in decision.apart, told_at=told.get(id),
            )
            for id in shown if id in rows
        ),
        told=tuple(_named(known[int(t.ref)].name, known[int(t.ref)].organisation_name) for t in facts.told),
        left_out=frozenset(left),
        nobody_left=facts.nobody_left,
    )  # fmt: skip


def _detail(row: Contact) -> str:
    return ", ".join(part for part in (row.role, row.organisation.name) if part)


def _named(name: str, organisation: str) -> str:
    return f"{name} ({organisation})"


def _mails(ids: Collection[int]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for point in ContactPoint.objects.filter(contact_id__in=ids, kind="email"):
        found[point.contact_id] = found.get(point.contact_id, frozenset()) | {exclusion.key(point)}
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision that holds, as the desk shows it: who decided it, when and why, who is left out since when, and who of
    them had been told before."""

    decision: ConflictDecision
    by: str
    reason: str
    left_out: tuple[tuple[Exclusion, datetime | None], ...]

    @property
    def ids(self) -> frozenset[int]:
        """The contacts who are left out."""
        return frozenset(row.contact_id for row, _told in self.left_out)

    @property
    def choice(self) -> Decision:
        """The decision as it could be taken again, without its reason."""
        return Decision(frozenset(self.decision.excluded), frozenset(self.decision.apart))


def standing(tip_id: UUID) -> Standing | None:
    """The decision that holds, its reason opened; None before the first. The caller writes the audit entry."""
    decision = conflict.standing(tip_id)
    if decision is None:
        return None
    rows = list(
        Exclusion.objects.filter(tip_id=tip_id, ended_at=None).select_related("contact__organisation")
    )
    told = told_since(tip_id, [row.contact_id for row in rows])
    rows.sort(key=lambda row: (row.contact.name, row.contact_id))
    return Standing(
        decision,
        people.names([decision.account_id]).get(decision.account_id, ""),
        words.conflict(decision),
        tuple((row, told.get(row.contact_id)) for row in rows),
    )
