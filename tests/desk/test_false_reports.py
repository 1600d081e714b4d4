"""The pages of false reports and pranks: what waits, the determination, the research log, what may be asked for (D-IV.A.6)."""

import secrets

import pytest

from upstander.actions import queries
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.audit.models import Entry
from upstander.intake import queries as intake
from upstander.intake.services import receive
from upstander.intake.submission import Contact as Given
from upstander.intake.submission import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.6.a")]
WHY = "He told two friends, KESTREL-2207."


@pytest.fixture
def analyst(signed_in):
    return signed_in("Ana Lyst", "stic_analyst")


@pytest.fixture
def prank(casey, town, new_tip, judged):
    return judged(new_tip(town.school), casey.account, "prank")


def determine(client, tip, result: str = "intentionally_false", note: str = WHY):
    return client.post(f"/tip/{tip.number}/false-report/determine/", {"result": result, "note": note})


def record(client, tip, rule: str, result: str, note: str, **more: str):
    given = {"rule": rule, "result": result, "note": note, **more}
    return client.post(f"/tip/{tip.number}/false-report/record/", given)


def test_what_waits_stands_in_the_list_and_looking_is_on_record(morgan, prank):
    page = morgan.get("/false-reports/").content.decode()
    assert prank.number in page and "Millbrook High School" in page and "Prank" in page
    assert Entry.objects.get(act="false_reports.listed").detail == {"waiting": 1, "researched": 0}
    determine(morgan, prank)
    page = morgan.get("/false-reports/").content.decode()
    assert page.index("Being researched") < page.index(prank.number)
    record(morgan, prank, "identify_reporter", "identified", "The school knows.")
    page = morgan.get("/false-reports/").content.decode()
    assert page.index("Concluded last") < page.index(prank.number)


def test_the_words_of_the_directive_stand_beside_the_buttons(morgan, prank):
    page = morgan.get(f"/tip/{prank.number}/false-report/").content.decode()
    assert "Clearly identified as intentionally false or a prank; mistaken or unproven is neither." in page
    assert "clearly identified as being intentionally false or prank will be further researched" in page
    assert 'value="not_false" aria-describedby="what-counts"' in page
    assert 'value="intentionally_false" aria-describedby="what-counts"' in page


def test_a_supervisor_determines_and_takes_back_with_what_shows_it(morgan, prank):
    answer = determine(morgan, prank, note="")
    assert answer.status_code == 422 and "Write what shows it" in answer.content.decode()
    assert determine(morgan, prank).status_code == 302
    page = morgan.get(f"/tip/{prank.number}/false-report/").content.decode()
    assert "It is determined to be intentionally false" in page and WHY in page and "Morgan Reyes" in page
    address = f"/tip/{prank.number}/false-report/withdraw/"
    assert morgan.post(address, {"note": ""}).status_code == 422
    assert morgan.post(address, {"note": "It was true."}).status_code == 302
    assert queries.in_force(prank.id).flags == []


@pytest.mark.parametrize("kinds", ["bullying", "planned_school_attack", "complaint_about_school"])
def test_any_tip_can_be_determined_from_its_own_page(morgan, casey, town, new_tip, judged, kinds):
    tip = judged(new_tip(town.far_school), casey.account, kinds)
    link = f'href="/tip/{tip.number}/false-report/"'
    assert link in morgan.get(f"/tip/{tip.number}/").content.decode()
    assert link not in casey.get(f"/tip/{tip.number}/").content.decode()
    assert determine(morgan, tip).status_code == 302
    assert queries.in_force(tip.id).flags == ["intentionally_false"]


def test_nobody_judges_it_by_a_mark_in_the_form(morgan, casey, town, new_tip):
    tip = new_tip(town.school)
    given = {"subtypes": ["bullying"], "flags": ["intentionally_false"], "narrative": "x"}
    for client in (casey, morgan):
        assert client.post(f"/tip/{tip.number}/judge/", given).status_code == 422
    assert "intentionally_false" not in morgan.get(f"/tip/{tip.number}/").content.decode()


def test_a_call_taker_who_judges_again_cannot_untick_it(morgan, casey, prank):
    determine(morgan, prank)
    assert 'value="intentionally_false"' in casey.get(f"/tip/{prank.number}/").content.decode()
    given = {"subtypes": ["prank"], "narrative": "x"}
    answer = casey.post(f"/tip/{prank.number}/judge/", given)
    assert answer.status_code == 422 and "Only a supervisor" in answer.content.decode()
    assert (
        casey.post(f"/tip/{prank.number}/judge/", given | {"flags": ["intentionally_false"]}).status_code
        == 302
    )


def test_the_analyst_keeps_the_log(analyst, morgan, prank):
    determine(morgan, prank)
    assert record(analyst, prank, "identify_reporter", "looked", "").status_code == 422
    assert record(analyst, prank, "identify_reporter", "looked", "Earlier tips, HERON-11.").status_code == 302
    page = analyst.get(f"/tip/{prank.number}/false-report/").content.decode()
    assert "HERON-11" in page and "Ana Lyst" in page and "looked into" in page
    assert Entry.objects.filter(act="tip.viewed", actor=analyst.account.actor).exists()


