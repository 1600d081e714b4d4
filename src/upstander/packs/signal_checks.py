"""What must hold between the signals of a pack and the rest of it, and within its phrases."""

from collections.abc import Iterable, Mapping

from upstander.packs.errors import suggest
from upstander.packs.locate import Path
from upstander.packs.phrases import BUILT_IN
from upstander.packs.reader import Source
from upstander.packs.signals import SECTIONS, Phrases, Signals
from upstander.packs.vocabulary import REPORTER


def check(
    found: Signals, subtypes: Iterable[str], texts: Iterable[str], sources: Mapping[str, Source]
) -> None:
    """Note every problem of a pack's signals, in signals.toml and in the files of its languages."""
    if "signals" not in sources:
        return
    keys = _keys(found)
    _definitions(found, list(subtypes), set(texts), sources["signals"])
    for section, ids in keys.items():
        _once(ids, section.removesuffix("s"), sources["signals"])
    for name, source in sources.items():
        if name.startswith("signals."):
            _language(found, keys, source)
    _circles(found, sources)


def _keys(found: Signals) -> dict[str, list[str]]:
    """What the tables of phrases may stand for, by section."""
    return {
        "signals": [s.id for s in found.signals],
        "contexts": [c.id for c in found.contexts],
        "facts": [f.code for f in found.facts],
        "reveals": [r.code for r in found.reveals],
    }


def _once(ids: list[str], table: str, source: Source) -> None:
    for index, id in enumerate(ids):
        if id in ids[:index]:
            source.problem((table, index), f"{table} {id!r} stands twice.", "name each once.")


def _definitions(found: Signals, subtypes: list[str], texts: set[str], source: Source) -> None:
    """Signals and facts speak of sub-types, contexts and phrases that there are."""
    contexts = [c.id for c in found.contexts]
    for i, signal in enumerate(found.signals):
        if signal.subtype not in subtypes:
            source.problem(
                ("signal", i, "subtype"),
                f"sub-type {signal.subtype!r} is not known.",
                suggest(signal.subtype, subtypes),
            )
        for id in signal.unless:
            if id not in contexts:
                source.problem(
                    ("signal", i, "unless"), f"context {id!r} is not known.", suggest(id, contexts)
                )
    asked = f"{REPORTER}phrase."
    for i, fact in enumerate(found.facts):
        for key in sorted(fact.subtypes.difference(subtypes)):
            source.problem(("fact", i, "subtypes"), f"sub-type {key!r} is not known.", suggest(key, subtypes))
        if asked + fact.phrase not in texts:
            phrases = [t.removeprefix(asked) for t in texts if t.startswith(asked)]
            source.problem(
                ("fact", i, "phrase"), f"no text {asked}{fact.phrase}.", suggest(fact.phrase, phrases)
            )


def _language(found: Signals, keys: dict[str, list[str]], source: Source) -> None:
    """A language's file has phrases for every signal, and for nothing that there is not."""
    groups = [*found.of("groups"), *sorted(BUILT_IN)]
    for section in SECTIONS:
        own = source.data.get(section, {})
        known = keys.get(section)
        for key in own if known is not None and isinstance(own, dict) else ():
            if key not in (known or ()):
                source.problem(
                    (section, key), f"{section} has no {key!r} in signals.toml.", suggest(key, known or ())
                )
        for key, phrases in found.of(section).items():
            if isinstance(own, dict) and key in own:
                _phrases(found, phrases, own[key], groups, source, (section, key))
    _phrases(found, found.idioms, source.data.get("idioms"), groups, source, ("idioms",))
    said = source.data.get("signals", {})
    for id in keys["signals"]:
        if isinstance(said, dict) and not said.get(id):
            source.problem(("signals",), f"nothing is said for the signal {id!r}.", f'add {id} = ["..."].')


def _phrases(
    found: Signals, phrases: Phrases, own: object, groups: list[str], source: Source, path: Path
) -> None:
    """The phrases that stand in this file (`own`) name groups that there are, and words as texts are read."""
    for phrase in phrases:
        if not isinstance(own, list) or phrase.written not in own:
            continue
        for name in sorted(phrase.groups.difference(groups)):
            message = f"{phrase.written!r} names a group {name!r} that there is not."
            source.problem(path, message, suggest(name, groups))
        for word in sorted(phrase.words):
            if found.spellings.get(word, word) != word:
                message = f"{phrase.written!r}: in texts {word!r} is read as {found.spellings[word]!r}."
                source.problem(path, message, "write it so, or take the spelling out.")


def _circles(found: Signals, sources: Mapping[str, Source]) -> None:
    """No group is made of itself."""
    made_of = {
        name: frozenset(g for phrase in phrases for g in phrase.groups)
        for name, phrases in found.of("groups").items()
    }
    settled: set[str] = set(BUILT_IN)
    rest = set(made_of)
    while ready := {name for name in rest if made_of[name] <= settled | (made_of[name] - made_of.keys())}:
        settled |= ready
        rest -= ready
    for name in sorted(rest):
        for file, source in sources.items():
            own = source.data.get("groups", {})
            if file.startswith("signals.") and isinstance(own, dict) and name in own:
                source.problem(
                    ("groups", name), f"the group {name!r} is made of itself.", "take the circle out."
                )
