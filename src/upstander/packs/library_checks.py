"""What must hold within a pack's library: codes lead to something, once; an address is one that a page may link to."""

from collections.abc import Iterable, Mapping

from upstander.packs.errors import suggest
from upstander.packs.library import Library, Resource
from upstander.packs.reader import Source


def check(found: Library, subtypes: Iterable[str], sources: Mapping[str, Source]) -> None:
    """Note what contradicts itself; `subtypes` are the keys of the pack's taxonomy."""
    _once(found, sources)
    if "resources" not in sources:
        return
    source, codes, keys = sources["resources"], {r.code for r in found.resources}, set(subtypes)
    for n, resource in enumerate(found.resources):
        _resource(found, n, resource, source)
    for table, rows in (
        ("collection", [c.resources for c in found.collections]),
        ("related", [r.resources for r in found.related]),
    ):
        for n, named in enumerate(rows):
            _known(source, (table, n, "resources"), "resource", named, codes)
    for n, one in enumerate(found.related):
        _known(source, ("related", n, "subtypes"), "sub-type", one.subtypes, keys)


def _known(
    source: Source, path: tuple[str | int, ...], what: str, names: Iterable[str], right: set[str]
) -> None:
    for name in names:
        if name not in right:
            source.problem(path, f"{what} {name!r} is not known.", suggest(name, sorted(right)))


def _once(found: Library, sources: Mapping[str, Source]) -> None:
    for file, table, names in (
        ("resources", "word", [f"{w.axis} {w.code}" for w in found.labels]),
        ("resources", "resource", [r.code for r in found.resources]),
        ("resources", "collection", [c.code for c in found.collections]),
        ("glossary", "term", [t.code for t in found.terms]),
        ("letters", "letter", [one.code for one in found.letters]),
        ("posters", "spot", [spot.code for spot in found.kit.spots] if found.kit else []),
    ):
        first: dict[str, int] = {}
        for n, name in enumerate(names):
            if first.setdefault(name, n) != n:
                already = f"it stands already on line {sources[file].lines.of((table, first[name]))}."
                sources[file].problem((table, n), f"{table} {name!r} stands twice.", already)


def _resource(found: Library, n: int, resource: Resource, source: Source) -> None:
    """Its codes have words, and its address, where it has one, is one that a browser goes to over a private line."""
    for axis, key, names in (
        ("audience", "audiences", resource.audiences),
        ("subject", "subjects", resource.subjects),
        ("language", "languages", resource.languages),
        ("level", "level", (resource.level,)),
        ("kind", "kind", (resource.kind,)),
    ):
        _known(source, ("resource", n, key), axis, names, {w.code for w in found.labels_of(axis)})
    plain = resource.address.isascii() and resource.address.isprintable() and " " not in resource.address
    if resource.address and not (plain and resource.address.startswith("https://")):
        source.problem(
            ("resource", n, "address"),
            "this is no address of a page.",
            'address = "https://..."; or leave it out.',
        )
    if resource.verified and not resource.address:
        source.problem(
            ("resource", n, "verified"),
            "nothing is there to be verified.",
            "leave it out, or add the address.",
        )
