"""Toward whom an action is owed."""

from upstander.packs.model import Pack
from upstander.protocol.facts import UNKNOWN, Facts, Target


def targets_of(pack: Pack, target: str, facts: Facts) -> tuple[Target, ...]:
    """The targets that a rule's word means for these facts; never none.

    Whoever is not known is a target with the ref "unknown": the action stays owed, by name of what is
    missing.
    """
    if target == "contacts":
        return tuple({c.ref: c for c in facts.contacts}.values()) or (_unknown(pack, "contact", "contacts"),)
    if target == "psap":
        return (facts.psap or _unknown(pack, "psap", "psap"),)
    if target == "agency":
        return (_agency(pack, facts),)
    if target == "end_users":
        return (_agency(pack, facts), *{c.ref: c for c in facts.contacts}.values())
    return (Target(target, target, pack.text(f"target.{target}")),)


def _agency(pack: Pack, facts: Facts) -> Target:
    """The agency of jurisdiction; while it is not known, the PSAP, which answers for it."""
    return facts.agency or facts.psap or _unknown(pack, "agency", "agency")


def _unknown(pack: Pack, kind: str, word: str) -> Target:
    label = f"{pack.text(f'target.{word}')} ({pack.text('word.not_known')})"
    return Target(kind, UNKNOWN, label, frozenset({"phone", "email"}))
