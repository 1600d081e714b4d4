"""Escalation by the clock, over its space: each class, whoever has confirmed, what can be done, what was taken, by the minute."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from tests.packs.conftest import ILLINOIS
from upstander.packs import Pack, load
from upstander.packs.steps import Step
from upstander.protocol.escalation import (
    CANNOT,
    COMING,
    DUE,
    QUIET,
    RESTS,
    TAKEN,
    NoticeFacts,
    next_steps,
    rungs,
)

PACKS = ILLINOIS.parent
THERE = ("email", "sms", "call", "deputy", "next", "district", "region", "programme")
TRUTHS = (False, True)
DAY = timedelta(days=1)


@pytest.fixture(scope="module", params=["illinois", "lakeland", "template"])
def pack(request) -> Pack:
    return load(PACKS / request.param)


def subsets(names: tuple[str, ...]) -> Iterator[frozenset[str]]:
    for chosen in product(TRUTHS, repeat=len(names)):
        yield frozenset(n for n, there in zip(names, chosen, strict=True) if there)


def moments(pack: Pack, klass: str) -> list[timedelta]:
    """Just before, at and after each step's time and its next rounds, and much later."""
    minutes = {0.0, 20_000.0}
    for step in pack.steps(klass):
        for round_ in range(3 if step.every_minutes else 1):
            at = step.after_minutes + round_ * (step.every_minutes or 0)
            minutes |= {at - 0.01, float(at)}
    return [timedelta(minutes=m) for m in sorted(minutes)]


def codes(pack: Pack, facts: NoticeFacts, elapsed: timedelta) -> set[str]:
    return {rung.step.code for rung in next_steps(pack, facts, elapsed)}


def taken_of(steps: tuple[Step, ...]) -> list[frozenset[tuple[str, int]]]:
    """None taken, every other, all, and of those that come again an older round."""
    return [
        frozenset(), frozenset((s.code, 0) for s in steps[::2]), frozenset((s.code, 0) for s in steps),
        frozenset((s.code, 1) for s in steps if s.every_minutes),
    ]  # fmt: skip


def ladders(pack: Pack) -> list[str]:
    """A class for each ladder that differs."""
    return list({pack.steps(c.code): c.code for c in pack.classes}.values())


def test_over_the_whole_space_of_what_can_be_done(pack):
    """One walk over everything: each promise below holds at each point."""
    points = 0
    for klass in ladders(pack):
        steps = pack.steps(klass)
        needed = tuple(sorted({s.needs for s in steps}))
        for able, (confirmed, ended), anybody, taken, elapsed in product(
            subsets(needed), ((False, False), (True, False), (False, True)), TRUTHS, taken_of(steps), moments(pack, klass)
        ):  # fmt: skip
            facts = NoticeFacts(klass, confirmed=confirmed, ended=ended, anybody=anybody, able=able, taken=taken)
            found = next_steps(pack, facts, elapsed)
            points += 1
            if confirmed or ended:
                assert found == (), "nothing comes to somebody who has confirmed, or of whom nothing is asked"
                continue
            for rung in found:
                assert rung.step.needs in able, "only what can be done"
                assert (rung.step.code, rung.round) not in taken, "nothing twice"
                assert timedelta(minutes=rung.minutes) <= elapsed, "nothing before its time"
                assert not (rung.step.while_ == "nobody" and anybody), "nobody's help is asked for who is not needed"
            owed = {s.code for s in steps if timedelta(minutes=s.after_minutes) <= elapsed and s.needs in able}
            silent = {s.code for s in pack.steps(klass) if s.while_ == "silent"}
            assert owed & silent <= {r.step.code for r in found} | {code for code, _ in taken}, (
                "somebody else's confirming stops nobody's own steps"
            )
    assert points > 200


def test_quiet_hours_hold_back_reminders_and_never_a_critical(pack):
    for klass, quiet, elapsed in product((c.code for c in pack.classes), subsets(THERE), (DAY * 20,)):
        loud = codes(pack, NoticeFacts(klass, able=frozenset(THERE)), elapsed)
        now = codes(pack, NoticeFacts(klass, able=frozenset(THERE), quiet=quiet), elapsed)
        waiting = {s.code for s in pack.steps(klass) if s.needs in quiet}
        assert now == (loud if pack.critical(klass) else loud - waiting)


def test_later_is_never_less_and_more_people_are_never_fewer_steps(pack):
    for klass, anybody in product(ladders(pack), TRUTHS):
        before: set[str] = set()
        for elapsed in moments(pack, klass):
            now = codes(pack, NoticeFacts(klass, anybody=anybody, able=frozenset(THERE)), elapsed)
            assert before <= now
            before = now
            for able in subsets(THERE):
                assert codes(pack, NoticeFacts(klass, anybody=anybody, able=able), elapsed) <= now


def test_a_critical_never_rests_while_nobody_confirms(pack):
    """Taken step by step as the worker does, for a day: in no stretch is the supervisor on call left without another word."""
    for klass in (c for c in pack.classes if c.critical):
        again = next(s for s in pack.steps(klass.code) if s.act == "programme")
        taken: set[tuple[str, int]] = set()
        told: list[int] = []
        for minute in range(24 * 60):
            facts = NoticeFacts(klass.code, able=frozenset(THERE), taken=frozenset(taken))
            for rung in next_steps(pack, facts, timedelta(minutes=minute)):
                taken.add((rung.step.code, rung.round))
                told += [minute] if rung.step is again else []
        assert {code for code, _ in taken} == {s.code for s in pack.steps(klass.code)}
        assert told[0] == again.after_minutes
        assert {b - a for a, b in zip(told, told[1:], strict=False)} == {again.every_minutes}


def test_what_went_by_while_nobody_looked_is_told_once():
    pack = load(ILLINOIS)
    facts = NoticeFacts("imminent_harm", able=frozenset({"programme"}))
    (rung,) = next_steps(pack, facts, timedelta(hours=5))
    assert rung.round == 29
    after = NoticeFacts("imminent_harm", able=frozenset({"programme"}), taken=frozenset({(rung.step.code, rung.round)}))
    assert next_steps(pack, after, timedelta(hours=5)) == ()


def test_the_ladder_says_how_each_step_stands():
    pack = load(ILLINOIS)
    facts = NoticeFacts(
        "standard", anybody=True, able=frozenset({"email", "sms", "district"}), quiet=frozenset({"sms"}),
        taken=frozenset({("standard_mail", 0)}),
    )  # fmt: skip
    found = {r.step.code: r.standing for r in rungs(pack, facts, timedelta(days=4))}
    assert found == {
        "standard_deputy": CANNOT, "standard_mail": TAKEN, "standard_text": QUIET, "standard_district": RESTS,
        "standard_programme": RESTS,
    }  # fmt: skip
    critical = NoticeFacts("emergency", able=frozenset({"programme"}), taken=frozenset({("critical_programme", 0)}))
    again = [(r.standing, r.minutes) for r in rungs(pack, critical, timedelta(minutes=11)) if r.step.act == "programme"]
    assert again == [(TAKEN, 10), (COMING, 20)]


def test_a_class_that_this_version_lacks_climbs_as_the_gravest_does():
    pack = load(ILLINOIS)
    able = frozenset(THERE)
    known, unknown = (next_steps(pack, NoticeFacts(k, able=able), DAY) for k in ("imminent_harm", "of_another_version"))
    assert unknown == known and {r.standing for r in known} == {DUE}
