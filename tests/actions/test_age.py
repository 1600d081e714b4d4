"""How old a child is stands in clear nowhere: a judgement keeps what the rules asked, and the number sealed."""

import pytest

from upstander.actions import queries, words
from upstander.actions.facts import Circumstances
from upstander.actions.models import Judgement, RequiredAction
from upstander.actions.services import Judging, change_place, judge
from upstander.packs.current import current
from upstander.protocol import age_band, asks_of_person
from upstander.vault import services as vault

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.4")]


@pytest.fixture
def tip(town, new_tip):
    return new_tip(town.school.pk)


def taken(tip, account, age: int | None, **also) -> Judgement:
    return judge(
        Judging(
            tip_id=tip, account_id=account.pk, subtypes=("child_abduction",), in_progress=False,
            circumstances=Circumstances(age=age, **also), narrative="x",
        )
    )  # fmt: skip


def kinds(tip) -> set[str]:
    rows = RequiredAction.objects.filter(tip_id=tip, ended_by=None)
    return {r.kind for r in rows if r.kind in ("amber_alert", "endangered_missing_advisory")}


@pytest.mark.parametrize(
    ("age", "disabled", "band", "alerts"),
    [
        (None, False, None, {"amber_alert", "endangered_missing_advisory"}),
        (0, False, 0, {"amber_alert", "endangered_missing_advisory"}),
        (15, False, 0, {"amber_alert", "endangered_missing_advisory"}),
        (16, False, 16, {"endangered_missing_advisory"}),
        (17, False, 16, {"endangered_missing_advisory"}),
        (17, True, 16, {"amber_alert", "endangered_missing_advisory"}),
        (18, False, 18, {"endangered_missing_advisory"}),
    ],
)
def test_the_band_decides_as_the_age_does_and_only_the_band_stands_in_clear(
    tip, call_taker, age, disabled, band, alerts
):
    judgement = taken(tip, call_taker, age, disabled=disabled)
    assert kinds(tip) == alerts
    assert judgement.facts["age"] == band
    assert Circumstances.of(Judgement.objects.get(pk=judgement.pk)) == Circumstances(
        age=age, disabled=disabled
    )


def test_the_age_is_sealed_under_the_tips_key_and_gone_with_it(tip, call_taker):
    judgement = taken(tip, call_taker, 9)
    assert judgement.sealed_age and b"9" != bytes(judgement.sealed_age)
    assert words.age(judgement) == 9
    vault.expunge(tip)
    assert words.age(judgement) is None
    assert Circumstances.of(judgement).age == 0, "what the rules asked remains"


def test_correcting_the_place_keeps_the_age(tip, call_taker, town):
    taken(tip, call_taker, 12)
    change_place(tip, call_taker.pk, town.other_school.pk)
    judgement = queries.in_force(tip)
    assert judgement is not None and judgement.n == 2 and words.age(judgement) == 12


def test_every_age_falls_into_a_band_that_no_rule_can_tell_from_it():
    pack = current()
    limits = {c.age_under for r in pack.rules for c in r.cases if c.age_under}
    for age in range(121):
        band = age_band(pack, age)
        assert band is not None and all((age < limit) == (band < limit) for limit in limits)


@pytest.mark.parametrize(
    ("subtypes", "flags", "asked"),
    [
        (("child_abduction",), (), True),
        (("kidnapping",), (), True),
        (("runaway",), (), True),
        (("bullying",), (), False),
        (("bullying",), ("abduction_of_minor",), True),
        (("self_harm", "runaway"), (), True),
        ((), (), False),
        (("no_such_kind",), (), False),
    ],
)
def test_age_is_asked_only_where_something_rests_on_it(subtypes, flags, asked):
    assert asks_of_person(current(), subtypes, flags) is asked
