"""From the directory and a call-taker's choice to the facts that the directive is asked about."""

from collections.abc import Iterable
from dataclasses import replace

from upstander.directory import queries as directory
from upstander.packs.model import Pack
from upstander.protocol import Facts, Plan, Target, plan


class CannotJudge(ValueError):
    """A classification that cannot be made, in words for the call-taker; `field` is where they stand."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def gather(
    pack: Pack, place_id: int | None, subtypes: Iterable[str], in_progress: bool, flags: Iterable[str]
) -> tuple[Facts, Plan]:
    """The facts of a tip about `place_id` at this moment and the plan they give; the class is the one that rules.

    Raises CannotJudge for sub-types or flags that the pack does not know, or for none.
    """
    chosen = tuple(dict.fromkeys(subtypes))
    known, known_flags = {s.key for s in pack.subtypes}, {f.code for f in pack.flags}
    if not chosen:
        raise CannotJudge("subtypes", "Choose at least one kind of report.")
    for code in chosen:
        if code not in known:
            raise CannotJudge("subtypes", f"The pack has no kind of report '{code}'.")
    marks = frozenset(flags)
    for code in marks - known_flags:
        raise CannotJudge("flags", f"The pack has no mark '{code}'.")
    routing = directory.routing(place_id)
    facts = Facts(
        klass=pack.gravest(chosen),
        subtypes=chosen,
        in_progress=in_progress,
        network=directory.network_status(place_id),
        flags=marks,
        contacts=tuple(_contact(p) for p in directory.poc_list(place_id)),
        psap=_psap(routing.psap),
        agency=Target("agency", str(routing.law_enforcement.id), routing.law_enforcement.name)
        if routing.law_enforcement
        else None,
    )
    demanded = plan(pack, facts)
    return replace(facts, klass=demanded.klass), demanded


def _contact(poc: directory.Poc) -> Target:
    lacking = {name for name, values in (("phone", poc.phones), ("email", poc.emails)) if not values}
    return Target("contact", str(poc.contact_id), poc.name, frozenset(lacking))


def _psap(psap: directory.OrgRef | None) -> Target | None:
    if psap is None:
        return None
    return Target(
        "psap", str(psap.id), psap.name, frozenset() if psap.transfer_number else frozenset({"phone"})
    )
