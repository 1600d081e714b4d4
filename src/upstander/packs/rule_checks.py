"""What must hold for the rules of a pack: what they speak of exists, what they wait for can come, and the promise."""

from itertools import product

from upstander.packs.locate import Path
from upstander.packs.model import Case, Pack, Rule
from upstander.packs.reader import Source
from upstander.packs.references import Sources, cases, codes, known
from upstander.packs.vocabulary import ACT_LENGTH, NETWORKS, RESULT_LENGTH


def check(pack: Pack, sources: Sources) -> None:
    """Note every problem of the rules and of what proves them."""
    _rules(pack, sources["directive"])
    _results(pack, sources["directive"])
    _proofs(pack, sources["proofs"])


def _rules(pack: Pack, source: Source) -> None:
    """Cases speak of what is in the taxonomy; what outreach is told never carries the tip."""
    classes, keys, flags = codes(pack)
    for path, _, case in cases(pack):
        known(source, (*path, "classes"), "class", sorted(case.classes), classes)
        known(source, (*path, "subtypes"), "sub-type", sorted(case.subtypes), keys)
        known(source, (*path, "unless_subtypes"), "sub-type", sorted(case.unless_subtypes), keys)
        known(source, (*path, "flags"), "flag", sorted(case.flags), flags)
        known(source, (*path, "unless_flags"), "flag", sorted(case.unless_flags), flags)
    for i, rule in enumerate(pack.rules):
        if "outreach" in (rule.target, rule.kind.removeprefix("notify_")) and rule.carries == "tip":
            source.problem(("rule", i, "carries"), "outreach would get the tip's text.", 'carries = "facts".')


def _results(pack: Pack, source: Source) -> None:
    """What a case waits for can come of a rule, and of no rule that waits for itself; every proof is known."""
    proofs = [p.code for p in pack.proofs]
    for i, rule in enumerate(pack.rules):
        known(source, ("rule", i, "proof"), "proof", [rule.proof], proofs)
    if any(rule.proof not in proofs for rule in pack.rules):
        return
    can_come = [f"{r.id}:{result}" for r in pack.rules for result in pack.proof(r.proof).results]
    for path, _, case in cases(pack):
        known(source, (*path, "after"), "result", sorted(case.after), can_come)
    for i, rule in enumerate(pack.rules):
        if _never_opens(pack, rule):
            hint = "let one of them hold by itself."
            source.problem(("rule", i), f"{rule.id!r} waits, in a circle, for its own result.", hint)


def _never_opens(pack: Pack, rule: Rule, waiting: tuple[str, ...] = ()) -> bool:
    """Whether every case of a rule waits for a result of rules that, in turn, wait for it."""
    if rule.id in waiting:
        return True
    opened_by = [[pack.rule(name.partition(":")[0]) for name in case.after] for case in rule.cases]
    here = (*waiting, rule.id)
    return all(
        bool(needed) and all(r is None or _never_opens(pack, r, here) for r in needed) for needed in opened_by
    )


def _proofs(pack: Pack, source: Source) -> None:
    """Every proof can end a duty; its fields are demanded for results that there are."""
    for i, proof in enumerate(pack.proofs):
        if not proof.closes:
            source.problem(
                ("proof", i), f"nothing ends what {proof.code!r} proves.", 'closes = { done = "done" }.'
            )
        for both in sorted(set(proof.closes) & set(proof.tries)):
            source.problem(("proof", i, "tries"), f"{both!r} both ends it and does not.", "name it once.")
        for j, field in enumerate(proof.fields):
            path = ("proof", i, "field", j, "required_for")
            known(source, path, "result", sorted(field.required_for), proof.results)
        _lengths(pack, i, source)


def _lengths(pack: Pack, index: int, source: Source) -> None:
    """The ledger and the audit have room for every result: else the press that records it would be refused."""
    proof = pack.proofs[index]
    kinds = {rule.kind for rule in pack.rules if rule.proof == proof.code}
    room = min([RESULT_LENGTH, *(ACT_LENGTH - len(f"action.{kind}.") for kind in kinds)])
    for table, results in (("closes", proof.closes), ("tries", proof.tries)):
        for code in results:
            if len(code) > room:
                hint = f"at most {room} characters."
                source.problem(("proof", index, table, code), f"the result {code!r} is too long to be recorded.", hint)


def promise(pack: Pack, sources: Sources) -> None:
    """A Critical is never without a call to the PSAP, and no tip without somebody who is told."""
    for (i, klass), network, in_progress in product(enumerate(pack.classes), NETWORKS, (True, False)):
        owed = [
            r for r in pack.rules if any(_always(r, c, klass.code, network, in_progress) for c in r.cases)
        ]
        point = f"{klass.code}, {network}-network, {'' if in_progress else 'not '}in progress"
        if klass.critical and not any(r.kind == "call_psap" for r in owed):
            path: Path = next((("rule", n) for n, r in enumerate(pack.rules) if r.kind == "call_psap"), ())
            hint = "add a [[rule.case]] without flags or sub-types."
            sources["directive"].problem(path, f"{point}: Critical, and no call to the PSAP is owed.", hint)
        if all(r.target == "record" for r in owed):
            hint = "add a [[rule.case]] to a rule of directive.toml."
            sources["taxonomy"].problem(("class", i), f"{point}: nobody is told.", hint)


def _always(rule: Rule, case: Case, klass: str, network: str, in_progress: bool) -> bool:
    """Whether a case demands its rule at this point with no flag and whatever the sub-type."""
    standing = case.standing or rule.standing
    return (
        case.bare
        and standing != "offered"
        and (not case.classes or klass in case.classes)
        and case.network in (None, network)
        and case.in_progress in (None, in_progress)
    )
