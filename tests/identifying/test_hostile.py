"""Whatever somebody pastes: never a crash, every finding a place in the text, and no text that takes longer than its length."""

import random
import re
import string
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import upstander.identifying
from tests.identifying.support import KNOWN
from upstander.identifying import WORDS, findings

_LETTERS = st.characters()  # surrogates, marks, scripts, controls
_ODD = st.sampled_from(
    [
        "\u200b",
        "\u202e",
        "\ufdfa",
        "\U0001d56e",
        "0",
        "1",
        "@",
        ".",
        "-",
        " ",
        "\n",
        '"',
        "'s",
        "Marcus ",
        "I ",
        "#",
        "/",
        "A",
        "J. ",
        "()",
    ]
)


@given(st.text(_LETTERS, max_size=200) | st.lists(_ODD, max_size=80).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_finding_is_a_place_in_it(text: str) -> None:
    for found in findings(text, KNOWN):
        assert 0 <= found.start < found.end <= len(text)
        assert found.why in WORDS


@given(st.text(st.sampled_from(string.ascii_letters + string.digits + " .,-@\n'\""), max_size=120))
@settings(max_examples=200, deadline=None)
def test_a_text_behind_an_empty_line_takes_no_name_away(after: str) -> None:
    text = "She told Marcus Delgado."
    assert any(f.why.startswith("name") for f in findings(f"{text}\n\n{after}"))


def _steps(text: str) -> int:
    """Lines of the room's own code that run while it reads a text: the same on every machine."""
    counted, own = 0, str(Path(upstander.identifying.__file__).parent)

    def trace(frame: FrameType, event: str, arg: object) -> Callable[..., object] | None:
        nonlocal counted
        if not frame.f_code.co_filename.startswith(own):
            return None
        counted += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        findings(text, KNOWN)
    finally:
        sys.settrace(before)
    return counted


_UNITS = {
    "sentences": "Marcus Delgado told Mrs. Kowalczyk at 10:42 about Lincoln Elementary. ",
    "capitals": "Abcde ",
    "names": "Marcus ",
    "letters apart": "m a r c u s ",
    "figures": "2 1 7 ",
    "quotation marks": '"he told me" ',
    "places": "Oak Grove ",
    "possessives": "Marcus's ",
    "commas": ",",
    "initials": "J. ",
    "kin": "mother of ",
    "one word": "a",
    "hidden": "\u200b\u200b\u200ba",
    "wide": "\ufdfa",
    "one of two": "one of the two ",
    "lines": "\n- ",
}


@pytest.mark.parametrize("unit", _UNITS.values(), ids=_UNITS)
def test_the_work_grows_as_the_text_does(unit: str) -> None:
    small, large = (_steps(unit * (n // len(unit))) for n in (500, 2000))
    assert large <= 4.6 * small + 2000


def test_a_long_text_of_everything_at_once_grows_so_too() -> None:
    shuffled = random.Random(7).choices(list(_UNITS.values()), k=240)
    small, large = _steps("".join(shuffled[:60])), _steps("".join(shuffled))
    assert large <= 6 * small


def _patterns() -> Iterator[re.Pattern[str]]:
    for name, module in list(sys.modules.items()):
        if name.startswith("upstander.identifying."):
            for value in vars(module).values():
                yield from _within(value)


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _within(one)


def _unbounded(parsed: object) -> int:
    """How many repeats without a bound stand in a pattern that may give back what they took."""
    found = 0
    for op, argument in parsed:  # type: ignore[attr-defined]
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            found += int(str(argument[1]) == "MAXREPEAT") + _unbounded(argument[2])
        elif name == "SUBPATTERN":
            found += _unbounded(argument[3])
        elif name == "BRANCH":
            found += sum(map(_unbounded, argument[1]))
        elif name in ("ASSERT", "ASSERT_NOT"):
            found += _unbounded(argument[1])
    return found


def test_no_pattern_has_a_repeat_without_a_bound_but_the_one_that_takes_a_word() -> None:
    patterns = list(_patterns())
    assert len(patterns) > 40
    open_ended = [p.pattern for p in patterns if _unbounded(re._parser.parse(p.pattern, p.flags))]  # type: ignore[attr-defined]
    assert open_ended == [r"[^\W_]+(?:'[^\W_]+)*+"]
