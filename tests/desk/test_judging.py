"""From "I know what this is" to the number on the screen, and what stands in the way of a wrong judgement."""

import pytest

from upstander.actions.models import Judgement
from upstander.audit.models import Entry
from upstander.desk.models import Claim
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def critical(casey, town, new_tip, judged):
    """A tip judged to be a planned attack."""
    return judged(new_tip(town.school), casey.account, "planned_school_attack")


@pytest.mark.req("D-III.B")
def test_the_answer_to_a_judgement_carries_the_number_of_the_psap(casey, town, new_tip):
    tip = new_tip(town.school)
    answer = casey.post(
        f"/tip/{tip.number}/judge/",
        {"subtypes": ["imminent_harm.unspecified"], "in_progress": "on"},
        headers=HX,
    )
    part = answer.content.decode()
    assert answer.status_code == 200
    assert (
        "217-555-0101" in part
        and "D-IV.A.2.a.1" in part
        and "harm IN PROGRESS at Millbrook High School" in part
    )
    assert Judgement.objects.get(tip_id=tip.id).klass == "imminent_harm"


def test_without_scripts_the_same_form_leads_back_to_the_page(casey, town, new_tip):
    tip = new_tip(town.school)
    answer = casey.post(f"/tip/{tip.number}/judge/", {"subtypes": ["fire"]})
    assert answer["Location"] == f"/tip/{tip.number}/#todo"
    assert "217-555-0101" in casey.get(f"/tip/{tip.number}/").content.decode()


def test_a_second_press_of_the_same_judgement_is_no_second_judgement(casey, town, new_tip):
    tip = new_tip(town.school)
    given = {"subtypes": ["fire", "threat_of_violence"], "after": "0.0"}
    for _ in range(2):
        assert casey.post(f"/tip/{tip.number}/judge/", given).status_code == 302
    assert [j.n for j in Judgement.objects.filter(tip_id=tip.id)] == [1]
    again = casey.post(f"/tip/{tip.number}/judge/", given | {"after": "1.0"})
    assert again.status_code == 302, "whoever sees the judgement may make it anew"
    assert Judgement.objects.filter(tip_id=tip.id).count() == 2


def test_who_has_not_seen_a_judgement_does_not_judge_over_it(casey, jordan, town, new_tip, judged):
    tip = new_tip(town.school)
    given = {"subtypes": ["bullying"], "narrative": "My words", "after": "0.0"}
    judged(tip, jordan.account, "fire")
    answer = casey.post(f"/tip/{tip.number}/judge/", given, headers=HX)
    part = answer.content.decode()
    assert answer.status_code == 409 and "has been judged since you opened it" in part and "My words" in part
    assert 'name="after" value="1.0"' in part, "the next press is made knowing it"
    assert Judgement.objects.get(tip_id=tip.id).account_id == jordan.account.pk


def test_a_preview_says_what_would_be_demanded_and_writes_nothing(casey, town, new_tip):
    tip = new_tip(town.school)
    part = casey.post(f"/tip/{tip.number}/preview/", {"subtypes": ["bullying"]}, headers=HX).content.decode()
    assert "E-mail every contact" in part and "D-IV.A.3.a" in part
    assert "Has anybody been hit" in part, "the pack's questions come first"
    whole = casey.post(f"/tip/{tip.number}/preview/", {"subtypes": ["bullying"], "narrative": "Kept words"})
    assert whole.status_code == 200 and "This would demand" in whole.content.decode()
    assert "Kept words" in whole.content.decode()
    assert not Judgement.objects.exists() and not Claim.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose at least one kind of report."),
        ({"subtypes": ["no_such_kind"]}, "no_such_kind"),
        ({"subtypes": ["bullying"], "reason": "Kept words"}, "Write what the school may read"),
    ],
)
def test_a_judgement_that_cannot_be_made_says_why_beside_its_field_and_keeps_the_words(
    casey, town, new_tip, given, said
):
    tip = new_tip(town.school)
    for headers in (HX, {}):
        answer = casey.post(f"/tip/{tip.number}/judge/", given | {"narrative": ""}, headers=headers)
        assert answer.status_code == 422 and said in answer.content.decode()
    assert not Judgement.objects.exists()


@pytest.mark.req("D-IV.A.3.a")
def test_the_narrative_starts_from_the_tips_own_words(casey, town, new_tip):
    tip = new_tip(town.school, text="They lock him in", who="Tom B.")
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    editor = page.split('name="narrative"')[1].split("</textarea>")[0]
    assert "They lock him in" in editor and "Who: Tom B." in editor


