"""Bringing end-users together about a tip: who they are, who has it, who is left out; and what was agreed, as proof."""

import pytest

from tests.desk.conftest import action_of
from tests.desk.test_ledger import record
from upstander.actions import queries
from upstander.actions import services as actions
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.actions.services import Decision
from upstander.directory.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.1.a")]
HX = {"HX-Request": "true"}
RULE = "coordinate_end_users"
PRESS = "01900000-0000-7000-8000-000000000001"
AGREED = {"answered_by": "Ana Rivera, Officer Osei", "note": "They meet at eight", "follows_up": "P. Okafor, on Friday"}


@pytest.fixture
def stic(signed_in):
    """Fusion-center staff, who coordinate."""
    return signed_in("Taylor Brandt", "stic_staff")


@pytest.fixture
def taken(casey, town, new_tip, judged):
    """A tip for which coordination was taken up."""
    tip = judged(new_tip(town.school), casey.account, "bullying")
    actions.take_up(tip.id, RULE, casey.account.pk)
    return tip


def step(client, tip) -> str:
    page = client.get(f"/tip/{tip.number}/").content.decode()
    start = page.index(f'id="s-{RULE}"')
    return page[start : page.index("</details>\n</li>", start)]


def line(shown: str, name: str) -> str:
    """What stands on the row, or the line, of somebody."""
    start = shown.index(f"<b>{name}</b>")
    return shown[start : shown.find("<b>", start + 1)]


def test_every_end_user_stands_there_with_their_number_and_whether_they_have_it(stic, taken, town):
    notice = queries.notices(taken.id)[str(town.contacts["superintendent"].pk)]
    actions.confirm(notice.id, as_self=True, name="", strength="link")
    shown = step(stic, taken)
    assert "confirmed by Ana Rivera" in line(shown, "Ana Rivera") and "School district" in line(shown, "Ana Rivera")
    for name, kind in (("Officer Osei", "Law-enforcement"), ("Dr Lind", "Mental-health"), ("P. Okafor", "School")):
        assert "told, not confirmed yet" in line(shown, name) and kind in line(shown, name)
        assert "0199" in line(shown, name)
    assert "not told yet" in line(shown, "Millbrook Police")


def test_whoever_pressed_a_key_on_the_telephone_stands_there_as_somebody_at_the_number(stic, casey, taken, town):
    notice = queries.notices(taken.id)[str(town.contacts["superintendent"].pk)]
    actions.confirm(notice.id, as_self=False, name="", strength="key")
    said = "confirmed by somebody at this number"
    assert said in line(step(stic, taken), "Ana Rivera")
    page = casey.get(f"/tip/{taken.number}/").content.decode()
    assert f"{said} " in page and "(by a key on the telephone)" in page and "confirmed by Ana Rivera" not in page


@pytest.mark.req("D-II.A")
def test_who_is_left_out_stands_there_without_a_number(casey, stic, town, new_tip, judged):
    principal = town.contacts["principal"]
    about = {"flags": ("subject_is_poc",), "conflict": Decision(frozenset({principal.pk}), frozenset(), "It is about her.")}
    Contact.objects.filter(pk=principal.pk).update(role="Principal")
    principal.points.update(value="217-555-0142")
    tip = judged(new_tip(town.school), casey.account, "bullying", **about)
    actions.take_up(tip.id, RULE, casey.account.pk)
    shown = line(step(stic, tip), "P. Okafor")
    assert "tell them nothing" in shown and "0142" not in shown


@pytest.mark.req("D-IV.A.5.b")
def test_of_a_school_out_of_network_the_police_who_answered_stand_there(casey, stic, town, new_tip, judged):
    tip = judged(new_tip(town.far_school), casey.account, "bullying", flags=("criminal",), reason="He sells drugs.")
    call = action_of(tip.id, "notify_law_enforcement")
    actions.record_call(call.id, casey.account.pk, "answered", 60, {"answered_by": "Sgt. Dale"})
    assert action_of(tip.id, RULE).standing == "owed"
    assert "confirmed by Sgt. Dale" in line(step(stic, tip), "Millbrook Police")


def test_with_whom_what_and_who_follows_up_are_the_proof(stic, taken):
    row = action_of(taken.id, RULE)
    assert record(stic, taken, row, HX, result="done", **AGREED).status_code == 200
    assert RequiredAction.objects.get(pk=row.pk).result == "done"
    shown = step(stic, taken)
    assert all(words in shown for words in AGREED.values()) and "coordinated" in shown
    assert RequiredAction.objects.filter(tip_id=taken.id, kind=RULE, done_at=None).count() == 4


def test_one_talk_with_everybody_is_recorded_once(stic, taken):
    row = action_of(taken.id, RULE)
    page = record(stic, taken, row, HX, result="done", for_all="1", **{**AGREED, "note": ""}).content.decode()
    assert 'name="for_all" value="1"' in page and " checked" in page  # what was ticked is kept
    for _ in range(2):
        assert record(stic, taken, row, HX, result="done", for_all="1", press=PRESS, **AGREED).status_code == 200
    rows = RequiredAction.objects.filter(tip_id=taken.id, kind=RULE)
    assert {r.result for r in rows} == {"done"} and ActionEvent.objects.filter(action__in=rows).count() == rows.count() == 5
    assert 'name="for_all"' not in step(stic, taken)


@pytest.mark.parametrize("missing", AGREED)
def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(stic, taken, missing):
    row = action_of(taken.id, RULE)
    answer = record(stic, taken, row, HX, result="done", **{**AGREED, missing: " "})
    page = answer.content.decode()
    assert answer.status_code == 422 and f'id="id_{row.id.hex[-8:]}_{missing}_error"' in page
    assert all(words in page for name, words in AGREED.items() if name != missing)
    with pytest.raises(actions.CannotRecord):
        actions.mark_done(row.id, stic.account.pk, "", "done", {})
    assert not ActionEvent.objects.filter(action=row).exists()


def test_who_does_not_owe_it_reads_it_and_records_nothing(signed_in, taken):
    row = action_of(taken.id, RULE)
    quinn = signed_in("Quinn Abernathy", "intelligence_command")
    assert "Officer Osei" in step(quinn, taken) and "/record/" not in step(quinn, taken)
    for role in ("intelligence_command", "sio", "outreach"):
        assert record(signed_in(f"Another {role}", role), taken, row, result="done", **AGREED).status_code == 403
    assert not ActionEvent.objects.filter(action=row).exists()
