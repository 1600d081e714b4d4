"""Every kind of duty is a step at the desk with a form made from its proof, whether or not it has a screen of its own."""

import pytest
from django.utils.html import escape

from tests.desk.conftest import action_of
from tests.desk.test_ledger import record
from tests.support.town import organisation
from upstander import clock
from upstander.actions import recording
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.directory.models import Route
from upstander.packs.current import current

pytestmark = pytest.mark.django_db

SPECIAL = [
    (("bullying",), (), "decide_law_enforcement"),
    (("self_harm",), (), "crisis_referral"),
    (("child_abduction",), (), "amber_alert"),
    (("child_abduction",), (), "endangered_missing_advisory"),
    (("child_abuse",), (), "dcfs_report"),
    (("child_abuse",), ("submitted_by_agency",), "dcfs_report"),
    (("runaway",), (), "locate_runaway"),
    (("sexual_images_of_children",), (), "evidence_hold"),
]  # false reports and conflicts of interest have forms of their own


# What a person cannot say here: a packet proves it on its own screen, a receipt in the evidence room.
ELSEWHERE = {
    "amber_alert": {"handed_over"},
    "endangered_missing_advisory": {"handed_over"},
    "evidence_hold": {"handed_over", "part_handed_over"},
}


@pytest.mark.parametrize(("subtypes", "flags", "kind"), SPECIAL)
def test_a_duty_shows_its_title_its_paragraph_and_a_button_for_each_result(
    casey, town, new_tip, judged, subtypes, flags, kind
):
    tip = judged(new_tip(town.school), casey.account, *subtypes, flags=flags)
    casey.post(f"/tip/{tip.number}/claim/")
    row = action_of(tip.id, kind)
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    start = page.index(f'id="s-{row.rule}"')
    step = page[start : page.index("</details>\n</li>", start)]
    assert current().text(f"kind.{kind}").replace("'", "&#x27;") in step and row.cites[0] in step
    for result in set(current().proof(row.proof).results) - ELSEWHERE.get(kind, set()):
        assert f'value="{result}"' in step
    for result in ELSEWHERE.get(kind, ()):
        assert f'value="{result}"' not in step


@pytest.mark.req("D-IV.B.2")
def test_what_the_proof_wants_is_demanded_and_kept(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "child_abuse")
    casey.post(f"/tip/{tip.number}/claim/")
    report = action_of(tip.id, "dcfs_report")
    answer = record(casey, tip, report, result="reported", answered_by="Worker 7", note="")
    assert answer.status_code == 422 and "Intake number" in answer.content.decode()
    record(casey, tip, report, result="reported", answered_by="Worker 7", intake_number="A-12", note="")
    assert RequiredAction.objects.get(pk=report.pk).result == "reported"
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert current().text("kind.dcfs_confirmation") in page
    for kept in ("Worker 7", "Intake number <b>A-12</b>"):
        assert kept in page


def test_every_field_of_every_proof_is_read_again_under_its_label(town, new_tip, judged, casey):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    casey.post(f"/tip/{tip.number}/claim/")
    for proof in current().proofs:
        row = RequiredAction.objects.filter(tip_id=tip.id).exclude(kind="email_contacts").first()
        RequiredAction.objects.filter(pk=row.pk).update(proof=proof.code, done_at=None)
        words = {f.code: f"kept {proof.code} {f.code}" for f in proof.fields}
        recording.happened(RequiredAction.objects.get(pk=row.pk), casey.account.actor, "done", detail=words)
        page = casey.get(f"/tip/{tip.number}/").content.decode()
        for field in proof.fields:  # a paper is named by the beginning of its SHA-256
            shown = words[field.code] if field.kind != "paper" else f"{words[field.code][:12]}…"
            assert shown in page
            if field.code not in ("answered_by", "note"):
                assert f"{escape(field.label)} <b>{shown}</b>" in page


@pytest.mark.req("D-IV.A.2.a.3")
def test_troop_and_zone_are_called_by_the_number_that_stands_beside_them(casey, town, new_tip, judged):
    for kind, name, number in (
        ("troop", "Troop 99", "217-555-0171"),
        ("zone", "Zone 99", "217-555-0172"),
    ):
        made = organisation(kind, name, phone=number)
        Route.objects.create(kind=kind, county=town.county, target=made, source="test", dated=clock.today())
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    actions.mark_done(action_of(tip.id, "command_review").id, casey.account.pk, "Yes", "notify")
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    for rule, number in (("notify_troop", "217-555-0171"), ("notify_zone", "217-555-0172")):
        start = page.index(f'id="s-{rule}"')
        assert number in page[start : page.index("</details>\n</li>", start)]


def test_what_somebody_took_up_is_a_step_without_a_clock_and_hinders_nothing(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    actions.take_up(tip.id, "crisis_referral", casey.account.pk)
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    start = page.index('id="s-crisis_referral"')
    assert "data-due" in page and "data-due" not in page[start : page.index("</ul>", start)]


def test_a_preview_shows_what_is_owed_not_what_is_offered(casey, town, new_tip):
    tip = new_tip(town.school)
    given = {"subtypes": ["bullying"], "narrative": "x"}
    page = casey.post(f"/tip/{tip.number}/preview/", given, headers={"HX-Request": "true"}).content.decode()
    assert current().text("kind.email_contacts") in page
    assert current().text("kind.analytical_support") not in page
