"""What the checks of a pack share: which codes there are, and how an unknown one is noted."""

from collections.abc import Iterable, Iterator

from upstander.packs.errors import suggest
from upstander.packs.locate import Path
from upstander.packs.model import Case, Pack, Rule
from upstander.packs.reader import Source

Sources = dict[str, Source]


def codes(pack: Pack) -> tuple[list[str], list[str], list[str]]:
    """What cases, questions and flags may speak of: classes, sub-types (their keys), flags."""
    return [c.code for c in pack.classes], [s.key for s in pack.subtypes], [f.code for f in pack.flags]


def known(
    source: Source, path: Path, what: str, names: Iterable[str | None], there_are: Iterable[str]
) -> None:
    """Note each code that is there and not known."""
    right = list(there_are)
    for name in names:
        if name is not None and name not in right:
            source.problem(path, f"{what} {name!r} is not known.", suggest(name, right))


def cases(pack: Pack) -> Iterator[tuple[Path, Rule, Case]]:
    """Every case with its rule, and where it stands in directive.toml."""
    for i, rule in enumerate(pack.rules):
        for j, case in enumerate(rule.cases):
            yield ("rule", i, "case", j), rule, case
