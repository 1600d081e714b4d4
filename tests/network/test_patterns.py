"""The network knows patterns of tips, and no tip (S-topics)."""

from datetime import date

import pytest
from django.db import DatabaseError

from tests.network.judging import JULY
from tests.network.support import played
from upstander.markings import Level
from upstander.network import walls
from upstander.network.patterns import LEAST, Pattern, months_back, patterns, trends

SPAN = (date(2026, 7, 1), date(2026, 8, 1))


@pytest.mark.req("S-topics")
def test_the_sio_reads_how_many_in_a_month_and_a_region(network, judged):
    judged(LEAST + 2, "bullying")
    with played("network"), walls.reading(walls.STAFF):
        assert patterns(*SPAN) == [Pattern(SPAN[0], judged.region, "bullying", "standard", LEAST + 2)]
        assert patterns(date(2026, 8, 1), date(2026, 9, 1)) == []


@pytest.mark.req("S-topics")
def test_what_few_told_is_not_counted_and_neither_is_what_was_taken_back(network, judged):
    judged(LEAST - 1, "bullying")
    judged(LEAST, "drugs", state="superseded")
    with played("network"), walls.reading(walls.STAFF):
        assert patterns(*SPAN) == []


@pytest.mark.req("S-topics")
def test_a_change_is_said_as_far_as_it_is_known_for_what_was_not_published_may_be_four(network, judged):
    june = JULY.replace(month=6)
    judged(12, "bullying")
    judged(7, "bullying", at=june)
    judged(6, "bullying", at=june, klass="emergency")  # in July fewer than five of these
    judged(4, "bullying", klass="emergency")
    judged(9, "truancy")
    with played("network"), walls.reading(walls.STAFF):
        first, second = trends(SPAN[0])
    assert (first.subtype, first.tips, first.before, first.change) == ("truancy", 9, 0, (5, 9))
    assert (second.subtype, second.tips, second.before, second.change) == ("bullying", 12, 13, (-1, 3))
    assert [months_back(date(2026, 1, 1), n) for n in (1, -12)] == [date(2025, 12, 1), date(2027, 1, 1)]


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", list(Level))
def test_no_member_reads_even_that(network, level):
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(level):
        patterns(*SPAN)
