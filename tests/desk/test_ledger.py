"""Recording what was done: calls with who answered, proofs, releases, closing; each on the record, words kept."""

import pytest

from tests.desk.conftest import action_of
from upstander.actions.models import ActionEvent, Referral, RequiredAction
from upstander.actions.panels import register_panel
from upstander.actions.recording import proof_of
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.delivery.models import Delivery
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def critical(casey, town, new_tip, judged):
    """A tip judged to be a planned attack."""
    return judged(new_tip(town.school), casey.account, "planned_school_attack")


def record(client, tip, action, headers=None, **given):
    return client.post(f"/tip/{tip.number}/actions/{action.id}/", given, headers=headers or {})


@pytest.mark.req("D-IV.A.2.a.2")
def test_an_answered_call_stands_with_who_answered_the_dispatch_number_and_the_seconds(casey, critical):
    psap = action_of(critical.id, "call_psap")
    given = {
        "result": "answered",
        "answered_by": "Operator 12",
        "dispatch_number": "D-4471",
        "seconds": "95",
        "note": "",
    }
    part = record(casey, critical, psap, HX, **given)
    assert part.status_code == 200 and "Operator 12" in part.content.decode()
    page = casey.get(f"/tip/{critical.number}/").content.decode()
    for words in ("Operator 12", "D-4471", "95 s"):
        assert words in page
    assert Entry.objects.filter(act="action.call_psap.answered", actor=casey.account.actor).count() == 1


def test_an_answer_without_a_name_is_refused_beside_the_field_and_the_rest_is_kept(casey, critical):
    psap = action_of(critical.id, "call_psap")
    given = {
        "result": "answered",
        "answered_by": " ",
        "dispatch_number": "D-4471",
        "seconds": "",
        "note": "Kept note",
    }
    for headers in (HX, {}):
        answer = record(casey, critical, psap, headers, **given)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Write who answered" in page and "D-4471" in page and "Kept note" in page
    assert not ActionEvent.objects.filter(action=psap).exists()


def test_an_unanswered_call_does_not_claim_that_somebody_answered(casey, critical):
    call = action_of(critical.id, "call_contacts")
    given = {
        "result": "voicemail",
        "answered_by": "Ana Rivera",
        "dispatch_number": "",
        "seconds": "20",
        "note": "",
    }
    record(casey, critical, call, **given)
    call.refresh_from_db()
    assert call.done_at is None
    assert ActionEvent.objects.get(action=call).sealed_detail is None


def test_who_cannot_be_reached_is_set_aside_with_a_note_and_not_red_any_more(casey, critical, clock):
    calls = RequiredAction.objects.filter(tip_id=critical.id, kind="call_contacts")
    for call in calls:
        record(
            casey, critical, call, result="no_answer", answered_by="", dispatch_number="", seconds="", note=""
        )
        assert record(casey, critical, call, result="not_possible", note="").status_code == 422
        record(casey, critical, call, result="not_possible", note="On leave; the district has it")
    assert not calls.filter(done_at=None).exists()
    clock(6 * 60)
    assert "silent" not in casey.get(f"/tip/{critical.number}/head/").content.decode()


