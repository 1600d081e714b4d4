"""The files of a pack, read one by one into values. References between files are looked at in `checks`."""

from collections.abc import Iterator
from dataclasses import fields

from upstander.packs import values
from upstander.packs.errors import suggest
from upstander.packs.reader import Source, Table
from upstander.packs.texts import placeholders, stray_brace
from upstander.packs.vocabulary import (
    CARRIES,
    DECISIONS,
    DIRECTORY_THINGS,
    FIELD_KINDS,
    KINDS,
    NETWORKS,
    OWNERS,
    PLACEHOLDERS,
    STANDINGS,
    SUBMITTERS,
    TARGETS,
    UNSPECIFIED,
    WAYS_IN,
)


def programme(table: Table) -> values.Programme:
    """[programme] of pack.toml."""
    found = values.Programme(**{f.name: table.string(f.name) for f in fields(values.Programme)})
    table.done()
    return found


def limits(table: Table) -> values.Limits:
    """[limits] of pack.toml."""
    found = values.Limits(**{f.name: table.number(f.name) for f in fields(values.Limits)})
    table.done()
    return found


def ways_in(root: Table) -> Iterator[values.WayIn]:
    """[[way_in]] of pack.toml."""
    for t in root.tables("way_in"):
        yield values.WayIn(
            kind=t.choice("kind", WAYS_IN),
            label=t.string("label"),
            value=t.string("value", empty_allowed=True),
            cites=t.strings("cites", required=True),
        )


def end_users(root: Table) -> Iterator[values.EndUserType]:
    """[[end_user]] of pack.toml."""
    for t in root.tables("end_user"):
        yield values.EndUserType(t.code("code"), t.string("label"))


def identifiers(root: Table) -> Iterator[values.IdentifierScheme]:
    """[[identifier]] of pack.toml."""
    for t in root.tables("identifier"):
        yield values.IdentifierScheme(
            scheme=t.code("scheme"),
            label=t.string("label"),
            pattern=t.pattern("pattern"),
            applies_to=tuple(sorted(t.choices("applies_to", DIRECTORY_THINGS))),
        )


def paragraphs(root: Table) -> Iterator[values.Paragraph]:
    """[[paragraph]] of paragraphs.toml."""
    for t in root.tables("paragraph"):
        id = t.string("id")
        yield values.Paragraph(id, t.string("words"), t.optional("requirement") or id)


def statutes(root: Table) -> Iterator[values.Paragraph]:
    """[[statute]] of statutes.toml: law beside the directive, summed up, with where it was read."""
    for t in root.tables("statute", required=False):
        yield values.Paragraph(
            id=t.string("id"),
            words=t.string("says"),
            requirement=t.string("requirement"),
            source=t.string("source"),
            read=t.string("read"),
            checked=t.truth("checked", False),
        )


def classes(root: Table) -> Iterator[values.TipClass]:
    """[[class]] of taxonomy.toml, the gravest first."""
    for rank, t in enumerate(root.tables("class")):
        yield values.TipClass(
            code=t.code("code"),
            label=t.string("label"),
            rank=rank,
            critical=t.truth("critical"),
            words=t.string("words"),
            cites=t.strings("cites", required=True),
        )


def subtypes(root: Table, english: dict[str, str]) -> Iterator[values.Subtype]:
    """[[subtype]] of taxonomy.toml; what reporters read comes from the English texts."""
    for t in root.tables("subtype"):
        klass, code = t.code("class"), t.code("code")
        key = f"{klass}.{code}" if code == UNSPECIFIED else code
        yield values.Subtype(
            key=key,
            code=code,
            klass=klass,
            label=t.string("label"),
            words=t.string("words"),
            cites=t.strings("cites", required=True),
            reporter=t.truth("reporter", False),
            group=t.optional("group"),
            plain=english.get(f"reporter.subtype.{key}", ""),
            added=t.truth("added", False),
            asks=tuple(_questions(t)),
            only=t.choices("only", TARGETS),
            class_only=t.choices("class_only", TARGETS),
        )


def _questions(subtype: Table) -> Iterator[values.Question]:
    for t in subtype.tables("ask", required=False):
        yield values.Question(
            t.string("question"), t.string("why"), t.optional("yes_subtype"), t.optional("yes_flag")
        )


