"""Duty clocks: opened by a person or a fact, red at the desk until met or waived, and in the yearly audit (0074)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.actions.test_judging import critical, standard
from tests.people.conftest import refused
from upstander import clock as the_clock
from upstander.actions import clock_queries, clocks, queries
from upstander.actions.clock_forms import MeetForm
from upstander.actions.clock_models import Clock, SchoolClock
from upstander.actions.clocks import CannotClock
from upstander.actions.models import Referral
from upstander.audit.models import Entry
from upstander.packs.current import current

pytestmark = pytest.mark.django_db
WHY = "Chief Okoye has determined it: LANTERN-5512"
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def be(clock, text: str) -> None:
    """Every process's clock shows this moment."""
    clock((at(text) - datetime.now(UTC)).total_seconds())  # noqa: TID251 - from real time


@pytest.fixture
def tip(town, call_taker, new_tip):
    """A tip about a neglected child, which puts the question about the coroner."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker, subtypes=("child_neglect",))
    return tip


@pytest.fixture
def referral(town, call_taker, new_tip):
    """What a school was told of bullying."""
    tip = new_tip(town.school.pk)
    standard(tip, call_taker)
    return Referral.objects.get(tip_id=tip, scope=town.school)


def late(tip_id) -> list[str]:
    return [red.code for red in queries.red_tips(the_clock.now(), (tip_id,)).get(tip_id, ())]


def test_the_questions_are_those_of_how_the_tip_is_judged(tip):
    judgement = queries.in_force(tip)
    assert [d.code for d in clock_queries.asked(judgement)] == ["fatal_abuse"]
    judgement.subtypes, judgement.flags = ["truancy"], ["abuse_suspected"]
    judgement.facts = judgement.facts | {"subtypes": ["gone_with_its_version"], "flags": ["abuse_suspected"]}
    assert [d.code for d in clock_queries.asked(judgement)] == ["fatal_abuse"], "its version is gone"


def test_judging_alone_opens_nothing(tip):
    assert not Clock.objects.exists() and not SchoolClock.objects.exists()


def test_a_yes_opens_a_clock_that_is_red_until_it_is_met(tip, call_taker):
    opened = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    assert opened.due_at == opened.opened_at, "it is owed at once"
    assert "duty_late" in late(tip)
    clocks.meet_clock(opened, call_taker.pk, "Coroner Haas took it, 14:02")
    assert "duty_late" not in late(tip)
    (shown,) = clock_queries.of_tip(tip)
    assert (shown.reason, shown.evidence) == (WHY, "Coroner Haas took it, 14:02")
    assert [c.id for c in shown.cites] == ["325 ILCS 5/4"] and shown.met_late
    acts = list(Entry.objects.filter(act__startswith="clock.").values_list("act", "actor", "object_id"))
    who = f"account:{call_taker.pk}"
    assert acts == [("clock.opened", who, str(tip)), ("clock.met", who, str(tip))]


def test_no_word_of_it_is_stored_in_clear(tip, call_taker):
    clocks.meet_clock(clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY), call_taker.pk, WHY)
    row = Clock.objects.get()
    assert WHY.encode() not in bytes(row.sealed_reason) + bytes(row.sealed_evidence)
    assert not [e for e in Entry.objects.all() if "LANTERN" in f"{e.act}{e.detail}"]


def test_a_waived_clock_is_not_red_and_stays_on_record(tip, call_taker, supervisor):
    opened = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    clocks.waive_clock(opened, supervisor.pk, "Opened for the wrong tip.")
    assert "duty_late" not in late(tip)
    (shown,) = clock_queries.of_tip(tip)
    assert (shown.ended_by, shown.waiver) == (supervisor.name, "Opened for the wrong tip.")
    again = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, "Now it holds.")
    assert Clock.objects.count() == 2 and again.runs


@pytest.mark.parametrize(
    ("code", "reason", "since", "field"),
    [
        ("fatal_abuse", "  ", None, "reason"),
        ("fatal_abuse", "x" * 5001, None, "reason"),
        ("bullying_parents", WHY, None, "code"),  # a school's
        ("no_such_duty", WHY, None, "code"),
        ("fatal_abuse", WHY, timedelta(minutes=1), "day"),
        ("fatal_abuse", WHY, -400 * DAY, "day"),
    ],
)
def test_what_makes_no_sense_opens_nothing(tip, call_taker, code, reason, since, field):
    moment = the_clock.now() + since if since else None
    with pytest.raises(CannotClock) as why:
        clocks.open_clock(tip, code, call_taker.pk, reason, moment)
    assert why.value.field == field and not Clock.objects.exists()


def test_one_press_opens_once_and_a_second_opening_is_told_that_it_runs(tip, call_taker, supervisor):
    first = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    assert clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY, row=first.id) == first
    with pytest.raises(CannotClock, match="runs already"):
        clocks.open_clock(tip, "fatal_abuse", supervisor.pk, "I think so, too")


def test_another_duty_or_another_tip_under_the_same_press_is_another_clock(tip, call_taker, new_tip, town):
    """Somebody went back in the browser and chose again: the page must not say that this one runs while it does not."""
    first = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    duty = next(d for d in current().clocks.duties if d.owner == "desk" and d.code != "fatal_abuse")
    other = new_tip(town.school.pk)
    for asked in ((tip, duty.code), (other, "fatal_abuse")):
        opened = clocks.open_clock(*asked, call_taker.pk, WHY, row=first.id)
        assert (opened.tip_id, opened.code) == asked and opened.runs


def test_another_duty_of_the_schools_under_the_same_press_is_another_clock(referral, call_taker):
    first, second = [d.code for d in current().clocks.duties if d.owner == "school"][:2]
    opened = clocks.open_school_clock(referral, first, call_taker.pk, WHY)
    again = clocks.open_school_clock(referral, second, call_taker.pk, WHY, row=opened.id)
    assert (again.code, opened.code) == (second, first)
    assert clocks.open_school_clock(referral, first, call_taker.pk, WHY, row=opened.id) == opened


@pytest.mark.parametrize(("day", "hour"), [("9999-12-31", "23:00"), ("0001-01-01", "00:00")])
def test_a_day_at_the_end_of_all_days_is_a_fault_of_its_field(day, hour):
    form = MeetForm({"evidence": WHY, "day": day, "hour": hour})
    assert form.is_valid() or set(form.errors) == {"day"}
    assert day != "9999-12-31" or form.errors["day"] == ["Look at the year again."]


def test_it_ends_once_and_nobody_can_end_it_otherwise(tip, call_taker, supervisor):
    opened = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    for _ in range(2):
        clocks.meet_clock(opened, call_taker.pk, "Taken by Haas")
    with pytest.raises(CannotClock):
        clocks.waive_clock(opened, supervisor.pk, "It was nothing")
    with pytest.raises(CannotClock):
        clocks.meet_clock(opened, supervisor.pk, "Taken by Lind")
    assert refused(lambda: Clock.objects.filter(pk=opened.pk).update(met_by="account:999"))
    assert Entry.objects.filter(act="clock.met").count() == 1


def test_evidence_is_demanded_and_of_a_moment_that_can_be(tip, call_taker):
    opened = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    for text, moment in (("", None), ("x", the_clock.now() + DAY), ("x", opened.opened_at - DAY)):
        with pytest.raises(CannotClock):
            clocks.meet_clock(opened, call_taker.pk, text, moment)
    assert Clock.objects.get().runs


def test_a_late_duty_is_red_on_a_closed_tip_too_and_keeps_an_open_one_open(tip, call_taker):
    from upstander.intake.models import Tip

    clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
    assert late(tip) == ["duty_late"]


def test_a_running_duty_that_is_not_late_holds_nothing_up(tip, call_taker):
    clocks.open_by_fact("evidence_handed_over", tip)
    assert late(tip).count("duty_late") == 0
    assert clock_queries.late_tips(the_clock.now(), (tip,)) == []


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-03-06T15:00:00-06:00", "2026-03-07T21:00:00+00:00"),
        ("2026-03-07T12:00:00-06:00", "2026-03-08T18:00:00+00:00"),
        ("2026-10-31T12:00:00-05:00", "2026-11-01T17:00:00+00:00"),
    ],
)
def test_twenty_four_hours_are_twenty_four_when_the_clocks_change(referral, call_taker, clock, since, due):
    be(clock, since)
    opened = clocks.open_school_clock(referral, "bullying_parents", call_taker.pk, WHY, at(since))
    assert opened.due_at == at(due)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-05-22T15:00:00-05:00", "2026-05-27T05:00:00+00:00"),  # a Friday before a holiday
        ("2026-03-06T15:00:00-06:00", "2026-03-10T05:00:00+00:00"),  # a Friday before the clocks go forward
        ("2026-10-30T15:00:00-05:00", "2026-11-03T06:00:00+00:00"),  # and before they go back
    ],
)
def test_the_next_school_day_ends_where_the_programme_is(referral, call_taker, clock, since, due):
    be(clock, since)
    opened = clocks.open_school_clock(referral, "record_release", call_taker.pk, WHY, at(since))
    assert opened.due_at == at(due)


def test_a_schools_clock_is_no_red_of_the_desks(referral, call_taker):
    opened = clocks.open_school_clock(
        referral, "bullying_parents", call_taker.pk, WHY, the_clock.now() - 3 * DAY
    )
    assert opened.due_at < the_clock.now()
    assert "duty_late" not in late(referral.tip_id)
    (shown,) = clock_queries.of_schools(referral.tip_id)
    assert (shown.where, shown.reason) == (referral.scope.name, WHY), "but the desk reads it"
    assert [c.id for c in clock_queries.running_at_schools()] == [opened.id]
    assert clock_queries.soonest([referral.id]) == {referral.id: opened.due_at}


@pytest.mark.req("D-IV.A.2.c.5")
@pytest.mark.req("18 U.S.C. 2258A")
def test_what_the_agency_has_received_opens_its_preservation_once(tip, call_taker):
    for _ in range(2):
        clocks.handed_over(tip_id=tip, file_id=tip, hand_over_id=tip)
    opened = Clock.objects.get(code="evidence_preservation")
    assert (opened.fact, opened.opened_by) == ("evidence_handed_over", clocks.BY_FACT)
    assert opened.due_at - opened.opened_at == 365 * DAY
    assert Entry.objects.get(act="clock.opened").actor == clocks.BY_FACT
    (shown,) = clock_queries.of_tip(tip)
    assert shown.opened_by == "" and shown.reason == ""


class TestYearly:
    @pytest.fixture(autouse=True)
    def a_summers_day(self, clock):
        be(clock, "2026-06-10T15:00:00+00:00")

    def test_it_lists_what_was_not_met_in_time_and_no_word(self, tip, referral, call_taker, supervisor):
        now = the_clock.now()
        missed = clocks.open_school_clock(referral, "bullying_parents", call_taker.pk, WHY, now - 3 * DAY)
        met_late = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
        clocks.meet_clock(met_late, call_taker.pk, WHY)
        waived = clocks.open_clock(tip, "cybertipline", call_taker.pk, WHY)
        clocks.waive_clock(waived, supervisor.pk, WHY)
        lines = {line.duty: line for line in clock_queries.yearly(2026, the_clock.now())}
        assert {d: line.result for d, line in lines.items()} == {
            "bullying_parents": "not_met", "fatal_abuse": "met_late", "cybertipline": "waived"
        }  # fmt: skip
        assert lines["bullying_parents"].organization == referral.scope.name
        assert lines["bullying_parents"].tip == referral.tip_number and missed.runs
        assert "LANTERN" not in str(lines) and current().version in lines["fatal_abuse"].pack

    def test_what_was_met_in_time_is_listed_only_when_asked_for(self, referral, call_taker):
        now = the_clock.now()
        opened = clocks.open_school_clock(referral, "bullying_parents", call_taker.pk, WHY, now)
        clocks.meet_clock(opened, call_taker.pk, "Parents reached", audience="school")
        assert list(clock_queries.yearly(2026, now)) == []
        assert [line.result for line in clock_queries.yearly(2026, now, everything=True)] == ["met"]
        assert list(clock_queries.yearly(2027, now, everything=True)) == []

    def test_a_year_begins_where_the_programme_is(self, referral, call_taker):
        opened = clocks.open_school_clock(referral, "firearm_report", call_taker.pk, WHY)
        SchoolClock.objects.filter(pk=opened.pk).update(due_at=at("2027-01-01T05:30:00+00:00"))
        now = at("2027-03-01T00:00:00+00:00")
        assert [line.duty for line in clock_queries.yearly(2026, now)] == ["firearm_report"]
        assert list(clock_queries.yearly(2027, now)) == []


def test_the_school_login_opens_and_ends_its_own_and_reads_none_of_the_desks(
    tip, referral, call_taker, as_login
):
    ours = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    as_login("school")
    theirs = clocks.open_school_clock(referral, "bullying_parents", call_taker.pk, WHY)
    clocks.meet_clock(theirs, call_taker.pk, "All reached", audience="school")
    assert clock_queries.of_referral(referral.id, "school")[0].evidence == "All reached"
    assert refused(lambda: Clock.objects.filter(pk=ours.pk).first())
    assert refused(lambda: SchoolClock.objects.update(due_at=the_clock.now()))
    assert refused(lambda: SchoolClock.objects.all().delete())
    assert refused(lambda: SchoolClock.objects.filter(pk=theirs.pk).update(met_by="account:1"))


def test_the_desk_login_reads_the_schools_and_ends_none(tip, referral, call_taker, as_login):
    theirs = clocks.open_school_clock(referral, "bullying_parents", call_taker.pk, WHY)
    as_login("desk")
    ours = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    clocks.waive_clock(ours, call_taker.pk, "Not so.")
    clocks.open_by_fact("evidence_handed_over", tip)
    assert len(clock_queries.of_schools(referral.tip_id)) == 1
    assert refused(lambda: SchoolClock.objects.filter(pk=theirs.pk).update(met_by="account:1"))
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("DELETE FROM actions_clock"))
