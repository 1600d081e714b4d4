"""What may be seen of the counts: whole months that are over, five and more, and no difference of two looks that is less."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.posters.release import FEWEST, Released, Span, after, released

MADE = date(2026, 8, 20)
MONTHS = [date(2026, 8, 1)]
while len(MONTHS) < 20:
    MONTHS.append(after(MONTHS[-1]))
COUNTS = st.dictionaries(st.sampled_from(MONTHS), st.integers(1, 12))


@pytest.mark.req("R-privacy")
def test_a_few_reports_are_shown_with_the_months_after_them():
    counts = {MONTHS[0]: 2, MONTHS[2]: 4, MONTHS[3]: 9}
    assert released(counts, MADE, date(2026, 10, 31)) == Released((), MONTHS[0])
    assert released(counts, MADE, date(2026, 11, 1)).spans == (Span(MONTHS[0], MONTHS[2], 6),)
    assert released(counts, MADE, date(2026, 12, 1)).spans[0] == Span(MONTHS[3], MONTHS[3], 9)


def test_the_running_month_is_never_shown():
    assert released({MONTHS[0]: 900}, MADE, date(2026, 8, 31)) == Released((), MONTHS[0])


@given(COUNTS, st.sampled_from(MONTHS), st.sampled_from(MONTHS))
def test_two_looks_never_differ_by_less_than_the_fewest(counts, one, other):
    before, later = sorted((one, other))
    first, second = released(counts, MADE, before), released(counts, MADE, later)
    assert all(span.number >= FEWEST and span.last < later for span in second.spans)
    assert second.spans[len(second.spans) - len(first.spans) :] == first.spans, "what was shown stays"
    assert second.number == first.number or second.number - first.number >= FEWEST


@given(COUNTS, st.sampled_from(MONTHS), st.sampled_from(MONTHS))
def test_a_report_more_in_the_running_month_changes_nothing(counts, today, _other):
    more = counts | {today: counts.get(today, 0) + 1}
    assert released(more, MADE, today) == released(counts, MADE, today)