def test_a_danger_judged_down_is_asked_why_beside_a_field_that_is_there(casey, town, new_tip):
    calm, danger = new_tip(town.school), new_tip(town.school, danger_now=True)
    assert 'name="reason"' not in casey.get(f"/tip/{calm.number}/").content.decode()
    assert 'name="reason"' in casey.get(f"/tip/{danger.number}/").content.decode()
    given = {"subtypes": ["bullying"], "narrative": "A student is bullied."}
    answer = casey.post(f"/tip/{danger.number}/judge/", given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "somebody is in danger now" in page and 'name="reason"' in page
    assert "Why it is less grave than was said" in page, "the field's own words fit a first judgement"
    assert not Judgement.objects.exists()
    casey.post(f"/tip/{danger.number}/judge/", given | {"reason": "They wrote again: all are at home"})
    assert Judgement.objects.get().klass == "standard"


class TestLowering:
    def lower(self, client, tip, **more):
        given = {"subtypes": ["bullying"], "narrative": "x", "reason": "It was a film project"} | more
        return client.post(f"/tip/{tip.number}/judge/", given)

    def test_without_a_reason_it_is_refused_beside_the_field(self, casey, critical):
        answer = self.lower(casey, critical, reason="")
        assert answer.status_code == 422 and "You are lowering this tip" in answer.content.decode()

    def test_everybody_sees_that_it_waits_and_that_nothing_stopped(self, casey, jordan, critical):
        self.lower(casey, critical)
        page = jordan.get(f"/tip/{critical.number}/").content.decode()
        assert "asked to lower this tip" in page and "217-555-0101" in page
        assert Tip.objects.get(pk=critical.id).klass == "imminent_harm"

    def test_a_supervisor_reads_the_reason_and_decides(self, casey, morgan, critical):
        self.lower(casey, critical)
        assert "It was a film project" in morgan.get("/lowerings/").content.decode()
        waiting = Judgement.objects.get(state="pending")
        answer = morgan.post(
            f"/lowerings/{waiting.id}/", {"decision": "accept", "reason": "The teacher said so"}
        )
        assert answer.status_code == 302
        assert Tip.objects.get(pk=critical.id).klass == "standard"

    def test_a_decision_without_a_reason_keeps_it_critical_and_says_so(self, casey, morgan, critical):
        self.lower(casey, critical)
        waiting = Judgement.objects.get(state="pending")
        answer = morgan.post(f"/lowerings/{waiting.id}/", {"decision": "accept", "reason": ""})
        assert answer.status_code == 422 and "Write why" in answer.content.decode()
        assert Tip.objects.get(pk=critical.id).klass == "imminent_harm"

    def test_nobody_decides_their_own_not_even_a_supervisor(self, casey, morgan, critical):
        casey.post(f"/tip/{critical.number}/claim/", {"act": "give_back"})
        self.lower(morgan, critical)
        assert "A second person must decide it" in morgan.get("/lowerings/").content.decode()
        waiting = Judgement.objects.get(state="pending")
        answer = morgan.post(
            f"/lowerings/{waiting.id}/", {"decision": "accept", "reason": "I agree with myself"}
        )
        assert answer.status_code == 422
        assert Tip.objects.get(pk=critical.id).klass == "imminent_harm"

    def test_of_two_supervisors_the_second_is_told_that_it_was_decided(self, casey, morgan, critical):
        self.lower(casey, critical)
        waiting = Judgement.objects.get(state="pending")
        morgan.post(f"/lowerings/{waiting.id}/", {"decision": "refuse", "reason": "Nobody confirmed that"})
        late = morgan.post(
            f"/lowerings/{waiting.id}/", {"decision": "accept", "reason": "The teacher said so"}
        )
        assert late.status_code == 422 and "waits no more" in late.content.decode()
        assert Tip.objects.get(pk=critical.id).klass == "imminent_harm"


class TestPlace:
    def test_the_picker_finds_schools_and_districts(self, casey, town):
        found = casey.post("/desk-schools", {"q": "millbrook"}).json()["schools"]
        assert {"Millbrook High School", "Millbrook Elementary"} <= {hit["name"] for hit in found}
        districts = casey.post("/desk-schools", {"q": "prairie valley"}).json()["schools"]
        assert ("Prairie Valley CUSD 7", "District") in {(h["name"], h["district"]) for h in districts}

    def test_without_scripts_what_was_typed_is_looked_up_and_offered(self, casey, town, new_tip):
        tip = new_tip()
        answer = casey.post(f"/tip/{tip.number}/place/", {"place": "millbrook"})
        page = answer.content.decode()
        assert answer.status_code == 422 and f'value="{town.school.pk}"' in page
        assert (
            casey.post(f"/tip/{tip.number}/place/", {"place": "", "place_id": town.school.pk}).status_code
            == 302
        )
        assert Tip.objects.get(pk=tip.id).place_id == town.school.pk
        assert Entry.objects.filter(act="tip.placed", object_id=str(tip.id)).count() == 1

    def test_a_judged_tip_whose_new_place_has_contacts_asks_for_what_they_may_read(
        self, casey, town, new_tip, judged
    ):
        tip = judged(new_tip(town.far_school), casey.account, "bullying", narrative="")
        answer = casey.post(f"/tip/{tip.number}/place/", {"place_id": town.school.pk})
        assert answer.status_code == 422 and 'name="narrative"' in answer.content.decode()
        assert Tip.objects.get(pk=tip.id).place_id == town.far_school.pk
        given = {"place_id": town.school.pk, "narrative": "A student is pushed."}
        assert casey.post(f"/tip/{tip.number}/place/", given).status_code == 302
        assert Tip.objects.get(pk=tip.id).place_id == town.school.pk

    def test_a_place_that_does_not_exist_is_refused(self, casey, new_tip):
        assert casey.post(f"/tip/{new_tip().number}/place/", {"place_id": 999_999}).status_code == 422


class TestGaps:
    @pytest.mark.req("D-II.D")
    def test_a_psap_without_a_number_is_a_red_gap_with_what_to_do(self, casey, town, new_tip):
        town.psap.psap.transfer_number = ""
        town.psap.psap.save()
        tip = new_tip(town.school)
        assert "has no transfer number on file" in casey.get(f"/tip/{tip.number}/").content.decode()
        casey.post(f"/tip/{tip.number}/judge/", {"subtypes": ["fire"]})
        plan = casey.get(f"/tip/{tip.number}/plan/").content.decode()
        assert "has no transfer number on file" in plan and "neighboring county" in plan

    def test_a_place_without_any_psap_shows_the_packs_fallback(self, casey, town, new_tip):
        town.psap.routed_here.all().delete()
        town.psap.psap.delete()
        tip = new_tip(town.school)
        assert "sheriff&#x27;s dispatch" in casey.get(f"/tip/{tip.number}/").content.decode()


@pytest.mark.req("D-III.B.2")
def test_a_mark_for_law_enforcement_without_a_reason_brings_the_form_back_with_the_field(casey, town, new_tip):
    tip = new_tip(town.school)
    given = {"subtypes": ["bullying"], "flags": ["criminal"], "narrative": "My words"}
    assert "id_judge_reason" not in casey.get(f"/tip/{tip.number}/").content.decode()
    asked = casey.post(f"/tip/{tip.number}/preview/", given, headers=HX).content.decode()
    assert 'id="id_judge_reason"' in asked, "it appears with the mark"
    answer = casey.post(f"/tip/{tip.number}/judge/", given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write why law enforcement needs this report" in page
    assert page.count('id="id_judge_reason"') == 1
    assert "My words" in page
    other = casey.post(f"/tip/{tip.number}/judge/", given | {"reason": "A theft", "narrative": ""})
    assert other.status_code == 422 and "A theft" in other.content.decode(), "what was typed stays"
    assert casey.post(f"/tip/{tip.number}/judge/", given | {"reason": "A theft"}).status_code == 302


@pytest.mark.req("D-III.B")
@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (["imminent_harm.unspecified", "planned_school_attack"], ["planned_school_attack"]),
        (["imminent_harm.unspecified"], ["imminent_harm.unspecified"]),
        (["imminent_harm.unspecified", "bullying"], ["imminent_harm.unspecified", "bullying"]),
    ],
)
def test_not_specified_stays_only_where_nothing_of_its_class_is(casey, town, new_tip, chosen, kept):
    tip = new_tip(town.school)
    casey.post(f"/tip/{tip.number}/judge/", {"narrative": "x", "subtypes": chosen})
    assert Judgement.objects.get(tip_id=tip.id).subtypes == kept