def flags(root: Table) -> Iterator[values.Flag]:
    """[[flag]] of taxonomy.toml."""
    for t in root.tables("flag"):
        yield values.Flag(
            code=t.code("code"),
            label=t.string("label"),
            meaning=t.string("meaning"),
            cites=t.strings("cites", required=True),
            implies=t.optional("implies"),
            supervisor=t.truth("supervisor", False),
            submitter=t.optional_choice("submitter", SUBMITTERS),
        )


def rules(root: Table) -> Iterator[values.Rule]:
    """[[rule]] of directive.toml."""
    for t in root.tables("rule"):
        yield values.Rule(
            id=t.code("id"),
            kind=t.choice("kind", KINDS),
            owed_by=t.choice("owed_by", OWNERS),
            target=t.choice("target", TARGETS),
            carries=t.choice("carries", CARRIES),
            proof=t.code("proof"),
            due_seconds=t.optional_number("due_seconds"),
            script=t.string("script"),
            cases=tuple(_cases(t)),
            standing=t.optional_choice("standing", STANDINGS) or "owed",
            criteria=tuple(_criteria(t)),
        )


def _criteria(rule: Table) -> Iterator[values.Criterion]:
    for t in rule.tables("criterion", required=False):
        yield values.Criterion(
            code=t.code("code"),
            asks=t.string("asks"),
            cites=t.strings("cites", required=True),
            source=t.string("source"),
        )


def _cases(rule: Table) -> Iterator[values.Case]:
    for t in rule.tables("case"):
        yield values.Case(
            cites=t.strings("cites", required=True),
            because=t.string("because"),
            classes=frozenset(t.strings("classes")),
            subtypes=frozenset(t.strings("subtypes")),
            unless_subtypes=frozenset(t.strings("unless_subtypes")),
            flags=frozenset(t.strings("flags")),
            unless_flags=frozenset(t.strings("unless_flags")),
            network=t.optional_choice("network", NETWORKS),
            in_progress=t.optional_truth("in_progress"),
            age_under=t.optional_number("age_under"),
            disabled=t.optional_truth("disabled"),
            law_enforcement=t.optional_choice("law_enforcement", DECISIONS),
            submitter=t.optional_choice("submitter", SUBMITTERS),
            unless_submitter=t.optional_choice("unless_submitter", SUBMITTERS),
            nobody_left=t.optional_truth("nobody_left"),
            after=frozenset(t.strings("after")),
            standing=t.optional_choice("standing", STANDINGS),
            due_seconds=t.optional_number("due_seconds"),
            script=t.optional("script"),
        )


def proofs(root: Table) -> Iterator[values.Proof]:
    """[[proof]] of proofs.toml."""
    for t in root.tables("proof"):
        yield values.Proof(
            code=t.code("code"),
            closes=_words(t, "closes"),
            tries=_words(t, "tries"),
            fields=tuple(_fields(t)),
        )


def _words(table: Table, key: str) -> dict[str, str]:
    """A small table of codes and their words; empty where it is not there."""
    if not table.has(key):
        return {}
    inner = table.table(key)
    return {code: inner.string(code) for code in inner.keys()}


def _fields(proof: Table) -> Iterator[values.ProofField]:
    for t in proof.tables("field", required=False):
        yield values.ProofField(
            code=t.code("code"),
            label=t.string("label"),
            kind=t.choice("kind", FIELD_KINDS),
            required_for=frozenset(t.strings("required_for")),
        )


def outcomes(root: Table) -> Iterator[values.Outcome]:
    """[[outcome]] of outcomes.toml."""
    for t in root.tables("outcome"):
        yield values.Outcome(t.code("code"), t.string("label"), t.truth("human_service", False))


def questions(root: Table) -> Iterator[values.OutcomeQuestion]:
    """[[question]] of outcomes.toml."""
    for t in root.tables("question"):
        yield values.OutcomeQuestion(t.code("code"), t.string("question"))


def texts(source: Source) -> dict[str, str]:
    """A texts file, its tables flattened: `[reporter.status] read = "..."` is `reporter.status.read`."""
    found: dict[str, str] = {}
    for path, value in _leaves(source.data, ()):
        if not isinstance(value, str) or not value.strip():
            source.problem(path, f"{path[-1]!r} is not a text.", f'{path[-1]} = "...".')
            continue
        if stray_brace(value):
            source.problem(
                path, "a brace belongs to no word.", "write {word}, in small letters, or no brace."
            )
        for word in sorted(placeholders(value) - PLACEHOLDERS):
            source.problem(path, f"{{{word}}} cannot be filled in.", suggest(word, PLACEHOLDERS))
        found[".".join(path)] = value
    return found


def _leaves(data: dict[str, object], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value
