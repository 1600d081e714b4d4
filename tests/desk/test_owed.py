"""Work by owner: what is owed across tips, recorded where it stands; reviews, calls back, Out-of-Network."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import action_of
from tests.support.people import with_own_telephones
from upstander.actions import services as actions
from upstander.actions.conflict import Decision
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.directory.models import County, Organisation, Route
from upstander.packs.vocabulary import OWNERS

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
PRESS = re.compile(r'name="press" value="([^"]+)"')
WORDS = "He hid it behind the gymnasium"


@pytest.fixture
def quinn(signed_in):
    return signed_in("Quinn Abernathy", "intelligence_command")


@pytest.fixture
def taylor(signed_in):
    return signed_in("Taylor Nowak", "stic_staff")


def listed(client, url="/owed/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def row(page: str, action) -> str:
    start = page.index(f'<li id="w-{action.id.hex[-8:]}"')
    return page[start : page.index("</li>\n", start)]


def send(client, action, headers=None, **given):
    return client.post(f"/owed/{action.id}/", given, headers=headers or {})


class TestWhose:
    def test_everybody_sees_what_is_theirs_and_a_supervisor_everything(self, signed_in, morgan):
        theirs = {
            "call_taker": {"call_taker"}, "stic_analyst": {"stic_analyst"}, "intelligence_command": {"intelligence_command"},
            "sio": {"sio"}, "outreach": {"outreach"}, "stic_staff": {"stic_staff", "isp", "submitting_agency"},
        }  # fmt: skip
        for role, owners in theirs.items():
            page = signed_in(f"A {role}", role).get("/owed/")
            assert {tab["owner"] for tab in page.context["tabs"]} == owners
        assert {tab["owner"] for tab in morgan.get("/owed/").context["tabs"]} == set(OWNERS)

    def test_nobody_opens_anothers_list_by_its_address(self, signed_in):
        page = signed_in("Riley Haddad", "stic_analyst").get("/owed/?of=intelligence_command")
        assert page.context["of"] == "stic_analyst"

    @pytest.mark.parametrize("role", ["programme_admin", "auditor", "custodian"])
    def test_who_owes_nothing_has_no_such_page(self, signed_in, role, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        other = signed_in("Other Person", role)
        for address in ("/owed/", "/calls-back/", "/out-of-network/", "/board/"):
            assert other.get(address).status_code == 403, address
        assert send(other, action_of(tip.id, "assure_receipt"), result="answered").status_code == 403

    def test_the_late_stand_first_and_are_red_and_what_was_taken_up_has_no_time(
        self, signed_in, casey, town, new_tip, judged, clock
    ):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        [taken] = actions.take_up(tip.id, "crisis_referral", casey.account.pk)
        clock(20 * 60)
        page = listed(signed_in("Late Shift", "call_taker"))
        late = row(page, action_of(tip.id, "call_psap"))
        assert "action--overdue" in late and page.index(late) < page.index(row(page, taken))
        assert "Taken up" in row(page, taken) and "data-due" not in row(page, taken)

    def test_closed_tips_and_mails_that_leave_by_themselves_are_nobodys_work(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        page = listed(casey)
        assert row(page, action_of(tip.id, "document"))
        assert action_of(tip.id, "email_contacts").id.hex[-8:] not in page

    def test_no_word_is_opened_and_reading_it_is_no_view(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school, text=WORDS), casey.account, "planned_school_attack")
        psap = action_of(tip.id, "call_psap")
        actions.record_call(psap.id, casey.account.pk, "voicemail", 3, {"note": "They said " + WORDS})
        assert WORDS not in listed(casey) and "voicemail" in row(listed(casey), psap)
        assert not Entry.objects.filter(act="tip.viewed").exists()

    def test_fifty_rows_cost_as_many_queries_as_five(self, casey, town, new_tip, judged):
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                listed(casey)
            return len(caught)

        judged(new_tip(town.school), casey.account, "planned_school_attack")
        few = min(queries(), queries())  # what a process reads again after a while belongs to no row
        for _ in range(8):
            judged(new_tip(town.other_school), casey.account, "planned_school_attack")
        assert min(queries(), queries()) == few


class TestRecording:
    def test_a_call_is_recorded_in_place_with_who_answered(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        psap = action_of(tip.id, "call_psap")
        assert "217-555-0101" in row(listed(casey), psap)
        answer = send(casey, psap, back="call_taker", result="answered", answered_by="", seconds="12", note="Kept note")
        page = answer.content.decode()
        assert answer.status_code == 422 and "Write who answered" in row(page, psap) and "Kept note" in row(page, psap)
        answer = send(casey, psap, back="call_taker", result="answered", answered_by="Operator 12", seconds="12")
        assert answer["Location"] == "/owed/?of=call_taker"
        assert RequiredAction.objects.get(pk=psap.pk).result == "answered"

    def test_what_another_call_taker_holds_is_theirs_to_record(self, casey, jordan, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        casey.post(f"/tip/{tip.number}/claim/")
        answer = send(jordan, action_of(tip.id, "document"), back="call_taker", result="done", note="My words")
        page = answer.content.decode()
        assert answer.status_code == 409 and "Casey Lindgren holds this tip" in page and "My words" in page

    def test_what_one_owes_needs_no_claim(self, casey, taylor, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        casey.post(f"/tip/{tip.number}/claim/")
        answer = send(taylor, action_of(tip.id, "assure_receipt"), back="stic_staff", result="answered", answered_by="Sgt. Ito")
        assert answer.status_code == 302

    @pytest.mark.parametrize("headers", [HX, {}], ids=["htmx", "plain"])
    def test_who_neither_owes_it_nor_works_tips_records_nothing(self, quinn, casey, town, new_tip, judged, headers):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        for kind in ("call_psap", "assure_receipt"):
            answer = send(quinn, action_of(tip.id, kind), headers, result="answered", answered_by="Me", back="callbacks")
            assert answer.status_code == 403
        assert not ActionEvent.objects.exists()

    def test_with_scripts_the_list_comes_back(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        decide = action_of(tip.id, "decide_law_enforcement")
        answer = send(casey, decide, HX, back="call_taker", result="no", note="")
        assert answer.status_code == 422 and "<html" not in answer.content.decode()
        answer = send(casey, decide, HX, back="call_taker", result="no", note="Nobody was hurt")
        assert answer.status_code == 200 and decide.id.hex[-8:] not in answer.content.decode()

    @pytest.mark.req("D-IV.A.3.c")
    @pytest.mark.req("D-IV.B.3")
    @pytest.mark.parametrize(
        ("subtypes", "flags", "kind", "owner", "result"),
        [
            (("runaway",), (), "locate_runaway", "isp", "located"),
            (("child_abuse",), ("submitted_by_agency",), "dcfs_report", "submitting_agency", "reported"),
        ],
    )
    def test_for_who_has_no_account_the_fusion_center_writes_down_what_they_said(
        self, taylor, casey, town, new_tip, judged, subtypes, flags, kind, owner, result
    ):
        tip = judged(new_tip(town.school), casey.account, *subtypes, flags=flags)
        casey.post(f"/tip/{tip.number}/claim/")
        action = action_of(tip.id, kind)
        page = listed(taylor, f"/owed/?of={owner}")
        assert "They have no account here" in page and row(page, action)
        said = {"answered_by": "Trooper Hall", "note": "Found at her aunt's"}
        assert send(taylor, action, back=owner, result=result, **said)["Location"] == f"/owed/?of={owner}"
        assert RequiredAction.objects.get(pk=action.pk).result == result

    def test_a_class_is_confirmed_from_the_list_too(self, taylor, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        word = action_of(tip.id, "confirm_class")
        assert f"/board/{tip.number}/confirm/" in row(listed(taylor), word)
        answer = taylor.post(f"/board/{tip.number}/confirm/", {"seen": "1", "of": "stic_staff"})
        assert answer["Location"] == "/owed/?of=stic_staff"
        assert send(taylor, word, result="confirmed", back="stic_staff").status_code == 422

    def test_a_second_press_without_scripts_records_nothing_more(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        psap = action_of(tip.id, "call_psap")
        stale, fresh = (PRESS.search(row(listed(casey), psap))[1] for _ in range(2))
        # pressed, pressed again; called a second time, from a page that was open all the while
        for press, events in ((stale, 1), (stale, 1), (fresh, 2)):
            answer = send(casey, psap, back="call_taker", result="busy", answered_by="", press=press)
            assert answer.status_code == 302 and psap.events.count() == events

    @pytest.mark.parametrize("kind", ["false_determination", "conflict_decision"])
    def test_what_is_decided_with_the_tip_before_ones_eyes_has_no_form_here(
        self, taylor, casey, town, new_tip, judged, kind
    ):
        if kind == "false_determination":
            tip = judged(new_tip(town.school), casey.account, "prank")
        else:
            about = with_own_telephones(town).contacts["counsellor"].pk
            decided = {"flags": ("subject_is_poc",), "conflict": Decision(frozenset({about}), reason="It is about her.")}
            tip = judged(new_tip(town.school), casey.account, "bullying", **decided)
        shown = row(listed(taylor), action_of(tip.id, kind))
        assert "<form" not in shown and f'href="/tip/{tip.number}/#todo"' in shown

    def test_a_row_that_is_none_is_not_there(self, taylor, casey, new_tip):
        assert taylor.post(f"/owed/{new_tip().id}/").status_code == 404


@pytest.mark.req("D-IV.A.2.a.3")
@pytest.mark.req("D-IV.A.2.b.3")
@pytest.mark.req("D-IV.A.2.c.3")
class TestReviews:
    def test_the_queue_shows_tip_class_place_troop_and_zone(self, quinn, casey, town, new_tip, judged):
        County.objects.filter(pk=town.county.pk).update(name="Effingham")
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        page = listed(quinn)
        review = row(page, action_of(tip.id, "command_review"))
        for words in (tip.number, "Millbrook High School", "Imminent Harm", "Troop 9, Effingham", "Zone 8, Effingham"):
            assert words in review, words
        assert "Review by Intelligence Command" in page and f'href="/tip/{tip.number}/"' in review

    def test_a_troop_that_nobody_knows_is_said_to_be_unknown(self, quinn, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        review = row(listed(quinn), action_of(tip.id, "command_review"))
        assert review.count("not known for Prairie County") == 2

    @pytest.mark.parametrize(
        ("result", "kinds"),
        [
            ("notify_troop", {"notify_troop"}), ("notify_zone", {"notify_zone"}), ("notify", {"notify_troop", "notify_zone"}),
            ("no_notify", set()),
        ],
    )  # fmt: skip
    def test_the_decision_owes_the_call_at_once_and_needs_a_reason(self, quinn, casey, town, new_tip, judged, result, kinds):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        review = action_of(tip.id, "command_review")
        assert send(quinn, review, result=result, note="", back="intelligence_command").status_code == 422
        assert send(quinn, review, result=result, note="Second threat", back="intelligence_command").status_code == 302
        owed = RequiredAction.objects.filter(tip_id=tip.id, kind="notify_isp_troop_or_zone")
        assert {one.rule for one in owed} == kinds
        assert RequiredAction.objects.get(pk=review.pk).done_by == quinn.account.actor

    def test_which_one_who_answered_by_name_and_when(self, quinn, casey, town, new_tip, judged):
        troop = Organisation.objects.create(kind="troop", name="Troop 9", phone="217-555-0909", updated_at=now())
        Route.objects.create(kind="troop", county=town.county, target=troop, source="test", dated=now().date())
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        actions.mark_done(action_of(tip.id, "command_review").id, quinn.account.pk, "Yes", "notify_troop")
        call = action_of(tip.id, "notify_isp_troop_or_zone")
        shown = row(listed(quinn), call)
        assert "Troop 9" in shown and "217-555-0909" in shown
        assert send(quinn, call, result="answered", answered_by=" ", back="intelligence_command").status_code == 422
        send(quinn, call, result="answered", answered_by="Master Sgt. Vu", back="intelligence_command")
        assert RequiredAction.objects.get(pk=call.pk).done_at
        assert "Master Sgt. Vu" in quinn.get(f"/tip/{tip.number}/").content.decode()

    def test_where_nobody_knows_which_one_it_is_the_note_says_so(self, quinn, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        actions.mark_done(action_of(tip.id, "command_review").id, quinn.account.pk, "Yes", "notify_zone")
        call = action_of(tip.id, "notify_isp_troop_or_zone")
        given = {"result": "answered", "answered_by": "Agent Roth", "back": "intelligence_command"}
        answer = send(quinn, call, **given)
        assert answer.status_code == 422 and "whom you reached" in answer.content.decode()
        assert send(quinn, call, note="Zone 4, by its duty line", **given).status_code == 302

    def test_a_review_not_decided_in_the_packs_minutes_is_red_here_and_on_the_tip(
        self, signed_in, casey, town, new_tip, judged, clock
    ):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        review = action_of(tip.id, "command_review")
        RequiredAction.objects.exclude(pk=review.pk).update(done_at=now(), result="answered")
        clock(29 * 60)
        early = signed_in("Early Command", "intelligence_command")
        assert "action--overdue" not in row(listed(early), review)
        clock(31 * 60)
        late = signed_in("Late Command", "intelligence_command")
        assert "action--overdue" in row(listed(late), review)
        assert "1 step overdue" in late.get(f"/tip/{tip.number}/").content.decode()


@pytest.mark.req("D-IV.A.1.a")
class TestCallsBack:
    def test_it_lists_agency_number_tries_and_the_next_try_until_a_named_officer_has_it(
        self, taylor, casey, town, new_tip, judged, clock
    ):
        Organisation.objects.filter(pk=town.police.pk).update(phone="217-555-0444")
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        assure = action_of(tip.id, "assure_receipt")
        shown = row(listed(taylor, "/calls-back/"), assure)
        assert "Millbrook Police" in shown and "217-555-0444" in shown and "Call now." in shown
        send(taylor, assure, back="callbacks", result="no_answer", answered_by="Sgt. Ito")
        shown = row(listed(taylor, "/calls-back/"), assure)
        assert "1 try so far" in shown and "no answer" in shown and "Taylor Nowak" in shown and "Next try" in shown
        answer = send(taylor, assure, back="callbacks", result="answered", answered_by="")
        assert answer.status_code == 422 and "Does law enforcement have it?" in answer.content.decode()
        answer = send(taylor, assure, back="callbacks", result="answered", answered_by="Sgt. Ito")
        assert answer["Location"] == "/calls-back/"
        assert assure.id.hex[-8:] not in listed(taylor, "/calls-back/")

    def test_after_five_minutes_a_critical_is_called_again(self, signed_in, casey, town, new_tip, judged, clock):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        assure = action_of(tip.id, "assure_receipt")
        actions.record_call(assure.id, casey.account.pk, "busy", 3, {})
        clock(6 * 60)
        assert "Call now." in row(listed(signed_in("Late Shift", "stic_staff"), "/calls-back/"), assure)

    def test_an_agency_that_does_not_answer_is_asked_for_by_its_psap(self, taylor, casey, town, new_tip, judged):
        Organisation.objects.filter(pk=town.police.pk).update(phone="217-555-0444")
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        assure = action_of(tip.id, "assure_receipt")
        assert "217-555-0101" not in row(listed(taylor, "/calls-back/"), assure)
        for _ in range(2):
            actions.record_call(assure.id, casey.account.pk, "no_answer", 3, {})
        assert "217-555-0101" in row(listed(taylor, "/calls-back/"), assure)

    @pytest.mark.parametrize("role", ["stic_analyst", "intelligence_command"])
    def test_who_reads_it_records_nothing(self, signed_in, casey, town, new_tip, judged, role):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        reader = signed_in("Reading Person", role)
        assert "Record the call" not in row(listed(reader, "/calls-back/"), action_of(tip.id, "assure_receipt"))

    def test_it_is_not_the_call_takers_page(self, casey):
        assert casey.get("/calls-back/").status_code == casey.get("/out-of-network/").status_code == 403


@pytest.mark.req("D-IV.A.5.a")
@pytest.mark.req("D-IV.A.5.b")
class TestOutOfNetwork:
    def test_number_agency_gaps_and_how_far_each_duty_is(self, taylor, casey, town, new_tip, judged):
        Organisation.objects.filter(pk=town.police.pk).update(phone="217-555-0444")
        inside = judged(new_tip(town.school), casey.account, "planned_school_attack")
        grave = judged(new_tip(town.far_school, text=WORDS), casey.account, "planned_school_attack")
        calm = judged(new_tip(town.far_school), casey.account, "bullying")
        actions.record_call(action_of(grave.id, "call_psap").id, casey.account.pk, "answered", 9, {"answered_by": "Op 1"})
        page = listed(taylor, "/out-of-network/")
        assert WORDS not in page and inside.number not in page
        shown = page[page.index(f'id="u-{grave.number}"') : page.index(f'id="u-{calm.number}"')]
        for words in ("217-555-0101", "Prairie County 9-1-1", "Millbrook Police", "217-555-0444", "Farfield Middle School"):
            assert words in shown, words
        assert "Call the PSAP" in shown and "answered" in shown and "Tell marketing and outreach" in shown
        assert "Notify law enforcement" in page[page.index(f'id="u-{calm.number}"') :]

    def test_what_the_directory_lacks_is_a_gap_with_what_to_do(self, taylor, casey, town, new_tip, judged):
        tip = judged(new_tip(None), casey.account, "planned_school_attack")
        page = listed(taylor, "/out-of-network/")
        shown = page[page.index(f'id="u-{tip.number}"') :]
        assert "not known" in shown and 'class="gap"' in shown and "Place not known" in shown
