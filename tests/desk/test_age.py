"""Where an alert for a missing child may follow, the judging form asks how old the person is, and nowhere else."""

import pytest

from upstander.actions import queries, words
from upstander.actions.models import Judgement, RequiredAction

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.4")]
AGE = 'name="age"'


def judge(client, tip, **given):
    return client.post(f"/tip/{tip.number}/judge/", {"narrative": "x", **given})


def kinds(tip) -> set[str]:
    return set(RequiredAction.objects.filter(tip_id=tip.id, ended_by=None).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ({"subtypes": ["child_abduction"]}, True),
        ({"subtypes": ["runaway"]}, True),
        ({"subtypes": ["bullying"], "flags": ["abduction_of_minor"]}, True),
        ({"subtypes": ["bullying"]}, False),
        ({}, False),
    ],
)
def test_the_question_appears_with_the_choice_that_it_matters_for(casey, town, new_tip, chosen, asked):
    tip = new_tip(town.school)
    part = casey.post(f"/tip/{tip.number}/preview/", chosen, headers={"HX-Request": "true"})
    assert (AGE in part.content.decode()) is asked
    whole = casey.post(f"/tip/{tip.number}/preview/", chosen)
    assert (AGE in whole.content.decode()) is asked


@pytest.mark.parametrize(
    ("age", "disabled", "amber"), [("", "", True), ("15", "", True), ("16", "", False), ("17", "on", True)]
)
def test_age_and_disability_decide_about_the_alert(casey, town, new_tip, age, disabled, amber):
    tip = new_tip(town.school)
    given = {"subtypes": ["child_abduction"], "age": age, **({"disabled": disabled} if disabled else {})}
    preview = casey.post(f"/tip/{tip.number}/preview/", given).content.decode()
    assert ("AMBER Alert: hand" in preview[preview.index("preview-title") :]) is amber
    assert judge(casey, tip, **given).status_code == 302
    assert ("amber_alert" in kinds(tip)) is amber and "endangered_missing_advisory" in kinds(tip)


@pytest.mark.parametrize("age", ["nine", "-1", "121", "9.5"])
def test_an_age_that_is_none_is_said_at_its_field_and_nothing_is_judged(casey, town, new_tip, age):
    tip = new_tip(town.school)
    answer = judge(casey, tip, subtypes=["child_abduction"], age=age)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Judgement.objects.exists()
    assert 'id="id_judge_age_error"' in page and f'value="{age}"' in page


def test_a_form_that_did_not_ask_leaves_the_age_as_it_was_and_one_that_did_changes_it(casey, town, new_tip):
    tip = new_tip(town.school)
    judge(casey, tip, subtypes=["child_abduction"], age="15")
    judge(casey, tip, subtypes=["child_abduction", "assault"])
    assert words.age(queries.in_force(tip.id)) == 15
    assert 'value="15"' in casey.get(f"/tip/{tip.number}/").content.decode()
    judge(casey, tip, subtypes=["child_abduction"], age="")
    assert words.age(queries.in_force(tip.id)) is None
    judge(casey, tip, subtypes=["child_abduction"], age="17")
    assert "amber_alert" not in kinds(tip)


def test_another_age_is_another_judgement_and_not_the_same_press(casey, town, new_tip):
    tip = new_tip(town.school)
    judge(casey, tip, subtypes=["child_abduction"], age="15", after="0.0")
    judge(casey, tip, subtypes=["child_abduction"], age="15", after="0.0")
    assert Judgement.objects.count() == 1, "a double press"
    assert judge(casey, tip, subtypes=["child_abduction"], age="17", after="0.0").status_code == 409
