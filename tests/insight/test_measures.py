"""The figures are those that one works out by hand, and say nothing of one person."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.circulation.conftest import out  # noqa: F401 - a fixture
from tests.insight import world
from tests.network.support import account, client_for, make_member
from tests.products.conftest import product_of, released, saved, second, sio  # noqa: F401 - fixtures
from upstander.insight.errors import CannotDo
from upstander.insight.measures import people, products_sheet, readers, said, shared, span, times, together
from upstander.insight.measures.small import LEAST, hidden
from upstander.insight.measures.span import Span
from upstander.markings import Level
from upstander.network import walls

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-measure")]
PAGE = "/desk/measures/"


@pytest.fixture
def made(out, sio, second) -> world.World:  # noqa: F811
    return world.build(out, sio, second)


@pytest.fixture
def staff(made):
    """The staff's own right, and no more."""
    with walls.reading(walls.STAFF):
        yield made


class TestByHand:
    def test_what_went_out(self, staff):
        found = shared.shared(staff.span)
        kinds = {one.kind: (one.new, one.urgent, one.corrected, one.recalled) for one in found.kinds}
        assert kinds == {"bulletin": (2, 1, 1, 0), "notice": (1, 0, 0, 0), "after_action": (1, 0, 0, 1)}
        assert found.total == 4 and found.topics == {"threats": 3, "cyber": 2}
        assert found.levels == {"0": 3, "1": 3, "2": 4} and found.regions == {"": 4} and found.disciplines == {"": 4}
        assert sum(found.months.values()) == 4
        over = shared.through(staff.span, found.months)
        assert len(over) in (12, 13) and over[-1][1] == 4 and sum(n for _day, n in over) == 4

    def test_readers_of_a_level_are_told_of_what_they_have_and_of_nothing_else(self, staff):
        found = shared.shared(staff.span, Level.FOUO)
        assert {one.kind for one in found.kinds} == {"bulletin", "after_action"}
        assert found.topics == {"threats": 3, "cyber": 1} and found.levels == {"0": 3, "1": 3}
        assert "notice" not in readers.readers(staff.span, Level.FOUO).kinds
        assert said.heard(staff.span, Level.FOUO).all.answers == 6

    def test_who_read_it_and_how_fast(self, staff):
        found = readers.readers(staff.span)
        assert (found.all.people, found.all.copies, found.all.read) == (12, 12 * 4 + 5, 11)
        assert (found.all.asked, found.all.answered) == (12, 9)
        kinds = {kind: (row.people, row.copies, row.read) for kind, row in found.kinds.items()}
        assert kinds == {"bulletin": (12, 36, 9), "notice": (5, 5, 2), "after_action": (12, 12, 0)}
        regions = {id: (row.people, row.read) for id, row in found.regions.items()}
        assert regions == {str(staff.south.pk): (7, 4), str(staff.north.pk): (5, 7)}
        urgent, other = found.fast["urgent"], found.fast["other"]
        assert (urgent.presses, urgent.median, urgent.ninth) == (9, 300, pytest.approx(492))
        assert (other.presses, other.median) == (2, 3600)

    def test_of_one_clinician_nothing_is_said_and_of_the_next_group_neither(self, staff):
        found = readers.readers(staff.span).disciplines
        assert (found["administrator"].copies, found["administrator"].read) == (24, 4)
        for code, n in (("mental_health", 1), ("sworn_officer", 5)):
            assert found[code].hidden and (found[code].people, found[code].copies, found[code].read) == (n, 0, 0)
        table = products_sheet.sections(staff.span)[1].tables[1]
        clinician = next(row for row in table.rows if row[0].startswith("Mental"))
        assert clinician[1:] == ("fewer than 5", "-", "-", "-")

    def test_what_they_said(self, staff):
        found = said.heard(staff.span)
        assert (found.all.answers, found.all.relevant, found.all.timely) == (11, (8, 2, 1), (6, 0, 0))
        assert found.all.use == (0, 0, 4, 5, 2)  # know more, plan, passed on, acted, nothing
        assert found.kinds["bulletin"].relevant == (3, 2, 1) and found.kinds["notice"].relevant == (5, 0, 0)
        (worst,) = said.doubted(staff.span)
        assert (worst.product_id, worst.yes, worst.of) == (product_of(staff.a), 3, 6)

    def test_who_takes_part(self, staff):
        found = people.people(staff.span)
        total = found.all
        assert (total.people, total.members, total.joined, total.left) == (13, 12, 13, 1)
        assert (total.used, total.helped, total.gave, total.active) == (10, 1, 2, 10)
        roles = {code: (g.members, g.used, g.helped, g.gave) for code, g in found.roles.items()}
        assert roles == {"consumer": (11, 10, 1, 2), "contributor": (5, 5, 0, 2)}
        south = found.regions[str(staff.south.pk)]
        assert (south.people, south.members, south.used, south.gave) == (8, 7, 5, 0)
        assert found.disciplines["mental_health"].hidden and found.disciplines["sworn_officer"].hidden

    def test_from_event_to_bulletin_to_reader(self, staff, sio):  # noqa: F811
        began = world.happened(staff, 2)
        found = times.steps(staff.span)
        assert found["cited"].number == 1
        assert found["cited"].median == pytest.approx((staff.a.goes_at - began).total_seconds(), abs=1)
        assert (found["given"].number, found["given"].median) == (1, 3600)
        assert found["read"].number == 2 and found["read"].longest == 3600
        assert found["whole"].median == pytest.approx(found["cited"].median + 300, abs=1)
        assert found["entered"].number == 1 and found["drafted"].number == 4

    def test_what_happened_around_them(self, staff):
        found = together.together(staff.span)
        assert found.forum.requests.number == 1 and found.forum.requests.without_answer == 1
        assert found.forum.contributions == {"lesson": 2} and found.forum.posts == 1
        assert found.counts["visits"] == 0 and found.events == ()

    def test_another_span_has_none_of_it(self, staff):
        before = Span(date(2015, 1, 1), date(2019, 12, 31))
        assert shared.shared(before).total == 0 and people.people(before).all.people == 0
        assert readers.readers(before).all.copies == 0 and said.heard(before).all.answers == 0 and times.steps(before) == {}


