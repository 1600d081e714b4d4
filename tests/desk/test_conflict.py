"""Choosing at the desk who is left out because the tip is about them, and the fusion center's word on it (D-II.A)."""

import re

import pytest

from tests.desk.conftest import action_of
from tests.support.people import regional, with_own_telephones
from tests.support.town import Town
from upstander.actions import services as actions
from upstander.actions.models import ConflictDecision, Exclusion, Judgement, RequiredAction
from upstander.actions.services import Decision
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact, ContactPoint

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.A")]
HTMX = {"HX-Request": "true"}
WHY = "The student names him, MARBLE-4410."
CALM = {"subtypes": ["staff_inappropriate_conduct"], "narrative": "A teacher did it."}


@pytest.fixture
def town(town: Town) -> Town:
    return with_own_telephones(town)


@pytest.fixture
def stic(signed_in):
    return signed_in("Stic Staff", "stic_staff")


def marked(*contacts: Contact, why: str = WHY, **more) -> dict:
    """The judging form as it is sent when the mark is set and somebody was chosen."""
    chosen = [str(c.pk) for c in contacts] or ["nobody"]
    return {
        **CALM, "flags": ["subject_is_poc"], "conflict_shown": "1", "excluded": chosen, "conflict_reason": why
    } | more  # fmt: skip


def section(page: str, id: str = "id_judge_excluded") -> str:
    """The part of a page where it is chosen; empty where it is not there."""
    found = re.search(rf'<fieldset class="asks" id="{id}".*?</fieldset>', page, re.S)
    return found.group() if found else ""


