"""Duty clocks: what is asked, and when a clock has run, over weekends, holidays and the change of clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.people import facts
from upstander.packs import Pack
from upstander.packs.values import Due
from upstander.protocol.clocks import (
    NoSuchTime,
    asked,
    asked_of_school,
    due_at,
    on_the_wall,
    opened_by,
    run_out,
    session,
)

CHICAGO = "America/Chicago"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def questions(pack: Pack, klass: str, *subtypes: str, **more: object) -> set[str]:
    return {duty.code for duty in asked(pack, facts(klass, *subtypes, **more))}


@pytest.mark.req("D-I.A")
@pytest.mark.parametrize(
    ("klass", "subtype", "codes"),
    [
        ("imminent_harm", "planned_school_attack", {"clear_and_present_danger", "firearm_report", "record_release"}),
        ("standard", "bullying", {"bullying_parents"}),
        ("standard", "substance_abuse", {"drug_report"}),
        ("crime_against_person", "assault", {"attack_on_personnel"}),
        ("crime_against_person", "child_neglect", {"fatal_abuse"}),
        ("crime_against_person", "sexual_images_of_children", {"cybertipline", "evidence_preservation"}),
        ("other", "truancy", set()),
    ],
)  # fmt: skip
def test_a_question_is_put_where_the_law_may_demand_something(
    pack: Pack, klass: str, subtype: str, codes: set[str]
) -> None:
    found = questions(pack, klass, subtype)
    assert codes <= found and (codes or not found)


def test_a_flag_puts_the_question_under_any_class(pack: Pack) -> None:
    for klass in pack.classes:
        assert "fatal_abuse" in questions(pack, klass.code, flags=frozenset({"abuse_suspected"}))
        assert "cybertipline" in questions(pack, klass.code, flags=frozenset({"sexual_images"}))


def test_every_duty_names_its_law_its_owner_and_its_evidence(pack: Pack) -> None:
    assert len(pack.clocks.duties) >= 9 and pack.clocks.disclaimer
    for duty in pack.clocks.duties:
        assert all(pack.paragraph(cite).statute for cite in duty.cites)
        assert duty.owner in ("desk", "school") and duty.evidence and duty.to and duty.question.endswith("?")


@pytest.mark.req("430 ILCS 66/105")
@pytest.mark.req("430 ILCS 65/8.1")
@pytest.mark.req("105 ILCS 5/10-27.1A")
@pytest.mark.req("105 ILCS 5/10-27.1B")
@pytest.mark.req("105 ILCS 5/10-21.7")
@pytest.mark.req("105 ILCS 5/27-23.7")
@pytest.mark.req("105 ILCS 10/6")
@pytest.mark.req("23 Ill. Adm. Code 375.60")
@pytest.mark.req("325 ILCS 5/4")
@pytest.mark.req("18 U.S.C. 2258A")
@pytest.mark.parametrize(
    ("law", "code", "owner", "due"),
    [
        ("430 ILCS 66/105", "clear_and_present_danger", "school", Due("hours", 24)),
        ("430 ILCS 65/8.1", "clear_and_present_danger", "school", Due("hours", 24)),
        ("105 ILCS 5/10-27.1A", "firearm_report", "school", Due("at_once", 0)),
        ("105 ILCS 5/10-27.1B", "drug_report", "school", Due("at_once", 0)),
        ("105 ILCS 5/10-21.7", "attack_on_personnel", "school", Due("at_once", 0)),
        ("105 ILCS 5/27-23.7", "bullying_parents", "school", Due("hours", 24)),
        ("105 ILCS 10/6", "record_release", "school", Due("school_days", 1)),
        ("23 Ill. Adm. Code 375.60", "record_release", "school", Due("school_days", 1)),
        ("325 ILCS 5/4", "fatal_abuse", "desk", Due("at_once", 0)),
        ("18 U.S.C. 2258A", "cybertipline", "desk", Due("at_once", 0)),
        ("18 U.S.C. 2258A", "evidence_preservation", "desk", Due("days", 365)),
    ],
)
def test_each_law_has_its_clock_asked_where_it_may_hold_and_run_out_when_the_law_says(
    pack: Pack, law: str, code: str, owner: str, due: Due
) -> None:
    duty = pack.clocks.duty(code)
    assert duty and law in duty.cites and (duty.owner, duty.due) == (owner, due)
    for subtype in duty.subtypes:
        assert code in questions(pack, pack.subtype(subtype).klass, subtype)
        assert (duty in asked_of_school(pack, [subtype])) == (owner == "school")


def test_a_school_is_asked_by_what_it_was_told_of_and_about_its_own_duties_only(pack: Pack) -> None:
    assert [d.code for d in asked_of_school(pack, ["bullying"])] == ["bullying_parents"]
    assert asked_of_school(pack, ["sexual_images_of_children", "child_abuse"]) == ()


def test_what_reached_the_agency_opens_its_preservation_and_nothing_else(pack: Pack) -> None:
    assert [duty.code for duty in opened_by(pack, "evidence_handed_over")] == ["evidence_preservation"]
    assert opened_by(pack, "the moon is full") == ()


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        (date(2026, 3, 7), time(14, 30), "2026-03-07T20:30:00+00:00"),
        (date(2026, 3, 8), time(1, 59), "2026-03-08T07:59:00+00:00"),
        (date(2026, 3, 8), time(3, 0), "2026-03-08T08:00:00+00:00"),
        # half past one comes twice: the earlier one counts, so that the clock runs out sooner
        (date(2026, 11, 1), time(1, 30), "2026-11-01T06:30:00+00:00"),
        (date(2026, 11, 1), time(2, 0), "2026-11-01T08:00:00+00:00"),
    ],
)
def test_a_time_on_the_wall_is_one_moment(day: date, hour: time, moment: str) -> None:
    assert on_the_wall(day, hour, CHICAGO) == at(moment)


def test_a_time_that_no_clock_showed_is_refused(pack: Pack) -> None:
    with pytest.raises(NoSuchTime):
        on_the_wall(date(2026, 3, 8), time(2, 30), CHICAGO)


@pytest.mark.parametrize(
    ("due", "opened", "ends"),
    [
        (Due("at_once", 0), "2026-03-07T12:00:00-06:00", "2026-03-07T18:00:00+00:00"),
        # 24 hours are 24 hours, also when the clocks go forward (8 March) and back (1 November)
        (Due("hours", 24), "2026-03-07T12:00:00-06:00", "2026-03-08T18:00:00+00:00"),
        (Due("hours", 24), "2026-10-31T12:00:00-05:00", "2026-11-01T17:00:00+00:00"),
        (Due("days", 365), "2026-03-01T00:00:00+00:00", "2027-03-01T00:00:00+00:00"),
        # the next school day, to its end: a Tuesday, a Friday before a change of clocks, a Friday before a holiday
        (Due("school_days", 1), "2026-03-03T15:00:00-06:00", "2026-03-05T06:00:00+00:00"),
        (Due("school_days", 1), "2026-03-06T15:00:00-06:00", "2026-03-10T05:00:00+00:00"),
        (Due("school_days", 1), "2026-10-30T15:00:00-05:00", "2026-11-03T06:00:00+00:00"),
        (Due("school_days", 1), "2026-05-22T15:00:00-05:00", "2026-05-27T05:00:00+00:00"),
        (Due("business_days", 3), "2026-11-25T23:59:00-06:00", "2026-12-02T06:00:00+00:00"),
        # late on the evening of the day, and already tomorrow in UTC
        (Due("school_days", 1), "2026-03-04T04:30:00+00:00", "2026-03-05T06:00:00+00:00"),
    ],
)
def test_a_clock_has_run_when_the_law_says(pack: Pack, due: Due, opened: str, ends: str) -> None:
    assert run_out(due, at(opened), CHICAGO, pack.clocks.closed) == at(ends)


def test_a_place_may_have_more_days_without_school(pack: Pack) -> None:
    duty = pack.clocks.duty("record_release")
    assert duty
    opened = at("2026-03-27T10:00:00-05:00")
    spring_break = [date(2026, 3, 30), date(2026, 3, 31)]
    assert due_at(pack, duty, opened) == at("2026-03-31T05:00:00+00:00")
    assert due_at(pack, duty, opened, spring_break) == at("2026-04-02T05:00:00+00:00")


@given(
    opened=st.integers(0, 700 * 86_400).map(
        lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
    ),
    due=st.builds(
        Due, st.sampled_from(["hours", "days", "school_days", "business_days"]), st.integers(1, 20)
    ),
)
def test_a_clock_never_runs_backwards_and_more_is_never_sooner(opened: datetime, due: Due) -> None:
    end = run_out(due, opened, CHICAGO, ())
    assert opened < end <= run_out(Due(due.unit, due.count + 1), opened, CHICAGO, ())
    assert end <= run_out(due, opened, CHICAGO, {opened.date()}) or due.unit in ("hours", "days")


@pytest.mark.req("D-II.J")
@pytest.mark.parametrize(
    ("when", "known"),
    [
        ("2026-11-25T18:00:00-06:00", "unknown"),  # a Wednesday: the school's own calendar is not on file
        ("2026-11-26T10:00:00-06:00", "out"),  # Thanksgiving
        ("2026-11-28T10:00:00-06:00", "out"),  # a Saturday
        ("2026-11-28T01:00:00+00:00", "unknown"),  # still Friday where the programme is
    ],
)
def test_whether_school_is_in_session_is_said_only_where_the_calendar_knows(pack: Pack, when: str, known: str) -> None:
    assert session(pack, at(when)) == known
