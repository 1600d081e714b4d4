"""The shared glossary: what educators say, what officers say, and what to say to each other (S-terms).

It is the pack's. What was not compared with its source says so (`checked = false`), on the page too.
"""

from upstander.packs.current import current
from upstander.packs.library import Term


def glossary() -> tuple[Term, ...]:
    """All terms that the two professions mean differently, by name."""
    both = (term for term in current().library.terms if term.educators and term.officers)
    return tuple(sorted(both, key=lambda term: term.name.casefold()))


def matching(words: str) -> list[Term]:
    """The terms in which all of these words occur."""
    wanted = words.casefold().split()
    return [term for term in glossary() if all(word in term.text for word in wanted)]


def ordinary() -> list[str]:
    """Every sentence of it: words that name nobody."""
    return [part for term in glossary() for part in (term.name, term.educators, term.officers, term.together)]