class TestOnePress:
    """Without JavaScript nothing holds back a double click, or a page that was sent and is sent again."""

    CALL = {
        "result": "no_answer",
        "answered_by": "",
        "dispatch_number": "",
        "seconds": "20",
        "note": "rang out",
    }

    def press_of(self, client, tip, action, name: str = "press") -> str:
        """The mark in the form that the page shows for this row."""
        page = client.get(f"/tip/{tip.number}/").content.decode()
        form = page.split(f"/actions/{action.id}/", 1)[1]
        return form.split(f'name="{name}" value="')[1].split('"')[0]

    def test_the_same_press_of_a_call_writes_one_event_and_answers_alike(self, casey, critical):
        psap = action_of(critical.id, "call_psap")
        press = self.press_of(casey, critical, psap)
        for _ in range(2):
            answer = record(casey, critical, psap, **self.CALL, press=press)
            assert (answer.status_code, answer["Location"][-11:]) == (302, f"#a-{psap.id.hex[-8:]}")
        assert ActionEvent.objects.filter(action=psap).count() == 1
        assert Entry.objects.filter(act="action.call_psap.no_answer").count() == 1
        assert self.press_of(casey, critical, psap) != press
        record(casey, critical, psap, **self.CALL, press=self.press_of(casey, critical, psap))
        assert ActionEvent.objects.filter(action=psap).count() == 2, "the next call is another one"

    def test_another_result_or_other_words_under_the_same_press_are_kept(self, casey, critical):
        """Somebody goes back to the page that was sent: then the dispatcher did answer."""
        psap = action_of(critical.id, "call_psap")
        press = self.press_of(casey, critical, psap)
        answered = self.CALL | {"result": "answered", "answered_by": "Operator 12"}
        for given in (self.CALL, answered, self.CALL | {"note": "rang for long"}):
            assert record(casey, critical, psap, **given, press=press).status_code == 302
        assert ActionEvent.objects.filter(action=psap).count() == 3
        psap.refresh_from_db()
        assert psap.result == "answered"

    def test_a_press_of_one_row_is_no_press_of_another_and_of_one_person_of_no_other(
        self, casey, jordan, critical
    ):
        first, second = RequiredAction.objects.filter(tip_id=critical.id, kind="call_contacts")[:2]
        press = self.press_of(casey, critical, first)
        record(casey, critical, first, **self.CALL, press=press)
        record(casey, critical, second, **self.CALL, press=press)
        casey.post(f"/tip/{critical.number}/claim/", {"act": "give_back"})
        record(jordan, critical, first, **self.CALL, press=press)
        assert ActionEvent.objects.filter(action=first).count() == 2
        assert ActionEvent.objects.filter(action=second).count() == 1

    def test_what_is_done_is_written_once_and_what_it_opens_is_owed_once(self, casey, critical):
        review = action_of(critical.id, "command_review")
        given = {"result": "notify_troop", "note": "Second threat this week"}
        press = self.press_of(casey, critical, review)
        for _ in range(2):
            assert record(casey, critical, review, **given, press=press).status_code == 302
        assert ActionEvent.objects.filter(action=review).count() == 1
        rows = RequiredAction.objects.filter(tip_id=critical.id).values_list(
            "rule", "target_kind", "target_ref"
        )
        assert len(rows) == len(set(rows))

    def test_who_is_set_aside_is_set_aside_once(self, casey, critical):
        call = action_of(critical.id, "call_contacts")
        record(casey, critical, call, **self.CALL)
        page = casey.get(f"/tip/{critical.number}/").content.decode()
        form = page.split(f'id="n-{call.id.hex[-8:]}"')[1].split("</form>")[0]
        press = form.split('name="press" value="')[1].split('"')[0]
        for _ in range(2):
            given = {"result": "not_possible", "note": "On leave", "press": press}
            assert record(casey, critical, call, **given).status_code == 302
        assert ActionEvent.objects.filter(action=call, result="not_possible").count() == 1

    def test_a_form_without_a_mark_is_recorded_each_time(self, casey, critical):
        psap = action_of(critical.id, "call_psap")
        for _ in range(2):
            record(casey, critical, psap, **self.CALL)
        assert ActionEvent.objects.filter(action=psap).count() == 2

    def test_a_refused_form_keeps_its_mark(self, casey, critical):
        psap = action_of(critical.id, "call_psap")
        press = self.press_of(casey, critical, psap)
        given = self.CALL | {"result": "answered", "press": press}
        answer = record(casey, critical, psap, **given)
        assert answer.status_code == 422 and f'value="{press}"' in answer.content.decode()


