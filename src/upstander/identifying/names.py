"""Names of persons: in runs of capitals, behind titles and "called", before "'s mother", and in small letters."""

from collections.abc import Iterator

from upstander.identifying import lists
from upstander.identifying.about import Found, Is, Reading
from upstander.identifying.values import Kind, Sure
from upstander.identifying.vocabulary import (
    KIN_TITLES,
    OFFICES,
    ORGANISATION,
    PARTICLES,
    RELATIVES,
    STATES,
    TITLES,
    VERBS,
)

_GIVEN = (Is.CLEAR, Is.DOUBTFUL)
_NAMES = (Is.CLEAR, Is.DOUBTFUL, Is.SURNAME, Is.UNKNOWN, Is.INITIAL)
_TAILS = frozenset(
    "school schools district county township elementary middle high academy act law university college"
    " escuela condado".split()
)
_MOST = 5  # words of one name
_FIELDS = frozenset(
    "student name suspect victim subject witness parent reporter caller alumno alumna nombre".split()
)
_JOINS = frozenset("and or y".split())
_TOWARD = frozenset("with to told asked from by and or con dijo for against about of tell".split())


def names(text: Reading, taken: frozenset[int]) -> Iterator[Found]:
    """Every name that stands in capitals or small letters; `taken` are words that are part of a school's name."""
    at = 0
    while at < len(text.tokens):
        end = at + 1
        if at in taken:
            pass
        elif text.tokens[at].capital:
            end = _run(text, at, taken)
            yield from _in_run(text, at, end)
        elif text.kinds[at] is Is.CLEAR or text.tokens[at].word in TITLES:
            found = _small(text, at)
            yield from found[:1]
            end = max(end, text.plain.token_at(found[0][2] - 1) + 1) if found else end
        at = end


def _run(text: Reading, begun: int, taken: frozenset[int]) -> int:
    """Where the run of capitalised words that begins here ends."""
    at = begun
    while text.close(at) and at + 1 not in taken:
        if text.owns(at) and text.word(at + 1) not in ORGANISATION:
            break
        if text.tokens[at + 1].capital and not (
            text.tokens[at + 1].first and text.kinds[at] is not Is.INITIAL
        ):
            at += 1
        elif (
            text.word(at + 1) in PARTICLES
            and text.close(at + 1)
            and at + 2 not in taken
            and text.tokens[at + 2].capital
            and text.kinds[at] is not Is.ORDINARY
        ):
            at += 2
        else:
            break
    return at + 1


def _in_run(text: Reading, begun: int, end: int) -> Iterator[Found]:
    """The names within a run. What stands before "School", "Act" and the like names no person."""
    start = begun
    for at in range(begun, end):
        if text.word(at) in ORGANISATION and text.kinds[at] is Is.ORDINARY:
            start = at + 1
    if end - start == 1 and text.close(end - 1) and text.word(end) in _TAILS:
        return
    at = start
    while at < end:
        place = text.longest(at, text.known.places) if text.known.places else 0
        found = _name(text, at, start, end)
        if found and not (place and at + place >= found[0] and found[2] is not Sure.SURE):
            stop, why, sure = found
            yield (Kind.NAME, *text.span(_behind_title(text, at), stop), why, sure)
            at = max(stop, at + 1)
        else:
            at += max(place, 1)


def _behind_title(text: Reading, at: int) -> int:
    return at + 1 if text.word(at) in TITLES or text.word(at) in OFFICES else at


Named = tuple[int, str, Sure]


def _name(text: Reading, at: int, start: int, end: int) -> Named | None:
    """The name that begins at this word: where it ends, why, how sure."""
    word, kind = text.word(at), text.kinds[at]
    if (word in TITLES or word in OFFICES) and at + 1 < end:
        if (stop := _titled(text, at, end)) > at + 1:
            return stop, "name.titled", Sure.SURE
        return None
    if kind is Is.ORDINARY:
        return None
    if kind in _GIVEN and (stop := _full(text, at, end)) > at + 1:
        others = any(
            text.kinds[n] in (Is.CLEAR, Is.SURNAME) for n in range(at + (kind is not Is.CLEAR), stop)
        )
        if kind is Is.DOUBTFUL and not others and text.tokens[at].first:
            return stop, "name.full", Sure.PERHAPS
        return stop, "name.full", Sure.SURE if others else Sure.LIKELY
    if kind is Is.INITIAL:
        return _initials(text, at, end)
    if kind in (Is.UNKNOWN, Is.SURNAME) and (stop := _unlisted(text, at, end)) > at + 1:
        return stop, "name.full", _unlisted_sure(text, at, stop)
    return _single(text, at, start, end)


