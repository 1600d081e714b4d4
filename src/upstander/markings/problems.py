"""What keeps a draft from being published, each in words for its author."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from upstander.markings.editions import edition, level_of
from upstander.markings.levels import Level
from upstander.markings.paragraphs import Kind, Paragraph
from upstander.markings.scheme import Scheme


class Fault(StrEnum):
    """What can be wrong."""

    NOTHING = "nothing"
    EMPTY = "empty"
    NO_MARKING = "no_marking"
    UNKNOWN_MARKING = "unknown_marking"
    NO_TITLE = "no_title"
    TWO_TITLES = "two_titles"
    NOT_RELEASED = "not_released"
    RELEASED_HIGHER = "released_higher"
    NO_ALTERNATIVE = "no_alternative"
    INDIVIDUALS = "individuals"


def gettext_noop(text: str) -> str:
    """The text itself: by this name translators' tools find it."""
    return text


WORDS: Mapping[Fault, str] = {
    Fault.NOTHING: gettext_noop("There is nothing to publish yet. Write a paragraph."),
    Fault.EMPTY: gettext_noop("Paragraph {number} is empty. Write it, or take it out."),
    Fault.NO_MARKING: gettext_noop("Paragraph {number} has no marking. Choose one: without it nobody may read it."),
    Fault.UNKNOWN_MARKING: gettext_noop("The marking of paragraph {number}, {marking}, is not known here. Choose another."),
    Fault.NO_TITLE: gettext_noop("Readers at {level} would get text without a title. Write a title that they may read."),
    Fault.TWO_TITLES: gettext_noop("Two titles are marked for {level}. Keep one, or mark one of them otherwise."),
    Fault.NOT_RELEASED: gettext_noop(
        "Paragraph {number} is {originator}'s, who has not released it. Record the release, or take the paragraph out."
    ),
    Fault.RELEASED_HIGHER: gettext_noop(
        "{originator} has released paragraph {number} at {released} and above, and it is marked for {level}."
        " Mark it higher, or ask them."
    ),
    Fault.NO_ALTERNATIVE: gettext_noop(
        "The picture in paragraph {number} has no words for who cannot see it. Write what it shows."
    ),
    Fault.INDIVIDUALS: gettext_noop(
        "{marking} is for named persons only, and paragraph {number} would go to a list."
        " Take it out, and tell those persons yourself."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a draft from being published. `position` is the paragraph's place from 0; None: the whole draft."""

    fault: Fault
    position: int | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The problem as a sentence that says what to do; `translate` is a page's gettext."""
        number = "" if self.position is None else str(self.position + 1)
        return translate(WORDS[self.fault]).format(number=number, **self.given)

    def __str__(self) -> str:
        return self.words()


def problems(paragraphs: Sequence[Paragraph], scheme: Scheme, *, to_list: bool = True) -> tuple[Problem, ...]:
    """All that keeps a draft from being published, in its order. `to_list`: it would go to whoever has the level, not to persons
    who are named. A draft of which this says nothing has a title and a banner at each level that gets any of it."""
    found = [problem for n, p in enumerate(paragraphs) for problem in _of_one(n, p, scheme, to_list)]
    if not any(p.kind not in (Kind.TITLE, Kind.HEADING) and p.has_content for p in paragraphs):
        found.append(Problem(Fault.NOTHING))
    return (*found, *_titles(paragraphs, scheme))


def _of_one(n: int, p: Paragraph, scheme: Scheme, to_list: bool) -> Iterator[Problem]:
    if not p.has_content:
        yield Problem(Fault.EMPTY, n)
    if p.kind is Kind.PICTURE and not p.alt.strip():
        yield Problem(Fault.NO_ALTERNATIVE, n)
    if not p.marking:
        yield Problem(Fault.NO_MARKING, n)
        return
    marking = scheme.get(p.marking)
    if marking is None:
        yield Problem(Fault.UNKNOWN_MARKING, n, {"marking": p.marking})
        return
    if marking.individuals and to_list:
        yield Problem(Fault.INDIVIDUALS, n, {"marking": marking.label})
    if p.originator and p.released_to is None:
        yield Problem(Fault.NOT_RELEASED, n, {"originator": p.originator})
    elif p.originator and p.released_to is not None and p.released_to > marking.level:
        said = {"originator": p.originator, "released": p.released_to.name, "level": marking.level.name}
        yield Problem(Fault.RELEASED_HIGHER, n, said)


def _titles(paragraphs: Sequence[Paragraph], scheme: Scheme) -> Iterator[Problem]:
    """Each level that gets text has one title of its own, or one from below."""
    for level in Level:
        named = [p for p in paragraphs if p.kind is Kind.TITLE and level_of(p, scheme) is level]
        if len(named) > 1:
            yield Problem(Fault.TWO_TITLES, given={"level": level.name})
        found = edition(paragraphs, level, scheme)
        if found and found.title is None:
            yield Problem(Fault.NO_TITLE, given={"level": level.name})