class TestOthers:
    def test_intelligence_command_decides_while_a_call_taker_holds_the_tip(self, casey, signed_in, critical):
        casey.post(f"/tip/{critical.number}/claim/")
        command = signed_in("Quinn Abernathy", "intelligence_command")
        review = action_of(critical.id, "command_review")
        answer = record(command, critical, review, result="no_notify", note="Local police suffice")
        assert answer.status_code == 302
        review.refresh_from_db()
        assert (review.result, review.done_by) == ("no_notify", command.account.actor)

    def test_what_is_missing_is_said_by_the_name_of_its_field(self, signed_in, critical):
        command = signed_in("Quinn Abernathy", "intelligence_command")
        review = action_of(critical.id, "command_review")
        label = next(field.label for field in proof_of(review).fields if field.code == "note")
        answer = record(command, critical, review, result="no_notify", note=" ")
        page = answer.content.decode()
        assert answer.status_code == 422 and f"Write this, it is the proof: {label}." in page

    def test_what_a_call_taker_owes_is_not_commands_to_record(self, signed_in, critical):
        command = signed_in("Quinn Abernathy", "intelligence_command")
        psap = action_of(critical.id, "call_psap")
        given = {"result": "answered", "answered_by": "x", "dispatch_number": "", "seconds": "", "note": ""}
        assert record(command, critical, psap, **given).status_code == 403
        assert not ActionEvent.objects.exists()

    def test_an_action_of_another_tip_is_not_found_under_this_number(self, casey, critical, new_tip):
        psap = action_of(critical.id, "call_psap")
        assert record(casey, new_tip(), psap, result="done", note="x").status_code == 404


class TestRelease:
    def test_the_narrative_is_released_to_everybody_who_was_told_and_later_words_of_it_too(
        self, casey, critical
    ):
        page = casey.get(f"/tip/{critical.number}/").content.decode()
        assert "Release the words of the tip" in page
        answer = casey.post(
            f"/tip/{critical.number}/release/", {"text": "A student threatens an attack on Friday."}
        )
        assert answer["Location"].endswith("#release")
        assert not Referral.objects.filter(tip_id=critical.id, released_at=None).exists()
        assert Delivery.objects.filter(purpose="narrative").count() == 4
        page = casey.get(f"/tip/{critical.number}/").content.decode()
        editor = page.split('id="release"')[1].split("</details>")[0]
        assert "Release more words" in editor and "an attack on Friday." in editor
        assert "data-clock" not in editor, "nobody waits for words, so no clock runs"
        casey.post(f"/tip/{critical.number}/release/", {"text": "An attack on Friday. He has a list."})
        assert Delivery.objects.filter(purpose="narrative", state="pending").count() == 4
        assert "He has a list." in casey.get(f"/tip/{critical.number}/").content.decode()

    def test_words_that_everybody_has_are_not_released_twice(self, casey, critical):
        for status in (302, 422):
            answer = casey.post(f"/tip/{critical.number}/release/", {"text": "A student plans an attack."})
            assert answer.status_code == status
        assert "Everybody has these words already" in answer.content.decode()
        assert Delivery.objects.filter(purpose="narrative").count() == 4

    def test_no_text_is_refused_beside_the_field(self, casey, critical):
        answer = casey.post(f"/tip/{critical.number}/release/", {"text": " "}, headers=HX)
        assert answer.status_code == 422 and "Write what the school may read." in answer.content.decode()