def _titled(text: Reading, at: int, end: int) -> int:
    """Where a name behind a title ends; behind "Mr." any capitalised word is one."""
    honorific = text.word(at) in TITLES and text.word(at) not in KIN_TITLES
    stop = at + 1
    while stop < end and stop - at < _MOST:
        if text.kinds[stop] in _NAMES or text.word(stop) in PARTICLES or text.word(stop) in OFFICES:
            stop += 1
        elif stop == end - 1 and stop > at + 1 and text.kinds[stop - 1] in _GIVEN:
            stop += 1  # "Sergeant Mallory Finch"
        elif honorific and stop == at + 1 and text.word(stop) not in ORGANISATION:
            stop += 1
        else:
            break
    return stop if any(text.kinds[n] in _NAMES for n in range(at + 1, stop)) or honorific else at + 1


def _full(text: Reading, at: int, end: int) -> int:
    """Where a full name that begins with a given name ends; behind a clear one an ordinary word ("Brown") may be the surname."""
    stop = at + 1
    while stop < end and stop - at < _MOST:
        kind, word = text.kinds[stop], text.word(stop)
        if (
            word in STATES
            or text.known.places
            and text.longest(stop, text.known.places)
            and kind is Is.ORDINARY
        ):
            break
        plainly = (
            text.kinds[at] is Is.CLEAR and stop == end - 1 and stop == at + 1 and at not in text.headings
        )
        particle = word in PARTICLES and stop + 1 < end and text.kinds[stop + 1] in _NAMES
        shouted = text.tokens[stop].shouted and (word in lists.doubtful() and text.tokens[at].shouted)
        if (
            kind not in _NAMES
            and not particle
            and not shouted
            and not (plainly and not text.tokens[stop].shouted)
        ):
            break
        stop += 1
    return stop


def _unlisted(text: Reading, at: int, end: int) -> int:
    stop = at + 1
    while stop < end and stop - at < _MOST and (text.kinds[stop] in _NAMES or text.word(stop) in PARTICLES):
        stop += 1
    while text.word(stop - 1) in PARTICLES and stop > at + 1:
        stop -= 1
    return stop


def _unlisted_sure(text: Reading, at: int, stop: int) -> Sure:
    if any(text.kinds[n] is Is.CLEAR for n in range(at, stop)):
        return Sure.LIKELY
    alone = at in text.headings or (text.tokens[at].first and not text.of_person(at))
    return Sure.PERHAPS if alone else Sure.LIKELY


_ABBREVIATIONS = frozenset(
    "us usa pa dc am pm jd md phd eg ie edd ba ma ms rn po cfr fbi un uk no eeuu ii iii iv vi vii viii ix xi".split()
)


def _initials(text: Reading, at: int, end: int) -> Named | None:
    stop = at + 1
    while stop < end and text.kinds[stop] is Is.INITIAL and stop - at < 3:
        stop += 1
    if "".join(text.word(n) for n in range(at, stop)) in _ABBREVIATIONS:
        return None
    if stop < end and text.kinds[stop] in (Is.UNKNOWN, Is.SURNAME, Is.CLEAR):
        return stop + 1, "name.full", Sure.LIKELY
    dotted = text.plain.gap(at).startswith(".") and text.tokens[at].text.isupper()
    if not dotted or (stop - at == 1 and not text.of_person(at)):
        return None
    return stop, "name.initials", Sure.LIKELY if text.of_person(at) else Sure.PERHAPS