class TestSmall:
    @given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=9))
    def test_nobody_can_work_out_a_small_group_from_the_rest(self, groups):
        gone = hidden(groups)
        assert all(key in gone for key, n in groups.items() if 0 < n < LEAST)
        rest = sum(groups[key] for key in gone)
        assert not gone or rest >= LEAST or all(n < LEAST for n in groups.values())

    def test_large_groups_are_all_shown(self):
        assert hidden({"a": 5, "b": 70, "c": 0}) == frozenset()


class TestSpan:
    @pytest.mark.parametrize(
        ("first", "last"),
        [("2026-05-01", "2026-04-30"), ("2020-01-01", "2199-01-01"), ("1999-12-31", "2020-01-01"), ("9999-12-31", "9999-12-31")],
    )
    def test_a_span_that_makes_no_sense_is_refused_in_words(self, first, last):
        with pytest.raises(CannotDo, match=r"\.$"):
            span.asked(date.fromisoformat(first), date.fromisoformat(last))

    def test_many_years_are_drawn_by_year_and_no_month_is_left_out(self):
        five = Span(date(2014, 7, 1), date(2019, 6, 30))
        assert len(shared.through(five, {"2016-02": 3})) == 60
        ten = shared.through(Span(date(2000, 1, 1), date(2009, 12, 31)), {"2001-02": 3, "2001-12": 1})
        assert len(ten) == 10 and ten[1] == (date(2001, 1, 1), 4)

    def test_a_leap_day_has_a_year_before_it(self):
        assert span.years_before(date(2024, 2, 29), 1) == date(2023, 3, 1)
        assert span.years_before(date(2026, 6, 30), 5) == date(2021, 7, 1)


BAD = [
    {"first": "2026-05-01", "last": "2026-04-30"}, {"first": "2020-01-01", "last": "2199-01-01"}, {"first": "", "last": ""},
    {"first": "last spring", "last": "now"}, {"first": "2020-13-45", "last": "2020-01-01\x00"}, {"years": "-5"},
    {"first": "1066-10-14", "last": "2020-01-01"}, {"first": "9" * 5000, "last": "2020-01-01"},
]  # fmt: skip


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}review/"])
@pytest.mark.parametrize("sent", BAD)
def test_what_is_no_span_comes_back_with_words_and_what_was_typed(sio, path, sent):  # noqa: F811
    answer = client_for(sio).post(path, {"level": "fouo", **sent})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'class="usa-error-message"' in page
    typed = sent.get("first", "").replace("\x00", "")
    assert f'value="{typed}"' in page or not typed


def test_the_page_shows_it_to_the_staff_and_to_nobody_else(made, sio, second):  # noqa: F811
    for who in (sio, second):
        page = client_for(who).get(PAGE).content.decode()
        assert "What went out" in page and "<svg" in page and "ROE South" in page
    for somebody in (made.six[0], made.five[0], account("Casey", "call_taker")):
        for path in (PAGE, f"{PAGE}gaps/", f"{PAGE}review/"):
            browser = client_for(somebody)
            assert browser.get(path).status_code == 403
            assert browser.post(path, {"years": "5"}).status_code in (403, 405)


def test_five_years_at_a_press(made, sio):  # noqa: F811
    answer = client_for(sio).post(PAGE, {"first": "rubbish", "last": "", "years": "5"})
    first = span.years_before(span.today(), 5)
    assert answer.status_code == 200 and f'value="{first}"' in answer.content.decode()


def test_its_statements_do_not_grow_with_what_there_is(made, out, sio):  # noqa: F811
    browser = client_for(sio)
    browser.get(PAGE)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(PAGE).status_code == 200
        return len(seen)

    before = statements()
    for _ in range(3):
        world.read(out(), made.one, timedelta(minutes=3))
    make_member()
    assert statements() == before < 75