class TestClosing:
    def test_a_tip_with_something_owed_says_what_keeps_it_open(self, casey, critical):
        answer = casey.post(f"/tip/{critical.number}/close/", {"note": "Kept note"})
        page = answer.content.decode()
        assert (
            answer.status_code == 422
            and "nobody who can act has confirmed it" in page
            and "Kept note" in page
        )
        assert Tip.objects.get(pk=critical.id).closed_at is None

    def test_a_tip_with_nothing_owed_closes_and_its_reporter_is_told(self, casey, town, new_tip, judged):
        tip = judged(new_tip(town.school), casey.account, "truancy")
        RequiredAction.objects.filter(tip_id=tip.id).update(done_at=now(), result="done")
        assert casey.post(f"/tip/{tip.number}/close/", {"note": "The school has it"}).status_code == 302
        closed = Tip.objects.get(pk=tip.id)
        assert closed.closed_at and closed.status == "closed"
        assert "The school has it" in casey.get(f"/tip/{tip.number}/").content.decode()
        assert tip.number not in casey.get("/queue/").content.decode()


def test_the_call_sheet_has_numbers_and_steps_and_no_word_of_the_tip(casey, critical, town):
    sheet = casey.get(f"/tip/{critical.number}/callsheet/").content.decode()
    for words in ("217-555-0101", "217-555-0199", "Ana Rivera", "D-IV.A.2.a.2", "imminent threat of harm"):
        assert words in sheet
    assert "bring a gun" not in sheet


def test_who_confirmed_and_who_has_not_closed_stands_on_the_tip(casey, critical):
    from upstander.actions.models import Notice
    from upstander.actions.services import confirm

    notice = Notice.objects.get(referral__tip_id=critical.id, contact__name="Ana Rivera")
    confirm(notice.id, as_self=False, name="Deputy Chen", strength="link")
    page = casey.get(f"/tip/{critical.number}/").content.decode()
    assert "confirmed by Deputy Chen" in page and "1 of 1 confirmed" in page and "not closed" in page


def test_what_another_room_has_to_say_stands_on_the_tip(casey, critical):
    register_panel(
        "test",
        "What the schools wrote",
        lambda tip_id: [{"at": now(), "who": "Payson", "text": "We met him."}],
    )
    try:
        page = casey.get(f"/tip/{critical.number}/").content.decode()
        assert "What the schools wrote" in page and "We met him." in page
    finally:
        register_panel("test", "", lambda tip_id: [])


def test_every_act_is_on_the_record_in_the_name_of_who_did_it(casey, town, new_tip):
    tip = new_tip(town.school)
    url = f"/tip/{tip.number}/"
    casey.get(url)
    casey.post(f"{url}reply/", {"text": "Where?", "press": "p" * 16})
    casey.post(f"{url}judge/", {"subtypes": ["fire"]})
    casey.post(f"{url}release/", {"text": "Fire in the gym."})
    record(casey, tip, action_of(tip.id, "document"), result="done", note="All is in the dashboard")
    casey.post(f"{url}place/", {"place_id": town.other_school.pk})
    casey.post(f"{url}claim/", {"act": "give_back"})
    acts = Entry.objects.filter(actor=casey.account.actor, object_id=str(tip.id)).values_list(
        "act", flat=True
    )
    assert set(acts) >= {
        "tip.viewed", "tip.claimed", "intake.said", "tip.judged", "narrative.released", "action.document.done",
        "tip.placed", "tip.given_back",
    }  # fmt: skip


@pytest.mark.parametrize("headers", [HX, {}])
def test_a_form_that_lacks_its_fields_is_answered_with_words_whatever_the_row(
    casey, town, new_tip, judged, headers
):
    tried = set()  # rows of one kind with one proof have one form
    for subtype in ("planned_school_attack", "child_abduction", "bullying"):
        tip = judged(new_tip(town.school), casey.account, subtype)
        for action in RequiredAction.objects.filter(tip_id=tip.id):
            form = (action.kind, proof_of(action).code)
            if form in tried:
                continue
            tried.add(form)
            for given in (
                {},
                {"result": "nothing of it"},
                {"note": "x" * 9, "press": "no id"},
                {"seconds": "-1"},
            ):
                answer = record(casey, tip, action, headers, **given)
                assert answer.status_code in (403, 422), (action.kind, given)
    assert not ActionEvent.objects.exclude(result__in=("sent", "refused")).exists()
