"""What is pure: the school year, how training stands, the year's counts and which of them are not shown, the pack's section."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.drills.years import year_of
from upstander.officers.picture import Done, hidden, picture
from upstander.officers.reviews import step_of
from upstander.officers.tallies import Counted, regions, tallies
from upstander.officers.training import Held, cells
from upstander.packs.current import current

pytestmark = pytest.mark.req("R-climate")
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def pack():
    return current().officers


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 6, 30), "2025-26"),
        (date(2026, 7, 1), "2026-27"),
        (date(2027, 1, 1), "2026-27"),
        (date(2099, 12, 31), "2099-00"),
    ],
)
def test_a_school_year_runs_from_july_to_june(day, name):
    year = year_of(day, (7, 1))
    assert year.words == name and year.first <= day < year.after


def state(pack, held, since=TODAY, post="officer", code="threats"):
    return {c.training: c for c in cells(pack, post, since, held, TODAY)}[code].state


def test_training_is_missing_then_overdue_then_there_then_about_to_end_then_overdue(pack):
    assert state(pack, []) == "missing"
    assert state(pack, [], since=TODAY - timedelta(days=180)) == "missing"
    assert state(pack, [], since=TODAY - timedelta(days=181)) == "overdue"
    for days, word in ((None, "have"), (61, "have"), (60, "expiring"), (0, "expiring"), (-1, "overdue")):
        ends = None if days is None else TODAY + timedelta(days=days)
        assert state(pack, [Held("threats", TODAY, ends)]) == word, days
    assert state(pack, [], code="crisis_intervention") == "none"
    assert (
        state(
            pack, [Held("crisis_intervention", TODAY, TODAY - timedelta(days=1))], code="crisis_intervention"
        )
        == "expired"
    )
    assert "sro_course" not in {c.training for c in cells(pack, "administrator", TODAY, [], TODAY)}


def test_the_certificate_that_counts_longest_counts(pack):
    old, new = (
        Held("threats", TODAY, TODAY - timedelta(days=9)),
        Held("threats", TODAY, TODAY + timedelta(days=900)),
    )
    assert state(pack, [old, new]) == state(pack, [new, old]) == "have"


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=1), st.integers(0, 9)))
def test_no_hidden_count_can_be_worked_out_from_the_sum(counts):
    gone = hidden(counts, 3)
    assert all(counts[code] for code in gone)
    assert {code for code, n in counts.items() if 0 < n < 3} <= gone
    if len(gone) == 1:  # then there is nothing else that is shown
        assert all(not n for code, n in counts.items() if code not in gone)


KINDS = ("presence", "call", "talk", "mediation", "lesson", "drill")


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from(("talked", "arrested", "counselor", "to_school")))
    )
)
def test_a_year_shows_no_small_count_in_any_table_and_none_in_another(said):
    pack = current().officers
    done = [Done(pack.kind(kind).role, kind, (outcome,), 1, 10) for kind, outcome in said]
    drawn = picture(pack, done, least=3)
    few = 0 < len(said) < 3
    assert (drawn.times, drawn.minutes) == ((None, None) if few else (len(said), 10 * len(said)))
    role_of = {k.code: k.role for k in pack.kinds}
    shown = {line.code: line for line in drawn.roles}
    for table in (drawn.roles, drawn.kinds, drawn.outcomes, drawn.groups):
        assert not [line for line in table if line.times in (1, 2)]
        assert all(line.minutes is None for line in table if line.times is None)
    for line in drawn.kinds:
        if shown[role_of[line.code]].times is None:
            assert line.times is None
    everything = picture(pack, done, least=None)
    assert not everything.hidden and sum(line.times for line in everything.roles) == len(said)


def test_the_four_roles_are_the_models_and_outcomes_are_more_than_enforcement(pack):
    assert [r.code for r in pack.roles] == [
        "law_enforcer",
        "informal_counselor",
        "educator",
        "emergency_manager",
    ]
    assert {k.role for k in pack.kinds} == {r.code for r in pack.roles}
    groups = [r.group for r in pack.results]
    assert groups.count("support") > groups.count("enforcement") > 0
    asked = {t.code for t in pack.trainings if t.mandatory and t.posts == {"officer", "administrator"}}
    assert asked == {"threats", "youth_mental_health", "vulnerability", "four_roles", "two_codes"}


def test_every_row_of_the_two_codes_names_its_source_or_says_that_it_is_not_verified(pack):
    known = {p.id for p in current().paragraphs} | {law.id for law in pack.laws}
    assert all(set(row.cites) <= known and (row.cites or row.unverified) for row in pack.rows)
    assert {law.id for law in pack.laws if law.checked} == {"105 ILCS 5/10-20.68", "50 ILCS 705/10.22"}
    assert all(law.source for law in pack.laws if law.checked)
    assert not [row.code for row in pack.rows if pack.compared(row) and row.unverified]


def test_the_five_points_that_the_law_asks_for_are_in_an_agreement_and_cite_it(pack):
    asked = [p for p in pack.points if p.required]
    assert {p.code for p in asked} == {"roles", "training", "no_tickets", "data", "evaluation"}
    assert all("105 ILCS 5/10-20.68" in p.cites for p in asked)


def test_counts_are_the_same_whether_entries_come_one_by_one_or_added_up(pack):
    one = [Done("educator", "lesson", ("talked",), 1, 30)] * 4 + [
        Done("law_enforcer", "call", ("cited", "arrested"), 1, 20)
    ] * 5
    added = [
        Done("educator", "lesson", ("talked",), 4, 120),
        Done("law_enforcer", "call", ("cited", "arrested"), 5, 100),
    ]
    assert picture(pack, one, least=3) == picture(pack, added, least=3)
    assert picture(pack, added, least=3).enforced == 56


def test_of_few_people_nothing_is_told_and_of_many_no_small_part(pack):
    def told(people, trained, overdue):
        rows = [Counted(1, "officer", "threats", people, trained, overdue)]
        one = next(t for t in tallies(pack, rows) if t.training == "Threats to schools")
        return one.people, one.trained, one.overdue

    assert told(2, 1, 1) == (None, None, None)
    assert told(9, 4, 3) == (9, 4, 3) and told(9, 0, 0) == (9, 0, 0) and told(9, 9, 0) == (9, 9, 0)
    assert told(9, 1, 8) == (9, None, 8)
    assert told(9, 8, 1) == (9, None, None)  # whoever knows nine and eight knows the one


def test_a_small_count_of_a_region_cannot_be_worked_out_from_the_states(pack):
    worked = [(region, Done("educator", "lesson", (), n, n)) for region, n in ((1, 40), (2, 1), (3, 7))]
    side = {r.region_id: dict(zip([x.code for x in pack.roles], r.roles, strict=True)) for r in regions(pack, worked, [])}
    assert [side[i]["educator"] for i in (1, 2, 3)] == [40, None, None]


@pytest.mark.parametrize(
    ("days", "step"), [(61, None), (60, 60), (31, 60), (30, 30), (7, 7), (1, 7), (0, 0), (-400, 0)]
)
def test_a_review_is_mailed_at_each_step_and_from_its_day_on(days, step):
    assert step_of(TODAY + timedelta(days=days), TODAY, (60, 30, 7)) == step
