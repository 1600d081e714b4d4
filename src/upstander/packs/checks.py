"""What must hold between the files of a pack.

Runs on a pack whose files are each well formed. Each check notes its problems where they would be mended.
"""

from collections import Counter
from collections.abc import Iterator
from zoneinfo import available_timezones

from upstander.packs import (
    escalation,
    library_checks,
    network_checks,
    officers_checks,
    rule_checks,
    signal_checks,
    training_checks,
)
from upstander.packs.counties import county_key
from upstander.packs.errors import suggest
from upstander.packs.locate import Path
from upstander.packs.model import Pack, Subtype
from upstander.packs.reader import Source
from upstander.packs.references import Sources, cases, codes, known
from upstander.packs.sharing import Law as SharingLaw
from upstander.packs.sharing import Rule as SharingRule
from upstander.packs.sharing import Then
from upstander.packs.texts import placeholders
from upstander.packs.vocabulary import (
    MAILS,
    REPORTER,
    REQUIRED_TEXTS,
    TELLS_CONTACTS,
    UNSPECIFIED,
    WAYS_IN,
)


def check(pack: Pack, sources: Sources) -> None:
    """Note every problem of `pack` in its sources."""
    _once(pack, sources)
    _taxonomy(pack, sources["taxonomy"])
    _citations(pack, sources)
    rule_checks.check(pack, sources)
    _ways_in(pack, sources["pack"])
    _languages(pack, sources["pack"])
    _zone(pack, sources["pack"])
    for language, own in pack.texts.items():
        _translations(dict(own), dict(pack.texts["en"]), _names(pack), sources[f"texts.{language}"])
    _texts(pack, sources)
    _counties(pack, sources)
    _duties(pack, sources)
    escalation.check(pack, sources)
    network_checks.check(pack.network, (s.key for s in pack.subtypes), sources)
    library_checks.check(pack.library, (s.key for s in pack.subtypes), sources)
    officers_checks.check(pack.officers, (p.id for p in pack.paragraphs), sources)
    training_checks.check(pack, sources)
    signal_checks.check(pack.signals, (s.key for s in pack.subtypes), pack.texts["en"], sources)
    if not any(source.problems for source in sources.values()):
        rule_checks.promise(pack, sources)


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
        ("isp", "troop", [a.code for a in pack.areas.troops]),
        ("isp", "zone", [a.code for a in pack.areas.zones]),
        ("duties", "duty", [d.code for d in pack.clocks.duties]),
        ("service", "level", [level.code for level in pack.levels]),
        ("outcomes", "outcome", [o.code for o in pack.outcomes]),
        ("outcomes", "question", [q.code for q in pack.questions]),
    ):
        first: dict[str, int] = {}
        for index, id in enumerate(ids):
            if first.setdefault(id, index) != index:
                already = f"it stands already on line {sources[file].lines.of((table, first[id]))}."
                sources[file].problem((table, index), f"{table} {id!r} stands twice.", already)


def _taxonomy(pack: Pack, source: Source) -> None:
    """Sub-types lie in classes, questions and flags lead to something, Critical classes are the gravest."""
    classes, keys, flags = codes(pack)
    for i, s in enumerate(pack.subtypes):
        known(source, ("subtype", i, "class"), "class", [s.klass], classes)
        if s.reporter and not s.group:
            source.problem(
                ("subtype", i), f"{s.key!r} is offered to reporters, but in no group.", 'add group = "...".'
            )
        _secrecy(s, ("subtype", i), source)
        for j, ask in enumerate(s.asks):
            known(source, ("subtype", i, "ask", j, "yes_subtype"), "sub-type", [ask.yes_subtype], keys)
            known(source, ("subtype", i, "ask", j, "yes_flag"), "flag", [ask.yes_flag], flags)
    for i, f in enumerate(pack.flags):
        known(source, ("flag", i, "implies"), "sub-type", [f.implies], keys)
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
    """Whatever cites, cites a paragraph of paragraphs.toml or a statute; what is said of sharing, its own statutes, too."""
    ids = [p.id for p in pack.paragraphs]
    law = [*ids, *(p.id for p in pack.sharing.statutes)] if pack.sharing else ids
    cited: list[tuple[str, Path, tuple[str, ...]]] = [
        *(("pack", ("way_in", i, "cites"), w.cites) for i, w in enumerate(pack.ways_in)),
        *(("taxonomy", ("class", i, "cites"), c.cites) for i, c in enumerate(pack.classes)),
        *(("taxonomy", ("subtype", i, "cites"), s.cites) for i, s in enumerate(pack.subtypes)),
        *(("taxonomy", ("flag", i, "cites"), f.cites) for i, f in enumerate(pack.flags)),
        *(("directive", (*path, "cites"), case.cites) for path, _, case in cases(pack)),
        *(
            ("directive", ("rule", i, "criterion", j, "cites"), c.cites)
            for i, r in enumerate(pack.rules)
            for j, c in enumerate(r.criteria)
        ),
        *(("duties", ("duty", i, "cites"), d.cites) for i, d in enumerate(pack.clocks.duties)),
        *(("sharing", (name, i, "cites"), one.cites) for name, i, one in _of_sharing(pack)),
        *(("assessment", ("part", i, "cites"), p.cites) for i, p in enumerate(pack.assessment.parts if pack.assessment else ())),
    ]
    for file, path, cites in cited:
        known(sources[file], path, "paragraph", cites, law if file in ("sharing", "assessment") else ids)