class TestTheJudgingForm:
    def test_without_scripts_the_form_comes_back_and_asks_with_every_word_kept(self, casey, town, new_tip):
        tip = new_tip(town.school)
        assert not section(casey.get(f"/tip/{tip.number}/").content.decode())
        answer = casey.post(f"/tip/{tip.number}/judge/", {**CALM, "flags": ["subject_is_poc"]})
        page = answer.content.decode()
        asked = section(page)
        assert answer.status_code == 422 and "Until then nobody is told" in asked
        for name in ("Ana Rivera", "Officer Osei", "Dr Lind", "P. Okafor", "Nobody of these"):
            assert name in asked
        assert "A teacher did it." in page and not Judgement.objects.exists()

    def test_setting_the_mark_brings_the_list_and_who_is_told_instead(self, casey, town, new_tip):
        tip = new_tip(town.school)
        given = {**CALM, "flags": ["subject_is_poc"]}
        first = casey.post(f"/tip/{tip.number}/preview/", given, headers=HTMX).content.decode()
        assert "P. Okafor" in section(first) and "usa-error-message" not in section(first)
        chosen = marked(town.contacts["principal"], why="")
        asked = section(casey.post(f"/tip/{tip.number}/preview/", chosen, headers=HTMX).content.decode())
        instead = asked[asked.index("Told instead:") :]
        assert "Ana Rivera" in instead and "P. Okafor" not in instead
        assert f'value="{town.contacts["principal"].pk}" id="id_judge_excluded_' in asked
        assert re.search(rf'value="{town.contacts["principal"].pk}"[^>]* checked', asked)

    def test_where_nobody_is_left_it_says_who_is_told(self, casey, town, new_tip):
        tip = new_tip(town.school)
        listed = [c for n, c in town.contacts.items() if n != "other_principal"]
        everybody = marked(*listed)
        asked = section(casey.post(f"/tip/{tip.number}/preview/", everybody, headers=HTMX).content.decode())
        assert "law enforcement is told" in asked
        head = regional(town)
        asked = section(casey.post(f"/tip/{tip.number}/preview/", everybody, headers=HTMX).content.decode())
        assert f"{head.name} (Regional Office 99)" in asked and "law enforcement is told" not in asked

    def test_who_shares_an_address_is_shown_and_a_shared_telephone_can_be_said_to_be_one(
        self, casey, town, new_tip
    ):
        tip, principal = new_tip(town.school), town.contacts["principal"]
        clerk = town.contacts["counsellor"]
        ContactPoint.objects.filter(contact=clerk, kind="phone").update(value="217-555-0203")
        address = f"/tip/{tip.number}/preview/"
        asked = section(casey.post(address, marked(principal), headers=HTMX).content.decode())
        assert "Dr Lind is left out too: the same telephone number as P. Okafor." in asked
        assert f'name="apart" value="{clerk.pk}"' in asked
        told = marked(principal, apart=[str(clerk.pk)])
        asked = section(casey.post(address, told, headers=HTMX).content.decode())
        assert "left out too" not in asked and "Dr Lind (Prairie Counselling)" in asked
        casey.post(f"/tip/{tip.number}/judge/", told)
        assert [e.contact_id for e in Exclusion.objects.all()] == [principal.pk]

    def test_who_shares_a_mailbox_cannot_be_said_to_be_another(self, casey, town, new_tip):
        tip, clerk = new_tip(town.school), town.contacts["counsellor"]
        ContactPoint.objects.filter(contact=clerk, kind="email").update(value="OKAFOR@prairie.example")
        chosen = marked(town.contacts["principal"])
        asked = section(casey.post(f"/tip/{tip.number}/preview/", chosen, headers=HTMX).content.decode())
        assert "Dr Lind is left out too: the same e-mail address as P. Okafor." in asked
        assert 'name="apart"' not in asked

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"conflict_reason": ""}, "Write why"),
            ({"excluded": []}, "Choose whom the tip is about"),
            ({"excluded": ["nobody", "7"]}, "not both"),
            ({"excluded": ["999999"]}, "Choose among those"),
            ({"excluded": ["x"]}, "Select a valid choice"),
            ({"excluded": ["9" * 40]}, "Select a valid choice"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field_and_nobody_is_told(self, casey, town, new_tip, change, said):
        tip = new_tip(town.school)
        answer = casey.post(f"/tip/{tip.number}/judge/", marked(town.contacts["principal"]) | change)
        page = answer.content.decode()
        assert answer.status_code == 422 and said in section(page)
        assert not Judgement.objects.exists() and not Delivery.objects.exists()

    def test_judged_so_the_page_shows_no_number_of_theirs(self, casey, town, new_tip):
        tip, principal = new_tip(town.school), town.contacts["principal"]
        assert casey.post(f"/tip/{tip.number}/judge/", marked(principal)).status_code == 302
        page = casey.get(f"/tip/{tip.number}/").content.decode()
        assert "217-555-0203" not in page and "217-555-0200" in page
        assert "left out of this tip: tell them nothing" in page
        assert "217-555-0203" not in casey.get(f"/tip/{tip.number}/callsheet/").content.decode()

    def test_the_same_press_twice_is_once_and_another_choice_is_not_taken_for_it(self, casey, town, new_tip):
        tip = new_tip(town.school)
        first = marked(town.contacts["principal"], after="0.0")
        for _ in range(2):
            assert casey.post(f"/tip/{tip.number}/judge/", first).status_code == 302
        other = marked(town.contacts["superintendent"], after="0.0")
        assert casey.post(f"/tip/{tip.number}/judge/", other).status_code == 409
        assert ConflictDecision.objects.count() == 1

    def test_judging_again_shows_what_was_chosen_and_keeps_it_without_a_reason(self, casey, town, new_tip):
        tip, principal = new_tip(town.school), town.contacts["principal"]
        casey.post(f"/tip/{tip.number}/judge/", marked(principal))
        asked = section(casey.get(f"/tip/{tip.number}/").content.decode())
        assert re.search(rf'value="{principal.pk}"[^>]* checked', asked) and WHY not in asked
        again = marked(principal, why="", subtypes=["bullying"])
        assert casey.post(f"/tip/{tip.number}/judge/", again).status_code == 302
        assert ConflictDecision.objects.count() == 1 and Judgement.objects.count() == 2

    def test_another_place_asks_about_its_own_people(self, casey, town, new_tip):
        tip, principal = new_tip(town.school), town.contacts["principal"]
        casey.post(f"/tip/{tip.number}/judge/", marked(principal))
        there = {"place_id": town.other_school.pk, "place": "Millbrook Elementary"}
        answer = casey.post(f"/tip/{tip.number}/place/", there)
        asked = section(answer.content.decode(), "id_excluded")
        assert answer.status_code == 422 and "R. Haas" in asked
        said = {
            k: v
            for k, v in marked(town.contacts["other_principal"], principal).items()
            if "conf" in k or k == "excluded"
        }
        assert casey.post(f"/tip/{tip.number}/place/", there | said).status_code == 302
        assert set(Exclusion.objects.filter(ended_at=None).values_list("contact_id", flat=True)) == {
            principal.pk, town.contacts["other_principal"].pk
        }  # fmt: skip


class TestTheFusionCentersWord:
    @pytest.fixture
    def tip(self, casey, town, new_tip):
        made = new_tip(town.school)
        casey.post(f"/tip/{made.number}/judge/", marked(town.contacts["principal"]))
        return made

    def sent(self, *contacts: Contact, why: str = "", act: str = "decide") -> dict:
        seen = ConflictDecision.objects.latest("at").pk
        form = {k: v for k, v in marked(*contacts, why=why).items() if "conf" in k or k == "excluded"}
        return {**form, "seen": str(seen), "act": act}

    def test_the_row_shows_who_decided_why_and_whether_they_had_known(self, stic, casey, town, tip):
        page = stic.get(f"/tip/{tip.number}/").content.decode()
        shown = page[page.index('id="left-out"') :]
        assert "Decided by Casey Lindgren" in shown and WHY in shown
        assert "Had not been told." in shown and "Confirm or change it" in shown
        assert "Confirm or change it" not in casey.get(f"/tip/{tip.number}/").content.decode()

    def test_it_is_confirmed_by_one_press(self, stic, town, tip):
        answer = stic.post(f"/tip/{tip.number}/conflict/", self.sent(town.contacts["principal"]))
        assert answer.status_code == 302
        row = RequiredAction.objects.get(kind="conflict_decision")
        assert (row.result, row.done_by) == ("excluded", stic.account.actor)
        assert "Confirmed as it was decided." in stic.get(f"/tip/{tip.number}/").content.decode()

    def test_it_is_changed_with_a_reason_and_the_answer_is_the_row_as_it_is_now(self, stic, town, tip):
        both = (town.contacts["principal"], town.contacts["superintendent"])
        address = f"/tip/{tip.number}/conflict/"
        refused = stic.post(address, self.sent(*both), headers=HTMX)
        assert refused.status_code == 422 and "Write why" in refused.content.decode()
        answer = stic.post(address, self.sent(*both, why="She is his wife."), headers=HTMX)
        assert answer.status_code == 200 and "She is his wife." in answer.content.decode()
        assert Exclusion.objects.filter(ended_at=None).count() == 2

    def test_a_look_shows_who_would_be_told_and_writes_nothing_but_the_view(self, stic, town, tip):
        before = Entry.objects.filter(act="tip.viewed").count()
        answer = stic.post(
            f"/tip/{tip.number}/conflict/",
            self.sent(town.contacts["superintendent"], act="look"),
            headers=HTMX,
        )
        asked = section(answer.content.decode(), "id_conflict_excluded")
        assert answer.status_code == 200 and "P. Okafor (Millbrook High School)" in asked
        assert (
            ConflictDecision.objects.count() == 1
            and Entry.objects.filter(act="tip.viewed").count() == before + 1
        )

    def test_the_generic_form_of_a_step_decides_nothing(self, stic, tip):
        row = action_of(tip.id, "conflict_decision")
        given = {"note": "They said so.", "result": "nobody"}
        assert stic.post(f"/tip/{tip.number}/actions/{row.pk}/", given).status_code == 422
        assert Exclusion.objects.filter(ended_at=None).count() == 1

    @pytest.mark.parametrize(
        "role", ["call_taker", "stic_analyst", "intelligence_command", "outreach", "programme_admin"]
    )
    def test_nobody_else_may(self, signed_in, town, tip, role):
        other = signed_in("Somebody Else", role)
        answer = other.post(f"/tip/{tip.number}/conflict/", self.sent(town.contacts["principal"]))
        assert answer.status_code == 403 and not RequiredAction.objects.get(kind="conflict_decision").done_at

    def test_a_tip_that_has_none_has_no_such_page(self, stic, town, new_tip):
        seen = {"seen": "0" * 32, "act": "decide"}
        assert stic.post(f"/tip/{new_tip(town.school).number}/conflict/", seen).status_code == 404


def test_a_tip_that_was_told_before_says_so(stic, town, new_tip, judged, casey):
    tip, principal = judged(new_tip(town.school), casey.account, "assault"), town.contacts["principal"]
    call = RequiredAction.objects.get(tip_id=tip.id, kind="call_contacts", target_ref=str(principal.pk))
    actions.record_call(call.id, casey.account.pk, "answered", 9, {"answered_by": "P. Okafor"})
    asked = section(
        casey.post(
            f"/tip/{tip.number}/preview/", marked(principal, subtypes=["assault"]), headers=HTMX
        ).content.decode()
    )
    assert "P. Okafor has been told already" in asked
    judged(
        tip,
        casey.account,
        "assault",
        flags=("subject_is_poc",),
        conflict=Decision(frozenset({principal.pk}), reason=WHY),
    )
    assert "Had been told before:" in stic.get(f"/tip/{tip.number}/").content.decode()