def _last_first(text: Reading, at: int) -> bool:
    """ "Miller, Jonathan"; "Student: Okafor, Chidi" """
    if text.plain.gap(at).strip(" ") != "," or not text.tokens[at + 1].capital or text.tokens[at + 1].shouted:
        return False
    before = at > 0 and text.plain.gap(at - 1).strip().startswith(":") and text.word(at - 1) in _FIELDS
    return before or (
        text.kinds[at] in (Is.SURNAME, Is.UNKNOWN)
        and text.kinds[at + 1] is Is.CLEAR
        and at not in text.headings
    )


def _single(text: Reading, at: int, start: int, end: int) -> Named | None:
    """One capitalised word that may be a name."""
    kind, first = text.kinds[at], text.tokens[at].first or at in text.headings
    does = text.word(at + 1) in VERBS and at + 1 == end and text.close(at)
    alone = end - start == 1
    toward = text.word(at - 1) in _TOWARD
    if at + 1 == end and _last_first(text, at):
        return at + 2, "name.full", Sure.LIKELY
    if kind is Is.CLEAR:
        why, sure = "name.given", Sure.LIKELY
    elif kind is Is.SURNAME:
        why, sure = "name.surname", Sure.LIKELY if alone and (not first or does) else Sure.PERHAPS
    elif kind is Is.DOUBTFUL:
        does = does and text.word(at + 1) not in _JOINS
        speaks = alone and (not first or does) and (does or text.owns(at) or text.of_person(at) or toward)
        if first and not does:
            return None
        why, sure = "name.given", Sure.LIKELY if speaks else Sure.PERHAPS
    elif first and not does:
        return None
    else:
        speaks = alone and (text.of_person(at) or (toward and does))
        why, sure = "name.unknown", Sure.LIKELY if speaks else Sure.PERHAPS
    return at + 1, why, sure


def _small(text: Reading, at: int) -> list[Found]:
    """A name in small letters: a given name with what may be its surname, or what stands behind "mr."."""
    if text.word(at) in TITLES:
        return _small_titled(text, at)
    if text.longest(at, text.known.places):
        return [(Kind.NAME, *text.span(at, at + 1), "name.given", Sure.PERHAPS)]
    stop = at + 1
    while text.close(stop - 1) and stop < len(text.tokens) and stop - at < 3 and not text.owns(stop - 1):
        if text.kinds[stop] not in (Is.CLEAR, Is.SURNAME):
            break
        stop += 1
    why = "name.full" if stop > at + 1 else "name.given"
    return [(Kind.NAME, *text.span(at, stop), why, Sure.LIKELY)]


def _small_titled(text: Reading, at: int) -> list[Found]:
    if text.word(at) in KIN_TITLES or not text.close(at):
        return []
    told = text.kinds[at + 1] in (Is.CLEAR, Is.SURNAME, Is.UNKNOWN, Is.DOUBTFUL)
    marked = text.plain.gap(at).startswith(".") and text.tokens[at + 1].text.isalpha()
    if not (told or (marked and text.word(at) != "st")):
        return []
    return [(Kind.NAME, *text.span(at + 1, at + 2), "name.titled", Sure.LIKELY)]


def kin(text: Reading) -> Iterator[Found]:
    """ "Dashawn's mother", "hermano de Iker": whose relative or belonging it is."""
    for at, token in enumerate(text.tokens):
        if text.owns(at) and text.word(at + 1) in RELATIVES and _may_be_name(text, at):
            yield (Kind.NAME, *text.span(at, at + 1), "name.kin", Sure.SURE)
        behind = text.word(at + 1) in ("of", "de") and token.word in RELATIVES and at + 2 < len(text.tokens)
        if behind and text.tokens[at + 2].capital and _may_be_name(text, at + 2):
            yield (Kind.NAME, *text.span(at + 2, at + 3), "name.kin", Sure.LIKELY)


def _may_be_name(text: Reading, at: int) -> bool:
    kind = text.kinds[at]
    if text.longest(at, text.known.places) and kind is not Is.CLEAR:
        return False
    if text.tokens[at].shouted and len(text.word(at)) == 2 and text.word(at).isalpha():
        return True
    return kind is Is.CLEAR or (text.tokens[at].capital and kind in _NAMES and kind is not Is.INITIAL)