def test_that_no_identifying_datum_exists_is_computed_and_nothing_is_revealed(
    analyst, morgan, town, casey, judged
):
    def sent(**given):
        submission = Submission(channel="web", text="A bomb", place_id=town.school.pk, **given)
        tip = intake.tip(receive(submission, secrets.token_urlsafe(24)).tip_id)
        determine(morgan, judged(tip, casey.account, "prank"))
        return tip

    empty, given = sent(), sent(contact=Given(email="heron@lake.example"))
    page = analyst.get(f"/tip/{empty.number}/false-report/").content.decode()
    assert "No identifying datum exists" in page and 'value="no_datum"' in page
    page = analyst.get(f"/tip/{given.number}/false-report/").content.decode()
    assert "Given, and sealed:" in page and "an e-mail address" in page and "heron" not in page
    assert 'value="no_datum"' not in page
    assert record(analyst, given, "identify_reporter", "no_datum", "None.").status_code == 422


@pytest.mark.req("D-IV.A.6.b")
def test_the_zone_and_prosecution_are_offered_with_their_result(analyst, morgan, prank):
    page = morgan.get(f"/tip/{prank.number}/false-report/").content.decode()
    assert "Ask Zone Investigations" not in page
    determine(morgan, prank)
    assert not RequiredAction.objects.filter(kind="zone_investigation").exists()
    page = morgan.get(f"/tip/{prank.number}/false-report/").content.decode()
    assert "Ask Zone Investigations" in page and "Refer for prosecution" in page
    assert record(morgan, prank, "zone_investigation", "asked", "Left word").status_code == 302
    assert record(morgan, prank, "zone_investigation", "declined", "Too few").status_code == 422
    said = record(morgan, prank, "zone_investigation", "declined", "Too few", answered_by="Zone 4, Sgt. Hill")
    assert said.status_code == 302
    page = morgan.get(f"/tip/{prank.number}/false-report/").content.decode()
    assert "Zone 4, Sgt. Hill. Too few" in page
    assert [e.result for e in ActionEvent.objects.filter(action__kind="zone_investigation").order_by("at")] == [
        "asked", "declined"
    ]  # fmt: skip


def test_nothing_is_recorded_of_what_no_determination_opened(morgan, prank):
    assert record(morgan, prank, "zone_investigation", "asked", "x", answered_by="y").status_code == 422
    assert not ActionEvent.objects.exists()


def test_what_is_on_the_tips_own_page_leads_there(morgan, analyst, casey, prank):
    link = f'href="/tip/{prank.number}/false-report/"'
    assert link in morgan.get(f"/tip/{prank.number}/").content.decode()
    assert link in analyst.get(f"/tip/{prank.number}/").content.decode()
    page = casey.get(f"/tip/{prank.number}/").content.decode()
    assert link not in page and "A supervisor says whether it is clearly identified" in page


class TestWhoMay:
    def test_an_analyst_sees_and_does_not_determine(self, analyst, prank):
        page = analyst.get(f"/tip/{prank.number}/false-report/").content.decode()
        assert "Only a supervisor determines it." in page and "/determine/" not in page
        assert determine(analyst, prank).status_code == 403
        assert analyst.post(f"/tip/{prank.number}/false-report/withdraw/", {"note": "x"}).status_code == 403
        assert not ActionEvent.objects.exists()

    @pytest.mark.parametrize(
        "role", ["call_taker", "intelligence_command", "sio", "outreach", "programme_admin", "auditor"]
    )
    def test_others_see_none_of_it(self, signed_in, morgan, prank, role):
        determine(morgan, prank)
        other = signed_in("Somebody Else", role)
        own = f"/tip/{prank.number}/false-report/"
        for answer in (
            other.get("/false-reports/"),
            other.get(own),
            record(other, prank, "identify_reporter", "looked", "x"),
        ):
            assert answer.status_code == 403 and WHY not in answer.content.decode()
        assert determine(other, prank).status_code == 403

    def test_a_tip_that_nobody_judged_and_one_that_is_not_there_have_no_such_page(self, morgan, new_tip):
        assert morgan.get(f"/tip/{new_tip().number}/false-report/").status_code == 404
        assert morgan.get("/tip/AAAA-BBBB-CC/false-report/").status_code == 404


@pytest.mark.parametrize("rule", ["%d", "%s", "", "no_such", "call_psap", "false_determination", "x" * 500])
def test_a_record_under_no_such_rule_is_nowhere(analyst, morgan, prank, rule):
    determine(morgan, prank)
    before = ActionEvent.objects.count()
    for note in ("", "The school knows."):
        assert record(analyst, prank, rule, "identified", note).status_code == 404
    assert ActionEvent.objects.count() == before
