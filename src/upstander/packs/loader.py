"""From a folder of TOML files to one checked `Pack`."""

import hashlib
from pathlib import Path

from upstander.packs import (
    assessment,
    duties,
    escalation,
    exercises,
    library_files,
    network_files,
    officers,
    preparedness_file,
    sections,
    sharing,
    training,
)
from upstander.packs.checks import check
from upstander.packs.errors import PackError, Problem
from upstander.packs.model import Pack
from upstander.packs.reader import Source, Table, open_source
from upstander.packs.signals import signals

FILES = ("pack", "taxonomy", "directive", "proofs", "paragraphs", "outcomes", "texts.en")
"""The files that every pack has; beside them `texts.<language>.toml` for each further language."""

MAY = (
    "statutes", "isp", "duties", "service", "escalation", "signals", *officers.FILES, *network_files.FILES, *sharing.FILES,
    *library_files.FILES, *training.FILES, *exercises.FILES, *assessment.FILES, preparedness_file.FILE,
)  # fmt: skip
"""The files that a pack may have."""

ALSO = ("texts.", "signals.")
"""What further files may begin with: the languages' texts, and the words of signals (beside `signals.toml`)."""

HAS = (
    f"a pack has {', '.join(f'{name}.toml' for name in FILES)} and texts.<language>.toml, "
    f"and may have {', '.join(f'{name}.toml' for name in MAY)} and signals.<language>.toml."
)


def load(path: Path) -> Pack:
    """Read the pack in the folder `path`.

    Returns the complete, checked pack. Raises PackError with every problem found, each with file, line,
    and what would be right; a pack with any problem is not loaded at all, so that the one in force stays.
    """
    problems: list[Problem] = []
    files = contents(path, problems)
    sources = {name: open_source(file, data, problems) for name, (file, data) in files.items()}
    parsed = {name: source for name, source in sources.items() if source is not None}
    if problems:
        raise PackError(problems)
    pack = _build(parsed, _digest({name: data for name, (_, data) in files.items()}))
    if not problems:
        check(pack, parsed)
    if problems:
        raise PackError(problems)
    return pack


def contents(path: Path, problems: list[Problem]) -> dict[str, tuple[Path, bytes]]:
    """Each file of the pack in `path`, where it lies and what it holds; one that is missing, unreadable, or in
    no pack is a problem.

    A version that stands within a pack's folder holds what has changed: the files that it lacks are those of the
    folder above.
    """
    found: dict[str, tuple[Path, bytes]] = {}
    above = path.parent if (path.parent / "pack.toml").is_file() else path
    own, inherited = _names(path), _names(above)
    for name in dict.fromkeys((*FILES, *inherited, *own)):
        file = (path if name in own or name == "pack" else above) / f"{name}.toml"
        if name not in (*FILES, *MAY) and not name.startswith(ALSO):
            problems.append(Problem(str(file), 1, "is not a file of a pack.", HAS))
            continue
        try:
            found[name] = file, file.read_bytes()
        except OSError as error:
            problems.append(Problem(str(file), 1, f"cannot be read: {error.strerror}.", HAS))
    return found


def _names(folder: Path) -> list[str]:
    return sorted(p.name.removesuffix(".toml") for p in folder.glob("*.toml")) if folder.is_dir() else []


def _digest(contents: dict[str, bytes]) -> str:
    """SHA-256 over names, lengths and bytes of all files: two packs with one digest say the same."""
    total = hashlib.sha256()
    for name, data in sorted(contents.items()):
        total.update(f"{name} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def _root(sources: dict[str, Source], name: str) -> Table:
    """The root of a file that a pack may have; empty where it has none."""
    return sources[name].root() if name in sources else Table(sources["pack"], (), {})


def _build(sources: dict[str, Source], digest: str) -> Pack:
    """The pack as its files say it, noting what is missing, unknown or of the wrong kind."""
    root, taxonomy, directive = (sources[n].root() for n in ("pack", "taxonomy", "directive"))
    paragraphs, statutes = sources["paragraphs"].root(), _root(sources, "statutes")
    proofs, outcomes = sources["proofs"].root(), sources["outcomes"].root()
    texts = {
        n.removeprefix("texts."): sections.texts(s) for n, s in sources.items() if n.startswith("texts.")
    }
    trainer = training.training(sources)
    pack = Pack(
        id=root.code("id"),
        name=root.string("name"),
        jurisdiction=root.string("jurisdiction"),
        version=root.string("version"),
        effective_from=root.day("effective_from"),
        languages=root.strings("languages", required=True),
        digest=digest,
        programme=sections.programme(root.table("programme")),
        limits=sections.limits(root.table("limits")),
        ways_in=tuple(sections.ways_in(root)),
        end_users=tuple(sections.end_users(root)),
        identifiers=tuple(sections.identifiers(root)),
        paragraphs=(*sections.paragraphs(paragraphs), *sections.statutes(statutes)),
        classes=tuple(sections.classes(taxonomy)),
        subtypes=tuple(sections.subtypes(taxonomy, texts["en"])),
        flags=tuple(sections.flags(taxonomy)),
        rules=tuple(sections.rules(directive)),
        proofs=tuple(sections.proofs(proofs)),
        outcomes=tuple(sections.outcomes(outcomes)),
        questions=tuple(sections.questions(outcomes)),
        texts=texts,
        signals=signals(sources),
        areas=duties.areas(sources),
        clocks=duties.clocks(sources),
        levels=duties.levels(sources),
        escalation=escalation.escalation(sources),
        network=network_files.network(sources),
        officers=officers.officers(sources),
        sharing=sharing.sharing(sources),
        assessment=assessment.assessment(sources),
        library=library_files.library(sources),
        training=trainer,
        exercises=exercises.exercises(sources, trainer),
        preparedness=preparedness_file.preparedness(sources),
    )
    for table in (root, taxonomy, directive, paragraphs, statutes, proofs, outcomes):
        table.done()
    return pack
