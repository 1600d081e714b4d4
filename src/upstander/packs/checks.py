"""What must hold between the files of a pack, and the promise that no pack may break.

Runs on a pack whose files are each well formed. Each check notes its problems where they would be mended.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from zoneinfo import available_timezones

from upstander.packs import signal_checks
from upstander.packs.errors import suggest
from upstander.packs.locate import Path
from upstander.packs.model import Case, Pack, Rule, Subtype
from upstander.packs.reader import Source
from upstander.packs.texts import placeholders
from upstander.packs.vocabulary import (
    MAILS,
    NETWORKS,
    REPORTER,
    REQUIRED_TEXTS,
    TELLS_CONTACTS,
    UNSPECIFIED,
    WAYS_IN,
)

Sources = dict[str, Source]


def check(pack: Pack, sources: Sources) -> None:
    """Note every problem of `pack` in its sources."""
    _once(pack, sources)
    _taxonomy(pack, sources["taxonomy"])
    _citations(pack, sources)
    _rules(pack, sources["directive"])
    _results(pack, sources["directive"])
    _proofs(pack, sources["proofs"])
    _ways_in(pack, sources["pack"])
    _languages(pack, sources["pack"])
    _zone(pack, sources["pack"])
    for language, own in pack.texts.items():
        _translations(dict(own), dict(pack.texts["en"]), sources[f"texts.{language}"])
    _texts(pack, sources)
    signal_checks.check(pack.signals, (s.key for s in pack.subtypes), pack.texts["en"], sources)
    if not any(source.problems for source in sources.values()):
        _promise(pack, sources)


def _once(pack: Pack, sources: Sources) -> None:
    """No id stands twice."""
    for file, table, ids in (
        ("pack", "way_in", [w.kind for w in pack.ways_in]),
        ("pack", "end_user", [e.code for e in pack.end_users]),
        ("pack", "identifier", [i.scheme for i in pack.identifiers]),
        ("paragraphs", "paragraph", [p.id for p in pack.paragraphs if not p.statute]),
        ("statutes", "statute", [p.id for p in pack.paragraphs if p.statute]),
        ("taxonomy", "class", [c.code for c in pack.classes]),
        ("taxonomy", "subtype", [s.key for s in pack.subtypes]),
        ("taxonomy", "flag", [f.code for f in pack.flags]),
        ("directive", "rule", [r.id for r in pack.rules]),
        ("proofs", "proof", [p.code for p in pack.proofs]),
        ("outcomes", "outcome", [o.code for o in pack.outcomes]),
        ("outcomes", "question", [q.code for q in pack.questions]),
    ):
        first: dict[str, int] = {}
        for index, id in enumerate(ids):
            if first.setdefault(id, index) != index:
                already = f"it stands already on line {sources[file].lines.of((table, first[id]))}."
                sources[file].problem((table, index), f"{table} {id!r} stands twice.", already)


def _codes(pack: Pack) -> tuple[list[str], list[str], list[str]]:
    """What cases, questions and flags may speak of: classes, sub-types (their keys), flags."""
    return [c.code for c in pack.classes], [s.key for s in pack.subtypes], [f.code for f in pack.flags]


def _known(source: Source, path: Path, what: str, codes: Iterable[str | None], known: Iterable[str]) -> None:
    """Note each code that is there and not known."""
    names = list(known)
    for code in codes:
        if code is not None and code not in names:
            source.problem(path, f"{what} {code!r} is not known.", suggest(code, names))


def _taxonomy(pack: Pack, source: Source) -> None:
    """Sub-types lie in classes, questions and flags lead to something, Critical classes are the gravest."""
    classes, keys, flags = _codes(pack)
    for i, s in enumerate(pack.subtypes):
        _known(source, ("subtype", i, "class"), "class", [s.klass], classes)
        if s.reporter and not s.group:
            source.problem(
                ("subtype", i), f"{s.key!r} is offered to reporters, but in no group.", 'add group = "...".'
            )
        _secrecy(s, ("subtype", i), source)
        for j, ask in enumerate(s.asks):
            _known(source, ("subtype", i, "ask", j, "yes_subtype"), "sub-type", [ask.yes_subtype], keys)
            _known(source, ("subtype", i, "ask", j, "yes_flag"), "flag", [ask.yes_flag], flags)
    for i, f in enumerate(pack.flags):
        _known(source, ("flag", i, "implies"), "sub-type", [f.implies], keys)
    for i, c in enumerate(pack.classes):
        if f"{c.code}.{UNSPECIFIED}" not in keys:
            message, hint = (
                f"{c.code!r} has no sub-type {UNSPECIFIED!r}.",
                "add a [[subtype]] of this code and class.",
            )
            source.problem(("class", i), message, hint)
        if c.critical and i and not pack.classes[i - 1].critical:
            message, hint = (
                f"{c.code!r} is Critical but stands below one that is not.",
                "put the gravest class first.",
            )
            source.problem(("class", i), message, hint)


def _secrecy(subtype: Subtype, path: Path, source: Source) -> None:
    """A sub-type that few may hear of is told to somebody who can act, and to no contact."""
    if subtype.class_only and not subtype.only:
        source.problem(
            (*path, "class_only"), "'class_only' without 'only' keeps nothing back.", "add only = [...]."
        )
    for key, names in (("only", subtype.only), ("class_only", subtype.class_only)):
        for name in sorted(names & TELLS_CONTACTS):
            hint = "leave it out: a tip's other grounds reach contacts all the same."
            source.problem((*path, key), f"{name!r} are a school's contacts, who would hear of it.", hint)
    if subtype.only and "psap" not in subtype.only:
        source.problem((*path, "only"), "the PSAP would not hear of it.", 'add "psap".')


def _citations(pack: Pack, sources: Sources) -> None:
    """Whatever cites, cites a paragraph of paragraphs.toml."""
    ids = [p.id for p in pack.paragraphs]
    cited: list[tuple[str, Path, tuple[str, ...]]] = [
        *(("pack", ("way_in", i, "cites"), w.cites) for i, w in enumerate(pack.ways_in)),
        *(("taxonomy", ("class", i, "cites"), c.cites) for i, c in enumerate(pack.classes)),
        *(("taxonomy", ("subtype", i, "cites"), s.cites) for i, s in enumerate(pack.subtypes)),
        *(("taxonomy", ("flag", i, "cites"), f.cites) for i, f in enumerate(pack.flags)),
        *(("directive", (*path, "cites"), case.cites) for path, _, case in _cases(pack)),
    ]
    for file, path, cites in cited:
        _known(sources[file], path, "paragraph", cites, ids)


def _cases(pack: Pack) -> Iterator[tuple[Path, Rule, Case]]:
    for i, rule in enumerate(pack.rules):
        for j, case in enumerate(rule.cases):
            yield ("rule", i, "case", j), rule, case


def _rules(pack: Pack, source: Source) -> None:
    """Cases speak of what is in the taxonomy; what outreach is told never carries the tip."""
    classes, keys, flags = _codes(pack)
    for path, _, case in _cases(pack):
        _known(source, (*path, "classes"), "class", sorted(case.classes), classes)
        _known(source, (*path, "subtypes"), "sub-type", sorted(case.subtypes), keys)
        _known(source, (*path, "unless_subtypes"), "sub-type", sorted(case.unless_subtypes), keys)
        _known(source, (*path, "flags"), "flag", sorted(case.flags), flags)
        _known(source, (*path, "unless_flags"), "flag", sorted(case.unless_flags), flags)
    for i, rule in enumerate(pack.rules):
        if "outreach" in (rule.target, rule.kind.removeprefix("notify_")) and rule.carries == "tip":
            source.problem(("rule", i, "carries"), "outreach would get the tip's text.", 'carries = "facts".')


def _results(pack: Pack, source: Source) -> None:
    """What a case waits for can come of a rule, and of no rule that waits for itself; every proof is known."""
    proofs = [p.code for p in pack.proofs]
    for i, rule in enumerate(pack.rules):
        _known(source, ("rule", i, "proof"), "proof", [rule.proof], proofs)
    if any(rule.proof not in proofs for rule in pack.rules):
        return
    can_come = [f"{r.id}:{result}" for r in pack.rules for result in pack.proof(r.proof).results]
    for path, _, case in _cases(pack):
        _known(source, (*path, "after"), "result", sorted(case.after), can_come)
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
            _known(source, path, "result", sorted(field.required_for), proof.results)


def _ways_in(pack: Pack, source: Source) -> None:
    """Every way in is published (D-II.E, D-V)."""
    offered = Counter(w.kind for w in pack.ways_in)
    for kind in WAYS_IN:
        if not offered[kind]:
            source.problem(("way_in",), f"the way in {kind!r} is missing.", "add a [[way_in]] of this kind.")


def _zone(pack: Pack, source: Source) -> None:
    """The time zone is one: by it a version comes into force, and days are counted."""
    name = pack.programme.time_zone
    if name and name not in available_timezones():
        hint = suggest(name, available_timezones())
        source.problem(("programme", "time_zone"), f"the time zone {name!r} is not known.", hint)


def _languages(pack: Pack, source: Source) -> None:
    """The languages listed are those that have a file, and English is one of them."""
    for language in dict.fromkeys(("en", *pack.languages, *pack.texts)):
        if language not in pack.languages or language not in pack.texts:
            hint = f"{language!r} in languages, and texts.{language}.toml."
            source.problem(
                ("languages",), f"the language {language!r} is listed or has a file, not both.", hint
            )


def _translations(own: dict[str, str], english: dict[str, str], source: Source) -> None:
    """A language has all that a reporter reads, with the same words to fill in, and no text that English
    lacks.
    """
    for key, text in own.items():
        path = tuple(key.split("."))
        if key not in english:
            source.problem(path, f"{key!r} is not a text.", suggest(key, english))
        elif placeholders(text) != placeholders(english[key]):
            words = ", ".join(sorted(placeholders(english[key]))) or "none"
            source.problem(path, f"{key!r} fills in other words than in English.", f"English has {words}.")
    for key in english:
        if key.startswith(REPORTER) and key not in own:
            source.problem(tuple(key.split(".")), f"{key!r} is missing.", "translate it.")


def _wanted(pack: Pack) -> Iterator[str]:
    """The texts that this pack is asked for."""
    yield from REQUIRED_TEXTS
    for rule in pack.rules:
        yield from (f"kind.{rule.kind}", f"owner.{rule.owed_by}")
        yield from (f"proof.{rule.proof}", f"target.{rule.target}")
        for script in (rule.script, *(case.script for case in rule.cases if case.script)):
            yield from (f"{script}.subject", f"{script}.body") if rule.kind in MAILS else (script,)
    for subtype in pack.subtypes:
        if subtype.reporter:
            yield from (f"reporter.subtype.{subtype.key}", f"reporter.group.{subtype.group}")


def _texts(pack: Pack, sources: Sources) -> None:
    """No text is missing that a page, a script or a mail will ask for."""
    english = pack.texts["en"]
    for key in dict.fromkeys(_wanted(pack)):
        if key not in english:
            sources["texts.en"].problem(
                tuple(key.split(".")), f"the text {key!r} is missing.", suggest(key, english)
            )


def _promise(pack: Pack, sources: Sources) -> None:
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