def _of_sharing(pack: Pack) -> Iterator[tuple[str, int, SharingLaw | SharingRule | Then]]:
    """All that cites in sharing.toml, with its table and its place in it."""
    if pack.sharing:
        yield from (("law", i, law) for i, law in enumerate(pack.sharing.laws))
        yield from (("rule", i, rule) for i, rule in enumerate(pack.sharing.rules))
        yield from (("then", i, then) for i, then in enumerate(pack.sharing.thens))


def _counties(pack: Pack, sources: Sources) -> None:
    """No county lies in two Troops, or in two Zones."""
    for table, areas in (("troop", pack.areas.troops), ("zone", pack.areas.zones)):
        first: dict[str, str] = {}
        for i, area in enumerate(areas):
            for county in area.counties:
                if first.setdefault(county_key(county), area.code) != area.code:
                    hint = f"it is in {table} {first[county_key(county)]} already."
                    message = f"{county!r} lies in two {table}s."
                    sources["isp"].problem((table, i, "counties"), message, hint)


def _duties(pack: Pack, sources: Sources) -> None:
    """A duty clock asks about tips that there are."""
    _, keys, flags = codes(pack)
    for i, duty in enumerate(pack.clocks.duties):
        known(sources["duties"], ("duty", i, "subtypes"), "sub-type", sorted(duty.subtypes), keys)
        known(sources["duties"], ("duty", i, "flags"), "flag", sorted(duty.flags), flags)
        if not duty.subtypes and not duty.flags:
            sources["duties"].problem(("duty", i), "nobody would ever be asked.", "name subtypes or flags.")
        if duty.owner == "school" and duty.flags:
            message = "a school is told of no flag, so by one it would never be asked."
            sources["duties"].problem(("duty", i, "flags"), message, "name subtypes.")
        if duty.owner == "school" and duty.fact:
            sources["duties"].problem(("duty", i, "fact"), "a fact of the desk's opens no clock of a school's.")


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


def _names(pack: Pack) -> dict[str, str]:
    """What classes and sub-types are called in English, by the key under which a language may name them."""
    return {f"class.{c.code}": c.label for c in pack.classes} | {
        f"subtype.{s.key}": s.label for s in pack.subtypes
    }


def _translations(
    own: dict[str, str], english: dict[str, str], names: dict[str, str], source: Source
) -> None:
    """A language has all that a reporter reads, with the same words to fill in, and no text that English
    lacks; beside them it may name what the taxonomy names.
    """
    known = english | names
    for key, text in own.items():
        path = tuple(key.split("."))
        if key not in known:
            source.problem(path, f"{key!r} is not a text.", suggest(key, known))
        elif placeholders(text) != placeholders(known[key]):
            words = ", ".join(sorted(placeholders(known[key]))) or "none"
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
    if any(rule.kind in MAILS for rule in pack.rules):
        for klass in pack.classes:
            mail = f"mail.{'critical' if klass.critical else klass.code}"
            yield from (f"{mail}.subject", f"{mail}.body")
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
