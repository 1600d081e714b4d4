"""What may also be done for a tip: taken up, then recorded; and analytical support when an agency asks for it."""

import pytest

from tests.desk.conftest import action_of
from tests.desk.test_ledger import record
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.audit.models import Entry

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
ASKED = {"answered_by": "Det. Moss", "agency": "Millbrook Police", "note": "A timeline by Friday"}


def page_of(client, tip) -> str:
    return client.get(f"/tip/{tip.number}/").content.decode()


def test_nothing_is_offered_before_a_tip_is_judged_nor_when_it_is_closed(casey, town, new_tip, judged):
    tip = new_tip(town.school)
    assert 'id="offers"' not in page_of(casey, tip)
    assert casey.post(f"/tip/{tip.number}/take-up/", {"rule": "crisis_referral"}, headers=HX).status_code == 409


@pytest.mark.req("D-I.B")
@pytest.mark.req("D-IV.A.1.a")
@pytest.mark.parametrize("rule", ["crisis_referral", "coordinate_end_users"])
def test_what_is_offered_is_taken_up_and_then_recorded(casey, town, new_tip, judged, rule):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    assert f'id="o-{rule}"' in page_of(casey, tip)
    answer = casey.post(f"/tip/{tip.number}/take-up/", {"rule": rule})
    assert answer["Location"] == f"/tip/{tip.number}/#s-{rule}"
    page = page_of(casey, tip)
    assert f'id="o-{rule}"' not in page and f'id="s-{rule}"' in page
    taken = action_of(tip.id, rule)
    assert taken.due_at is None and taken.standing == "offered"
    result = "done" if rule == "coordinate_end_users" else "declined"
    written = {"note": "With the counselor", "answered_by": "Ana Rivera", "follows_up": "P. Okafor"}
    assert record(casey, tip, taken, HX, result=result, **written).status_code == 200
    assert RequiredAction.objects.get(pk=taken.pk).result == result


@pytest.mark.req("D-IV.A.6.b")
def test_zone_investigations_are_asked_for_a_hoax_and_what_they_said_is_recorded(morgan, town, new_tip, judged):
    hoax = {"flags": ("intentionally_false",), "reason": "He told a friend that he made it up."}
    tip = judged(new_tip(town.school), morgan.account, "prank", **hoax)
    answer = morgan.post(f"/tip/{tip.number}/take-up/", {"rule": "zone_investigation"}, headers=HX)
    assert answer.status_code == 200 and 'id="s-zone_investigation"' in answer.content.decode()
    said = {"result": "accepted", "answered_by": "Agent Roth", "note": "They open a case"}
    record(morgan, tip, action_of(tip.id, "zone_investigation"), HX, **said)
    assert action_of(tip.id, "zone_investigation").result == "accepted"


@pytest.mark.parametrize("rule", ["call_psap", "zone_investigation", "no_such", ""])
def test_what_is_not_offered_is_refused_in_words(casey, town, new_tip, judged, rule):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    answer = casey.post(f"/tip/{tip.number}/take-up/", {"rule": rule}, headers=HX)
    assert answer.status_code == 409 and "not offered" in answer.content.decode()


@pytest.mark.parametrize("role", ["stic_analyst", "intelligence_command", "call_taker"])
def test_what_has_a_page_of_its_own_is_not_taken_up_here(signed_in, casey, town, new_tip, judged, role):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    before, other = RequiredAction.objects.count(), signed_in("Other Person", role)
    for rule in ("false_determination", "confirm_class"):
        answer = other.post(f"/tip/{tip.number}/take-up/", {"rule": rule}, headers=HX)
        assert answer.status_code == 409
    assert RequiredAction.objects.count() == before


def test_a_second_press_takes_up_nothing_more_and_is_no_fault(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    for _ in range(2):
        answer = casey.post(f"/tip/{tip.number}/take-up/", {"rule": "crisis_referral"})
        assert answer["Location"] == f"/tip/{tip.number}/#s-crisis_referral"
    assert RequiredAction.objects.filter(tip_id=tip.id, kind="crisis_referral").count() == 1


def test_who_neither_works_tips_nor_owes_it_takes_nothing_up(signed_in, casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    quinn = signed_in("Quinn Abernathy", "intelligence_command")
    page = page_of(quinn, tip)
    assert 'id="o-crisis_referral"' in page and "/take-up/" not in page and "/support/" not in page
    assert quinn.post(f"/tip/{tip.number}/take-up/", {"rule": "crisis_referral"}).status_code == 403
    assert quinn.post(f"/tip/{tip.number}/support/", ASKED).status_code == 403
    sio = signed_in("Sam Whitfield", "sio")
    for address in ("take-up", "support"):
        assert sio.post(f"/tip/{tip.number}/{address}/", {"rule": "sio_coordination"}).status_code == 403


@pytest.mark.req("D-IV.A.1.b")
class TestSupport:
    def test_who_asked_who_does_it_and_what_was_given_stand_on_record(self, signed_in, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        riley = signed_in("Riley Haddad", "stic_analyst")
        given = {**ASKED, "analyst": str(riley.account.pk)}
        assert casey.post(f"/tip/{tip.number}/support/", given)["Location"].endswith("#s-analytical_support")
        row = action_of(tip.id, "analytical_support")
        assert (row.standing, row.assigned_to) == ("owed", riley.account.pk) and row.due_at
        assert "given to Riley Haddad" in page_of(casey, tip)
        work = riley.get("/owed/").content.decode()
        assert "given to Riley Haddad" in work and tip.number in work
        product = {"answered_by": "Det. Moss", "agency": "Millbrook Police", "note": "The timeline"}
        assert riley.post(f"/owed/{row.id}/", {"result": "delivered", "back": "stic_analyst", **product}).status_code == 302
        assert RequiredAction.objects.get(pk=row.pk).result == "delivered"
        assert Entry.objects.filter(act="action.analytical_support.assigned", actor=casey.account.actor).count() == 1

    @pytest.mark.parametrize("missing", ["answered_by", "agency", "note"])
    def test_what_is_missing_is_named_at_its_field_and_the_rest_is_kept(self, casey, town, new_tip, judged, missing):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        answer = casey.post(f"/tip/{tip.number}/support/", {**ASKED, missing: " "}, headers=HX)
        page = answer.content.decode()
        assert answer.status_code == 422 and f'id="id_support_{missing}_error"' in page
        assert all(words in page for name, words in ASKED.items() if name != missing)
        assert not RequiredAction.objects.filter(kind="analytical_support").exists()

    def test_only_an_analyst_is_given_it(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        answer = casey.post(f"/tip/{tip.number}/support/", {**ASKED, "analyst": str(casey.account.pk)})
        assert answer.status_code == 422
        with pytest.raises(actions.CannotRecord, match="analyst"):
            actions.request_support(tip.id, casey.account.pk, ASKED, casey.account.pk)

    def test_a_second_request_is_owed_again_after_the_first_was_answered(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        first = actions.request_support(tip.id, casey.account.pk, ASKED, None)
        again = actions.request_support(tip.id, casey.account.pk, {**ASKED, "note": "A map too"}, None)
        assert again.id == first.id and again.events.count() == 2
        for _ in range(2):
            given = {"answered_by": "Det. Moss", "agency": "Millbrook Police"}
            actions.mark_done(again.id, casey.account.pk, "The map", "delivered", given)
            fresh = actions.request_support(tip.id, casey.account.pk, ASKED, None)
            assert fresh.id != again.id and fresh.done_at is None and fresh.due_at
            again = fresh
