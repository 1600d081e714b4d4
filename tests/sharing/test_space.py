"""The whole space of facts: no gap, no contradiction, no law unused, and nothing that permits less where it must not."""

from dataclasses import replace
from itertools import chain, combinations, product
from pathlib import Path

import pytest

from upstander.packs.loader import load
from upstander.packs.model import Pack
from upstander.packs.sharing import URGENCIES, VERDICTS, Sharing
from upstander.sharing.advise import Answer, Facts, advise, rank
from upstander.sharing.path import that_matter

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.req("R-privacy"), pytest.mark.xdist_group("sharing_space")]
Space = dict[Facts, Answer]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(ROOT / "packs" / "illinois")


@pytest.fixture(scope="module")
def rules(pack: Pack) -> Sharing:
    assert pack.sharing
    return pack.sharing


@pytest.fixture(scope="module")
def space(rules: Sharing) -> Space:
    """Every answer to every set of facts."""
    codes = [c.code for c in rules.conditions]
    every = [
        frozenset(some) for some in chain.from_iterable(combinations(codes, n) for n in range(len(codes) + 1))
    ]
    asked = product(rules.askers, rules.records, rules.purposes, URGENCIES)
    return {
        facts: advise(rules, facts)
        for who, record, why, urgency in asked
        for held in every
        for facts in [Facts(who.code, record.code, why.code, urgency, held)]
    }


def test_every_set_of_facts_has_one_answer_with_a_law_and_words(rules: Sharing, space: Space) -> None:
    wanted = (
        len(rules.askers)
        * len(rules.records)
        * len(rules.purposes)
        * len(URGENCIES)
        * 2 ** len(rules.conditions)
    )
    bad = [
        f
        for f, a in space.items()
        if a.verdict not in VERDICTS or not a.grounds or not a.cites or a.version != rules.version
    ]

    assert len(space) == wanted and not bad, (
        f"{len(space)} of {wanted} sets of facts, {len(bad)} without an answer: {bad[:3]}"
    )


def test_more_urgency_never_permits_less(space: Space) -> None:
    later = dict(zip(URGENCIES, URGENCIES[1:], strict=False))
    worse = [
        facts for facts, answer in space.items()
        if facts.urgency in later
        and rank(space[replace(facts, urgency=later[facts.urgency])].verdict) < rank(answer.verdict)
    ]  # fmt: skip

    assert not worse, worse[:3]


def test_another_condition_that_holds_never_permits_less(rules: Sharing, space: Space) -> None:
    worse = [
        (facts, more.code) for facts, answer in space.items() for more in rules.conditions
        if more.code not in facts.holds and rank(
            space[Facts(facts.who, facts.record, facts.why, facts.urgency, facts.holds | {more.code})].verdict
        ) < rank(answer.verdict)
    ]  # fmt: skip

    assert not worse, worse[:3]


def test_health_is_never_shared_more_freely_than_another_record_and_mental_health_never_more_than_health(
    space: Space,
) -> None:
    def of(record: str, facts: Facts) -> int:
        return rank(space[Facts(facts.who, record, facts.why, facts.urgency, facts.holds)].verdict)

    freer = [
        f
        for f in space
        if f.record == "mental" and not of("mental", f) <= of("health", f) <= of("education", f)
    ]

    assert not freer, freer[:3]


def test_every_rule_counts_somewhere_and_no_two_of_one_law_contradict_each_other(
    rules: Sharing, space: Space
) -> None:
    counted = {rule.code for answer in space.values() for ground in answer.grounds for rule in ground.rules}
    apart = [f for f, a in space.items() if any(len({r.verdict for r in g.rules}) > 1 for g in a.grounds)]
    shuffled = Sharing(**{name: getattr(rules, name) for name in Sharing.__dataclass_fields__ if name != "of_law"} | {
        "rules": tuple(reversed(rules.rules)), "laws": tuple(reversed(rules.laws)),
    })  # fmt: skip

    assert [r.code for r in rules.rules if r.code not in counted] == []
    assert not apart
    assert all(
        advise(shuffled, facts).verdict == answer.verdict for facts, answer in list(space.items())[::37]
    )


def test_every_citation_is_used_and_every_use_is_in_the_law(pack: Pack, rules: Sharing, space: Space) -> None:
    said = {cite for answer in space.values() for cite in answer.cites}
    law = {p.id for p in (*pack.paragraphs, *rules.statutes)}

    assert sorted(said - law) == []
    assert [p.id for p in rules.statutes if p.requirement == "R-privacy" and p.id not in said] == []
    assert {t.code for t in rules.thens} == {t.code for a in space.values() for t in a.then}


def test_only_what_may_be_shared_says_what_must_be_done_then(space: Space) -> None:
    assert not [f for f, a in space.items() if a.then and not a.may]


def test_an_emergency_release_of_a_student_record_always_asks_for_the_notice_and_the_four_factors(
    rules: Sharing, space: Space
) -> None:
    factors = {c.code for c in rules.factors}
    told = [(f, a) for f, a in space.items() if a.notice]

    assert len(factors) == 4 and told
    for facts, answer in told:
        assert (
            factors <= facts.holds
            and facts.urgency in ("threat", "imminent")
            and facts.record in rules.walled
        ), facts
        assert "record_threat" in {t.code for t in answer.then}


def test_police_never_have_a_student_record_without_consent_order_or_emergency(
    rules: Sharing, space: Space
) -> None:
    factors = {c.code for c in rules.factors}
    freely = [
        f for f, a in space.items()
        if f.who == "police" and f.record in rules.walled and a.may and "consent" not in f.holds and f.why != "order"
        and not (factors <= f.holds and f.urgency in ("threat", "imminent"))
    ]  # fmt: skip

    assert not freely, freely[:3]


def test_a_therapists_record_moves_in_an_emergency_only_where_the_therapist_has_decided(space: Space) -> None:
    moved = [
        f for f, a in space.items()
        if f.record == "mental" and f.why == "safety" and a.may and "consent" not in f.holds and "therapist" not in f.holds
    ]  # fmt: skip

    assert not moved, moved[:3]


def test_a_condition_that_is_not_asked_would_have_changed_nothing(rules: Sharing, space: Space) -> None:
    asked = {
        facts: frozenset(c.code for c in that_matter(rules, facts)) for facts in space if not facts.holds
    }
    changed = [
        facts for facts, answer in space.items()
        if (plain := replace(facts, holds=frozenset())) in asked
        and space[replace(facts, holds=facts.holds & asked[plain])].verdict != answer.verdict
    ]  # fmt: skip

    assert not changed, changed[:3]
    assert any(asked.values()) and not all(asked.values()), "some are asked, and not everywhere"
