"""Toward whom an action is owed."""

from functools import lru_cache

from upstander.packs.model import Pack
from upstander.protocol.facts import UNKNOWN, Facts, Target


class People:
    """Whom a rule's word for its target means, for the facts of one tip; each word is looked up once."""

    def __init__(self, pack: Pack, facts: Facts) -> None:
        self._pack, self._facts = pack, facts
        self._found: dict[str, tuple[Target, ...]] = {}

    def of(self, target: str) -> tuple[Target, ...]:
        """The targets that a rule's word means; never none.

        Whoever is not known is a target with the ref "unknown": the action stays owed, by name of what is
        missing. Contacts whom the tip is about are in no list; where nobody is left, the alternates are told.
        """
        if target not in self._found:
            self._found[target] = self._means(target)
        return self._found[target]

    def _means(self, target: str) -> tuple[Target, ...]:
        facts = self._facts
        if target == "contacts":
            return facts.told or (_unknown(self._pack, "contact", "contacts"),)
        if target == "end_users":
            return (*self.of("agency"), *facts.told)
        if target == "agency":  # while it is not known, the PSAP answers for it
            return (facts.agency or facts.psap or _unknown(self._pack, "agency", "agency"),)
        if target in ("psap", "troop", "zone"):
            return (getattr(facts, target) or _unknown(self._pack, target, target),)
        return (_standing(self._pack, target),)


@lru_cache(maxsize=256)
def _standing(pack: Pack, target: str) -> Target:
    """A target that is the same for every tip."""
    return Target(target, target, pack.text(f"target.{target}"))


@lru_cache(maxsize=256)
def _unknown(pack: Pack, kind: str, word: str) -> Target:
    label = f"{pack.text(f'target.{word}')} ({pack.text('word.not_known')})"
    return Target(kind, UNKNOWN, label, frozenset({"phone", "email"}))
