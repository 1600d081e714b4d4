"""The tip is about somebody who would be told of it: a person decides who is left out, with a reason (D-II.A).

Whoever judges decides at once; the fusion center confirms or changes it by name. Who shares an e-mail address or a telephone
number with somebody left out counts as the same person, unless the decider says that they only share the telephone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import exclusion, ledger, recording, words
from upstander.actions.facts import CannotJudge
from upstander.actions.models import ConflictDecision, Exclusion, Judgement, RequiredAction
from upstander.actions.told import told_since
from upstander.audit import services as audit
from upstander.directory import queries as directory
from upstander.directory.models import Contact, ContactPoint
from upstander.directory.queries import Poc
from upstander.ids import new_id
from upstander.packs.model import Pack
from upstander.people import access
from upstander.people.models import Role
from upstander.protocol import Plan

KIND = "conflict_decision"
# Whose decision stands by itself, and who may tell somebody again who was left out.
CONFIRMS = (Role.STIC_STAFF, Role.SUPERVISOR)
_REASON = "actions_conflictdecision.sealed_reason"

Addresses = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is left out, as a person chose: ids of contacts (none: nobody of those listed), `apart` those who share a telephone
    number with them and are somebody else, and why."""

    excluded: frozenset[int]
    apart: frozenset[int] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What holds of a tip while it is judged: who is left out, each by whom they share an address with (themselves, where
    they were chosen), because of the `new` decision, else of the `last` one. `listed`: who could be told."""

    left_out: Mapping[int, int] = field(default_factory=dict)
    new: Decision | None = None
    last: ConflictDecision | None = None
    listed: tuple[Poc, ...] = ()

    @property
    def refs(self) -> frozenset[int]:
        """The contacts who are left out."""
        return frozenset(self.left_out)


def marks(pack: Pack) -> frozenset[str]:
    """The flags that say that a tip is about somebody who would be told."""
    return frozenset(f for rule in pack.rules if rule.kind == KIND for case in rule.cases for f in case.flags)


def standing(tip_id: UUID) -> ConflictDecision | None:
    """The decision that holds; None before the first."""
    return ConflictDecision.objects.filter(tip_id=tip_id).order_by("-at", "-id").first()


def pool(place_id: int | None) -> tuple[Poc, ...]:
    """Everybody who could be told of a tip about this place: those listed, then who stands in for them, each once."""
    found = {p.contact_id: p for p in (*directory.poc_list(place_id), *directory.stand_ins(place_id))}
    return tuple(found.values())


def _addresses(ids: Collection[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {id: set() for id in ids}
    for point in ContactPoint.objects.filter(contact_id__in=ids):
        found[point.contact_id].add(exclusion.key(point))
    return {id: frozenset(keys) for id, keys in found.items()}


def same_people(
    addresses: Addresses,
    chosen: Collection[int],
    apart: Collection[int],
    known: Mapping[str, int] | None = None,
) -> dict[int, int]:
    """Everybody who is reached where one of `chosen` is, each by whom they share an address with; `chosen` by themselves.

    A telephone number shared with somebody `apart` means nothing; an e-mail address always does. `known`: at which other
    addresses those chosen were reached.
    """
    found = {id: id for id in chosen}
    reached = dict(known or {})
    while True:
        reached |= {key: id for id in found for key in addresses.get(id, ()) if key not in reached}
        more = {
            id: reached[key]
            for id, own in addresses.items()
            if id not in found
            for key in sorted(own & reached.keys(), reverse=True)
            if id not in apart or key.startswith(exclusion.EMAIL)
        }
        if not more:
            return found
        found |= more


def left_out(
    tip_id: UUID, listed: Collection[Poc], decision: Decision | ConflictDecision | None
) -> dict[int, int]:
    """Who of those listed, and of those chosen, is left out by a decision; see `same_people`.

    By the decision that holds nobody is left out whom its decider saw and did not leave out, while they have an address of
    their own: the one that they share has come to their entry since, and by it alone they must not be cut off.
    """
    if decision is None or not decision.excluded:
        return {}
    chosen = frozenset(decision.excluded)
    live = Exclusion.objects.filter(tip_id=tip_id, ended_at=None)
    known = {key: row.contact_id for row in live if row.contact_id in chosen for key in row.addresses}
    addresses = _addresses(chosen | {p.contact_id for p in listed})
    found = same_people(addresses, chosen, frozenset(decision.apart), known)
    if isinstance(decision, Decision):
        return found
    out = chosen | {row.contact_id for row in live}
    theirs = {key for row in live for key in row.addresses}
    return {id: w for id, w in found.items() if id in out or id not in decision.seen or addresses[id] <= theirs}


def consider(tip_id: UUID, place_id: int | None, decision: Decision | None) -> Settled:
    """Who is left out while a tip about `place_id` is judged. A decision that says what holds already, and no reason, is
    none."""
    last = standing(tip_id)
    if decision is None and last is None:
        return Settled()
    if decision and last and not decision.reason.strip() and _same(decision, last):
        decision = None
    listed = pool(place_id)
    return Settled(left_out(tip_id, listed, decision or last), decision, last, listed)


def says_the_same(decision: Decision, last: ConflictDecision, listed: Collection[Poc]) -> bool:
    """Whether a decision only confirms the last one: the same people, and nobody is listed who was not looked at."""
    unseen = {p.contact_id for p in listed} - {*last.seen, *last.excluded}
    return _same(decision, last) and not unseen


def stands(tip_id: UUID, decision: Decision | None) -> bool:
    """Whether this decision, if it is one, is the one that holds."""
    last = standing(tip_id)
    return decision is None or (last is not None and _same(decision, last))


def _same(decision: Decision, last: ConflictDecision) -> bool:
    return decision.excluded == set(last.excluded) and decision.apart == set(last.apart)


def check(settled: Settled, tip_id: UUID, account_id: int, demanded: Plan) -> None:
    """Raise CannotJudge where a tip about a contact comes without a decision that covers everybody who would be told, or
    where somebody who is left out would be told again without one."""
    asked = demanded.action(KIND) is not None
    live = Exclusion.objects.filter(tip_id=tip_id, ended_at=None)
    if settled.new:
        _check_new(settled, settled.new, account_id, asked, live.values_list("contact_id", flat=True))
    elif asked:
        _check_old(settled)
    elif live.exists():
        raise CannotJudge(
            "flags",
            _(
                "Somebody is left out of this tip because it is about them. Without the mark they would be told: keep it, or have"
                " it decided first that nobody is left out."
            ),
        )


def _check_old(settled: Settled) -> None:
    if settled.last is None:
        raise CannotJudge(
            "excluded",
            _(
                "Choose whom the tip is about, or that it is nobody of these, and write why. Until then nobody is told."
            ),
        )
    unseen = [p.name for p in settled.listed if p.contact_id not in {*settled.last.seen, *settled.left_out}]
    if unseen:
        raise CannotJudge(
            "excluded",
            _("%(names)s: nobody has decided about them yet. Say whether the tip is about them too, and why.")
            % {"names": ", ".join(unseen)},
        )


def _check_new(settled: Settled, new: Decision, account_id: int, asked: bool, live: Collection[int]) -> None:
    if not asked:
        raise CannotJudge("flags", _("Set the mark that says that the tip is about a contact, too."))
    before = set(settled.last.excluded) if settled.last else set()
    if new.excluded - {p.contact_id for p in settled.listed} - before:
        raise CannotJudge("excluded", _("Choose among those who are listed."))
    if not new.reason.strip():
        raise CannotJudge(
            "conflict_reason", _("Write why, also where nobody of these is left out: the record keeps it.")
        )
    again = set(live) - settled.refs
    if again and not access.holds(account_id, *CONFIRMS):
        names = ", ".join(
            Contact.objects.filter(pk__in=again).order_by("name").values_list("name", flat=True)
        )
        raise CannotJudge(
            "excluded",
            _("%(names)s: left out by decision. Only fusion-center staff or a supervisor tell them again.")
            % {"names": names},
        )


def hold(settled: Settled, judgement: Judgement, at: datetime) -> set[int]:
    """Make it so, in the judgement's transaction: write the new decision, leave out whom it names, and end what it ends.

    Returns who is left out from now on and was not before.
    """
    decision = _written(settled, judgement, at) if settled.new else settled.last
    if decision is None:
        return set()
    live = {e.contact_id: e for e in Exclusion.objects.filter(tip_id=judgement.tip_id, ended_at=None)}
    for contact_id in live.keys() - settled.refs:
        Exclusion.objects.filter(pk=live[contact_id].pk).update(ended_at=at)
        _recorded(judgement, "contact.told_again", contact_id)
    addresses = _kept(settled, decision, live)
    for contact_id in live.keys() & settled.refs:
        Exclusion.objects.filter(pk=live[contact_id].pk).update(addresses=addresses[contact_id])
    fresh = settled.refs - live.keys()
    Exclusion.objects.bulk_create(
        Exclusion(
            id=new_id(), tip_id=judgement.tip_id, contact_id=id, decision=decision, addresses=addresses[id], at=at
        )
        for id in sorted(fresh)
    )  # fmt: skip
    told = told_since(judgement.tip_id, fresh)
    for contact_id in sorted(fresh):
        before = told[contact_id].isoformat() if contact_id in told else ""
        _recorded(judgement, "contact.left_out", contact_id, told_before=before)
    return set(fresh)


def _written(settled: Settled, judgement: Judgement, at: datetime) -> ConflictDecision:
    new = settled.new
    assert new is not None
    decision = ConflictDecision(
        id=new_id(), tip_id=judgement.tip_id, judgement=judgement, at=at, account_id=judgement.account_id,
        excluded=sorted(new.excluded), apart=sorted(new.apart),
        seen=sorted({p.contact_id for p in settled.listed} | settled.refs),
    )  # fmt: skip
    decision.sealed_reason = words.under_tip(judgement.tip_id, _REASON, decision.id, new.reason.strip())
    decision.save(force_insert=True)
    return decision


def _kept(
    settled: Settled, decision: ConflictDecision, live: Mapping[int, Exclusion]
) -> dict[int, list[str]]:
    """At which addresses each of those left out is known; a telephone that somebody else answers too is no such. Without a new
    decision those of a colleague whom the decider saw do not become theirs by standing in their entry, too."""
    apart = set(decision.apart) - settled.refs
    told = set() if settled.new else set(decision.seen) - settled.refs
    addresses = _addresses(settled.refs | apart | told)
    shared = {key for id in apart for key in addresses[id] if not key.startswith(exclusion.EMAIL)}
    colleagues = {key for id in told for key in addresses[id]}
    before = {id: frozenset(row.addresses) for id, row in live.items()}
    return {
        id: sorted(((addresses[id] - (colleagues if id in live else set())) | before.get(id, frozenset())) - shared)
        for id in settled.refs
    }


def _recorded(judgement: Judgement, act: str, contact_id: int, **more: str) -> None:
    audit.record(f"account:{judgement.account_id}", act, "tip", judgement.tip_id, contact=contact_id, **more)


def owed(tip_id: UUID) -> RequiredAction | None:
    """The row of the ledger on which the decision is confirmed; the newest."""
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind=KIND, ended_by=None)
    return rows.order_by("owed_since", "id").last()


def record(settled: Settled, judgement: Judgement, demanded: Plan, at: datetime) -> None:
    """After the ledger has its rows: a decision of who may confirm it is confirmed; anybody else's is owed to them. So is what
    nobody decided: that somebody is left out by the last decision because of an address."""
    if settled.new is None and not _undecided(settled, judgement.tip_id, at):
        return
    row = owed(judgement.tip_id)
    if row and row.done_at:
        ledger.once_more(demanded, KIND, judgement, at)
        row = owed(judgement.tip_id)
    if settled.new and row and access.holds(judgement.account_id, *CONFIRMS):
        confirmed(row, judgement.account_id, settled.refs, settled.new.reason)


def _undecided(settled: Settled, tip_id: UUID, at: datetime) -> bool:
    """Whether somebody is left out from this moment on, and by an earlier decision."""
    fresh = Exclusion.objects.filter(tip_id=tip_id, at=at, ended_at=None)
    return settled.last is not None and settled.last.at < at and fresh.exists()


def confirmed(row: RequiredAction, account_id: int, excluded: Collection[int], why: str) -> None:
    """Close the row: somebody is left out (the first result of its proof) or nobody is (the last)."""
    results = list(recording.proof_of(row).closes)
    result = results[0] if excluded else results[-1]
    recording.happened(row, f"account:{account_id}", result, detail={"note": why})
    recording.close([row], f"account:{account_id}", result)
