"""Lines are kept for who was never rung, and who was rung before is rung again all the same, however slow the carrier's pace."""

import pytest

from upstander.delivery.caller.again import share

pytestmark = pytest.mark.req("D-IV.A.2")


@pytest.mark.parametrize("lines", [1, 6, 10, 30, 120])
@pytest.mark.parametrize("pace", [1, 2, 3, 9])
def test_at_any_pace_who_did_not_answer_is_rung_again(lines: int, pace: int):
    begun = min(lines, pace)
    assert share(lines, 0, pace) == (begun, begun)


def test_one_line_in_ten_is_left_to_who_was_never_rung():
    assert share(30, 26, 30) == (4, 1)
    assert share(30, 27, 30) == (3, 0)
    assert share(30, 30, 30)[0] == 0


def test_a_carrier_that_can_take_none_is_asked_for_none():
    assert share(30, 0, 0)[0] == 0
