"""The worker takes the measures of the service levels; the figures are counted from them, and outlive the tips (0075)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.actions.test_judging import critical, standard
from tests.people.conftest import refused
from upstander import clock as the_clock
from upstander.actions import level_queries, measuring, services
from upstander.actions.level_models import Measure, MeasureMark
from upstander.actions.level_queries import Window
from upstander.actions.models import Notice, Referral, RequiredAction
from upstander.ids import first_id, minted_at, new_id
from upstander.intake import services as intake
from upstander.intake.models import Tip
from upstander.ops import chores
from upstander.packs.current import current
from upstander.packs.values import Goal, Level
from upstander.protocol.levels import Span, tally
from upstander.response import measuring as outcomes
from upstander.response.models import Outcome
from upstander.vault import services as vault

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def look() -> None:
    """What the worker does within a minute."""
    measuring.quick()
    measuring.slow()
    outcomes.outcomes()


def spans(level: str) -> list[tuple[str, float | None]]:
    """State and seconds of each span of a level, in order."""
    found = Measure.objects.filter(level=level).order_by("started_at", "id")
    return [(m.state, (m.ended_at - m.started_at).total_seconds() if m.ended_at else None) for m in found]


@pytest.fixture
def at(clock):
    """`at(90)`: it is 90 seconds after the beginning, and the worker has looked."""
    begin = the_clock.now()

    def move(seconds: float) -> None:
        clock(seconds - (the_clock.now() - begin).total_seconds() + offset())

    def offset() -> float:
        from upstander.clock import _offset

        return _offset().total_seconds()

    return move


def near(found: list[tuple[str, float | None]], *wanted: tuple[str, float | None]) -> bool:
    """Whether the spans are these, give or take three seconds."""
    return len(found) == len(wanted) and all(
        f[0] == w[0] and (f[1] is None) == (w[1] is None) and abs((f[1] or 0) - (w[1] or 0)) < 3
        for f, w in zip(found, wanted, strict=True)
    )


def test_an_id_says_when_it_was_minted():
    now = the_clock.now()
    assert abs(minted_at(new_id()) - now) < SECOND
    assert first_id(now) <= new_id() < first_id(now + 5 * SECOND)
    assert minted_at(first_id(now)) <= now


class TestFirstAnswer:
    def test_a_danger_waits_from_its_arrival_to_the_first_word_of_a_person(
        self, town, new_tip, call_taker, at
    ):
        tip = new_tip(town.school.pk, danger_now=True)
        look()
        assert near(spans("first_answer"), ("open", None))
        intake.say(tip, "system", "We have it.")
        intake.say(tip, "note", "Casey looks", account_id=call_taker.pk)
        look()
        assert near(spans("first_answer"), ("open", None)), "neither a machine's word nor a note is an answer"
        at(40)
        intake.say(tip, "desk", "Where is he now?", account_id=call_taker.pk)
        at(90)
        intake.say(tip, "desk", "Are you safe?", account_id=call_taker.pk)
        look()
        assert near(spans("first_answer"), ("done", 40))

    def test_words_that_wait_together_wait_once_and_a_later_one_anew(self, town, new_tip, call_taker, at):
        tip = new_tip(town.school.pk)
        _word(tip)
        at(10)
        _word(tip)
        at(30)
        intake.say(tip, "desk", "I am here.", account_id=call_taker.pk)
        at(60)
        _word(tip)
        look()
        assert near(spans("first_answer"), ("done", 30), ("open", None))

    def test_a_word_that_a_person_noted_waits_for_no_answer(self, town, new_tip, call_taker):
        tip = new_tip(town.school.pk)
        _word(tip)
        look()
        intake.say(tip, "note", "Only thanks.", account_id=call_taker.pk)
        look()
        assert spans("first_answer") == []

    def test_a_danger_that_is_closed_without_a_word_is_a_miss(self, town, new_tip):
        tip = new_tip(town.school.pk, danger_now=True)
        look()
        Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
        look()
        assert near(spans("first_answer"), ("never", 0))


def _word(tip: UUID) -> None:
    """The reporter writes again."""
    from upstander.intake.models import Message

    now = the_clock.now()
    Message.objects.create(id=new_id(), tip_id=tip, at=now, sender="reporter", field="", body=b"sealed")
    Tip.objects.filter(pk=tip).update(last_from_reporter_at=now)


class TestPsapCall:
    def test_it_is_measured_from_arrival_to_the_answered_call(self, town, new_tip, call_taker, at):
        tip = new_tip(town.school.pk)
        at(20)
        critical(tip, call_taker)
        row = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        at(30)
        services.record_call(row.id, call_taker.pk, "busy", None, {})
        at(45)
        services.record_call(row.id, call_taker.pk, "answered", None, {"answered_by": "Operator 12"})
        look()
        assert near(spans("psap_call"), ("done", 45))

    def test_where_it_was_less_grave_before_it_counts_from_the_judgement_that_raised_it(
        self, town, new_tip, call_taker, at
    ):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        at(300)
        critical(tip, call_taker)
        row = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        at(310)
        services.record_call(row.id, call_taker.pk, "answered", None, {"answered_by": "Operator 12"})
        look()
        assert near(spans("psap_call"), ("done", 10))

    def test_a_call_that_is_owed_no_more_is_no_measure(self, town, new_tip, call_taker, supervisor):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        look()
        assert near(spans("psap_call"), ("open", None))
        lowering = standard(tip, call_taker, reason="A film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "Yes")
        look()
        assert spans("psap_call") == []


    def test_a_call_that_is_entered_afterwards_is_told_from_one_that_was_measured(self, town, new_tip, call_taker, at):
        tips = [new_tip(town.school.pk) for _ in range(2)]
        for tip in tips:
            critical(tip, call_taker)
        look()
        live, paper = (RequiredAction.objects.get(tip_id=tip, kind="call_psap") for tip in tips)
        at(40)
        services.record_call(live.id, call_taker.pk, "answered", None, {"answered_by": "Operator 12"})
        on_paper = the_clock.now()
        at(7200)
        services.record_call(
            paper.id, call_taker.pk, "answered", None, {"answered_by": "Operator 9"}, happened_at=on_paper
        )
        look()
        assert near(spans("psap_call"), ("done", 40), ("done", 40)), "the time on paper is the time that counts"
        assert set(Measure.objects.filter(level="psap_call").values_list("subject", "entered")) == {
            (live.id, False), (paper.id, True)
        }  # fmt: skip
        window = Window("w", the_clock.now() - DAY, the_clock.now())
        goal = {f.level.code: f for f in level_queries.figures(current(), [window])}["psap_call"].goals[0]
        assert [(t.kept, t.missed) for t in (*goal.tallies, *goal.entered)] == [(1, 0), (1, 0)]


class TestConfirmation:
    def test_a_contact_who_was_called_from_paper_is_told_from_one_who_confirmed_here(self, town, new_tip, call_taker, at):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        calls = list(RequiredAction.objects.filter(tip_id=tip, kind="call_contacts").order_by("id")[:2])
        at(60)
        services.record_call(calls[0].id, call_taker.pk, "answered", None, {"answered_by": "Ana"})
        on_paper = the_clock.now()
        at(7200)
        services.record_call(
            calls[1].id, call_taker.pk, "answered", None, {"answered_by": "Ben"}, happened_at=on_paper
        )
        look()
        done = Measure.objects.filter(level="confirmation", state="done")
        subjects = {c.pk: Notice.objects.get(referral__tip_id=tip, contact_id=int(c.target_ref)).pk for c in calls}
        assert set(done.values_list("subject", "entered")) == {
            (subjects[calls[0].pk], False), (subjects[calls[1].pk], True)
        }  # fmt: skip

    def test_each_contact_of_a_critical_from_when_they_were_asked(self, town, new_tip, call_taker, at):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        at(100)
        notice = Notice.objects.filter(referral__tip_id=tip).first()
        services.confirm(notice.id, as_self=True, name="", strength="sign_in")
        look()
        assert sorted(state for state, _ in spans("confirmation")) == ["done", "open", "open", "open"]
        assert near([s for s in spans("confirmation") if s[0] == "done"], ("done", 100))

    def test_who_is_asked_of_something_graver_is_measured_anew(self, town, new_tip, call_taker, at):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker, subtypes=("assault",))
        look()
        at(60)
        critical(tip, call_taker)
        look()
        assert len(spans("confirmation")) == 8
        at(70)
        notice = Notice.objects.filter(referral__tip_id=tip).first()
        services.confirm(notice.id, as_self=True, name="", strength="sign_in")
        look()
        done = sorted(s for _, s in spans("confirmation") if s)
        assert len(done) == 2 and abs(done[0] - 10) < 3 and abs(done[1] - 70) < 3

    def test_a_standard_tip_asks_for_none_and_a_stand_down_ends_it(self, town, new_tip, call_taker):
        calm, grave = new_tip(town.school.pk), new_tip(town.school.pk)
        standard(calm, call_taker)
        critical(grave, call_taker)
        look()
        assert len(spans("confirmation")) == 4
        Referral.objects.filter(tip_id=grave).update(stood_down_at=the_clock.now())
        look()
        assert spans("confirmation") == []

    def test_a_tip_closed_over_a_silent_contact_is_a_miss(self, town, new_tip, call_taker):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        look()
        Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
        look()
        assert {state for state, _ in spans("confirmation")} == {"never"}


def test_the_outcome_counts_from_the_referral_and_a_second_report_changes_nothing(
    town, new_tip, call_taker, at
):
    tip = new_tip(town.school.pk)
    standard(tip, call_taker)
    referral = Referral.objects.get(tip_id=tip, scope=town.school)
    at(1000)
    given = {"referral": referral, "account_id": 1, "outcomes": ["hospital"]}
    Outcome.objects.create(id=new_id(), at=the_clock.now(), **given)
    look()
    at(5000)
    Outcome.objects.update(at=the_clock.now())
    look()
    assert near([s for s in spans("outcome") if s[0] == "done"], ("done", 1000))
    Referral.objects.filter(tip_id=tip).exclude(pk=referral.pk).update(state="withdrawn")
    look()
    assert len(spans("outcome")) == 1


def test_a_tip_is_closed_by_its_last_closing(town, new_tip, at):
    tip = new_tip(town.school.pk)
    at(100)
    Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
    look()
    assert near(spans("closing"), ("done", 100))
    at(200)
    _word(tip)
    look()
    assert near(spans("closing"), ("open", None)), "a word has opened it again"
    at(300)
    Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
    look()
    assert near(spans("closing"), ("done", 300))


def test_reading_again_changes_nothing_and_what_was_committed_late_is_found(town, new_tip):
    first = new_tip(town.school.pk)
    look()
    look()
    assert Measure.objects.count() == 1
    late = new_tip(town.school.pk)
    MeasureMark.objects.filter(source="tips").update(upto=first_id(the_clock.now() + 5 * SECOND))
    look()
    assert set(Measure.objects.values_list("subject", flat=True)) == {first, late}


def test_a_worker_that_was_away_catches_up_by_the_batch(town, new_tip, monkeypatch):
    tips = [new_tip(town.school.pk) for _ in range(7)]
    monkeypatch.setattr(measuring, "BATCH", 3)
    turns = 1
    while measuring.quick():
        turns += 1
    assert Measure.objects.filter(level="closing").count() == len(tips) and turns == 3


def test_what_nobody_ends_is_given_up_at_last(town, new_tip, at):
    new_tip(town.school.pk, danger_now=True)
    look()
    at(91 * 86_400)
    look()
    assert [state for state, _ in spans("first_answer")] == ["never"]
    assert [state for state, _ in spans("closing")] == ["open"], "a tip is open until it is closed"


def test_figures_stay_when_the_words_and_the_tip_are_gone(town, new_tip, call_taker):
    tip = new_tip(town.school.pk)
    standard(tip, call_taker)
    Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
    look()
    vault.expunge(tip)
    Tip.objects.filter(pk=tip).delete()
    look()
    window = Window("w", the_clock.now() - DAY, the_clock.now())
    closing = {f.level.code: f for f in level_queries.figures(current(), [window])}["closing"]
    assert [kept.tallies[0].kept for kept in closing.goals] == [1, 1]


def test_what_waits_longest_is_named_and_what_is_not_measured_is_none(town, new_tip, at):
    first = new_tip(town.school.pk, danger_now=True)
    at(30)
    new_tip(town.school.pk, danger_now=True)
    look()
    window = Window("w", the_clock.now() - DAY, the_clock.now())
    found = {f.level.code: f for f in level_queries.figures(current(), [window])}
    answer = found["first_answer"]
    assert answer.worst.tip_id == first and answer.open == 2
    assert [(k.tallies[0].kept, k.tallies[0].missed) for k in answer.goals] == [(0, 1), (0, 1)]
    assert found["psap_call"].worst is None and found["psap_call"].goals[0].tallies[0].n == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4000), st.none() | st.integers(0, 900), st.booleans(), st.booleans()), max_size=25
    ),
    goals=st.lists(st.builds(Goal, st.integers(1, 100), st.integers(1, 800)), min_size=1, max_size=3),
    cuts=st.lists(st.integers(0, 4500), min_size=2, max_size=2).map(sorted),
)
def test_what_sql_counts_is_what_the_definition_says(db, rows, goals, cuts):
    Measure.objects.all().delete()
    begin = the_clock.now()

    def after(seconds: int):
        return begin + seconds * SECOND

    found = [
        Span(
            after(s), None if length is None else after(s + length), never and length is not None,
            entered and length is not None and not never,
        )
        for s, length, never, entered in rows
    ]
    Measure.objects.bulk_create(
        Measure(
            level="closing", subject=new_id(), tip_id=new_id(), started_at=s.started_at, ended_at=s.ended_at,
            state="open" if s.ended_at is None else "never" if s.never else "done", entered=s.entered,
        )
        for s in found
    )  # fmt: skip
    windows = [Window("a", after(cuts[0]), after(cuts[1])), Window("b", begin, after(cuts[1]))]
    figures = level_queries._figures(Level("closing", "x", "y", tuple(goals)), windows)
    for entered, counted in ((False, [k.tallies for k in figures.goals]), (True, [k.entered for k in figures.goals])):
        assert counted == [
            tuple(tally(found, goal, w.since, w.until, entered=entered) for w in windows) for goal in goals
        ]


def test_the_worker_does_it_by_its_own_login_and_the_desk_only_reads(town, new_tip, call_taker, as_login):
    tip = new_tip(town.school.pk, danger_now=True)
    critical(tip, call_taker)
    standard(new_tip(town.school.pk), call_taker)
    as_login("worker")
    look()
    assert set(Measure.objects.values_list("level", flat=True)) == {
        "first_answer", "psap_call", "confirmation", "outcome", "closing"
    }  # fmt: skip
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("SELECT sealed_reason FROM actions_judgement"))
        assert refused(lambda: cursor.execute("SELECT outcomes FROM response_outcome"))


def test_the_desks_login_reads_figures_and_writes_none(town, new_tip, as_login):
    new_tip(town.school.pk)
    look()
    as_login("desk")
    level_queries.figures(current(), [Window("w", the_clock.now() - DAY, the_clock.now())])
    assert refused(lambda: Measure.objects.update(state="done"))
    assert refused(lambda: Measure.objects.all().delete())


def test_the_chores_of_the_worker_are_known_when_the_rooms_are_ready():
    assert {"measures", "measures.slow", "measures.outcome"} <= set(chores._chores)
