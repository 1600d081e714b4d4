"""A telephone call as it is written down: nothing that was saved is lost, nobody else reads it, and what it was is counted."""

import csv
import io
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.desk import board, phone
from upstander.desk.models import Call, Claim
from upstander.desk.phone_form import PhoneForm
from upstander.intake import queries as intake
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue
from upstander.intake.submission import LIMITS
from upstander.packs.current import current
from upstander.vault.envelope import CannotOpen
from upstander.vault.models import ReporterAddress

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.E")]
TOLD = {"text": "He has a list of names", "who": "a boy in grade 9", "key": "k" * 32, "tab": "a" * 32, "seen": "0"}


def address(call_id: uuid.UUID | None = None) -> str:
    return f"/enter/phone/{call_id or uuid.uuid4()}/"


def receipt_of(answer) -> str:
    return answer.content.decode().partition('data-copy-text="')[2][:19]


class TestSaving:
    def test_what_was_typed_is_found_again_on_another_device_of_the_same_person(self, casey, signed_in):
        url = address()
        assert casey.post(f"{url}save/", TOLD).json() == {"seen": 1}
        other = signed_in(casey.account)
        assert url in other.get("/enter/phone/").content.decode()
        page = other.get(url).content.decode()
        assert "He has a list of names" in page and "a boy in grade 9" in page and 'value="kkkk' in page

    @pytest.mark.django_db(transaction=True)
    def test_once_the_page_reads_saved_another_process_reads_it_from_the_disk(self, casey):
        """What is committed outlives a kill -9 of this process; `readyz` refuses a database that does not flush (decisions 4)."""
        url = address()
        assert casey.post(f"{url}save/", TOLD).status_code == 200
        with psycopg.connect(**connection.get_connection_params()) as other:
            row = other.execute("SELECT sealed_fields, account_id FROM desk_call").fetchone()
        assert row is not None and b"list of names" not in row[0] and row[1] == casey.account.pk
        assert phone.opened(Call.objects.get())["text"] == "He has a list of names"

    def test_a_form_that_was_only_opened_leaves_nothing(self, casey):
        casey.get("/enter/phone/")
        url = address()
        nothing = {"key": "k" * 32, "language": "en", "seen": "0", "tab": "a" * 32}
        assert casey.post(f"{url}save/", nothing).json() == {"seen": 0}
        assert casey.post(url, nothing | {"go": "send"}).status_code == 422
        assert casey.post(url, nothing | {"go": "save"}).status_code == 302
        assert not Call.objects.exists() and not Entry.objects.filter(object_kind="call").exists()

    def test_each_save_takes_the_place_of_the_last_and_one_entry_says_that_a_call_began(self, casey):
        url = address()
        for n, text in enumerate(("He", "He has", "He has a knife")):
            assert casey.post(f"{url}save/", TOLD | {"text": text, "seen": str(n)}).json() == {"seen": n + 1}
        assert phone.opened(Call.objects.get())["text"] == "He has a knife"
        assert Entry.objects.filter(act="call.begun").count() == 1

    def test_a_page_that_does_not_know_of_a_newer_save_does_not_overwrite_it(self, casey):
        url = address()
        casey.post(f"{url}save/", TOLD)
        casey.post(f"{url}save/", TOLD | {"text": "newer", "seen": "1", "tab": "b" * 32})
        assert casey.post(f"{url}save/", TOLD | {"text": "older", "seen": "1"}).status_code == 409
        answer = casey.post(url, TOLD | {"text": "older", "seen": "1", "go": "save"})
        page = answer.content.decode()
        assert answer.status_code == 409 and "saved on another page" in page and "older" in page
        assert phone.opened(Call.objects.get())["text"] == "newer"
        assert 'name="seen" value="2"' in page, "a second press decides"
        assert casey.post(url, TOLD | {"text": "older", "seen": "2", "go": "save"}).status_code == 302
        assert phone.opened(Call.objects.get())["text"] == "older"

    def test_the_same_page_overtakes_itself(self, casey):
        """A save that is still on its way when Save is pressed is no other page."""
        url = address()
        casey.post(f"{url}save/", TOLD)
        casey.post(f"{url}save/", TOLD | {"seen": "1"})
        assert casey.post(url, TOLD | {"text": "later", "seen": "1", "go": "save"}).status_code == 302
        assert phone.opened(Call.objects.get())["text"] == "later"

    def test_too_much_is_said_and_what_was_saved_stays(self, casey):
        url = address()
        casey.post(f"{url}save/", TOLD)
        more = TOLD | {"text": "x" * phone.MOST}
        assert casey.post(f"{url}save/", more).status_code == 413
        answer = casey.post(url, more | {"go": "send"})
        assert answer.status_code == 422 and "too long" in answer.content.decode()
        assert phone.opened(Call.objects.get())["text"] == TOLD["text"]

    def test_a_draft_opens_for_no_other_call_and_no_other_account(self, casey, jordan):
        url, other = address(), address()
        casey.post(f"{url}save/", TOLD)
        casey.post(f"{other}save/", TOLD | {"text": "another"})
        one, two = Call.objects.order_by("begun_at")
        two.sealed_fields = one.sealed_fields
        with pytest.raises(CannotOpen):
            phone.opened(two)
        one.account = jordan.account
        with pytest.raises(CannotOpen):
            phone.opened(one)


class TestEnding:
    def test_it_becomes_a_tip_with_a_code_to_read_out_and_the_draft_is_gone(self, casey, town):
        url = address()
        casey.post(f"{url}save/", TOLD)
        answer = casey.post(url, TOLD | {"go": "send", "danger_now": "on", "place_id": town.school.pk, "about_self": "on"})
        page = answer.content.decode()
        code = receipt_of(answer)
        assert answer.status_code == 200 and open_dialogue(code).said[0].text == "He has a list of names"
        assert " as in " in page and "This code is the only way back" in page
        tip = Tip.objects.get()
        assert (tip.channel, tip.place_id, tip.danger_now, tip.about_self) == ("phone", town.school.pk, True, True)
        assert Claim.objects.get().account == casey.account
        call = Call.objects.get()
        assert (call.result, call.sealed_fields) == ("tip", None)
        assert Entry.objects.get(act="intake.received").actor == casey.account.actor
        assert "no-store" in answer.get("Cache-Control", ""), "the code stays in no cache"

    def test_pressed_twice_it_is_one_tip_with_the_same_code(self, casey):
        url = address()
        first, again = (casey.post(url, TOLD | {"go": "send"}) for _ in range(2))
        assert receipt_of(first) == receipt_of(again) and Tip.objects.count() == 1

    def test_words_typed_after_the_end_are_not_lost(self, casey):
        url = address()
        casey.post(url, TOLD | {"go": "send"})
        assert casey.post(f"{url}save/", TOLD | {"text": "and more"}).status_code == 410
        casey.post(url, TOLD | {"text": "and more", "go": "send"})
        assert Tip.objects.count() == 2 and intake.open_queue()[-1].same_key_as is not None

    def test_a_number_to_call_back_is_sealed_from_the_desk_when_it_is_stored(self, casey):
        casey.post(address(), TOLD | {"go": "send", "phone": "217-555-0188", "name": "Kim"})
        assert ReporterAddress.objects.get().kinds == ["phone", "name"]
        tip = intake.open_queue()[0]
        page = casey.get(f"/tip/{tip.number}/").content.decode()
        assert "0188" not in page and "Kim" not in page

    @pytest.mark.parametrize("result", phone.NO_TIP)
    def test_a_call_that_is_no_tip_is_counted_and_nothing_of_the_caller_is_kept(self, casey, result):
        answer = casey.post(address(), {"go": result, "language": "en", "phone": "217-555-0188"}, follow=True)
        assert "Counted" in answer.content.decode()
        call = Call.objects.get()
        assert (call.result, call.sealed_fields) == (result, None) and not Tip.objects.exists()

    def test_a_call_with_words_is_no_hang_up(self, casey):
        answer = casey.post(address(), TOLD | {"go": "hang_up"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "Words were written" in page and "He has a list" in page
        assert Call.objects.get().over_at is None, "and they are saved"

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"text": ""}, "Please tell us what is happening"),
            ({"text": "x" * (LIMITS["text"] + 1)}, "too long by 1 character"),
            ({"phone": "12"}, "does not look like a phone number"),
            ({"email": "kim"}, "does not look like an e-mail address"),
            ({"place_id": "99999999"}, "The directory has no such place"),
            ({"subtype": "nothing"}, "Select a valid choice"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_is_saved_all_the_same(self, casey, wrong, words):
        answer = casey.post(address(), TOLD | {"go": "send"} | wrong)
        page = answer.content.decode()
        assert answer.status_code == 422 and words in page and "a boy in grade 9" in page
        assert not Tip.objects.exists() and phone.opened(Call.objects.get())["who"] == "a boy in grade 9"

    def test_the_questions_are_said_in_the_callers_language(self, casey):
        url = address()
        assert casey.post(url, TOLD | {"language": "es", "go": "save"}).status_code == 302
        page = casey.get(url).content.decode()
        assert current().text("reporter.danger.title", "es") in page and 'class="say" lang="es"' in page
        code = casey.post(url, TOLD | {"language": "es", "go": "send", "seen": "1"}).content.decode()
        assert " de " in code and Tip.objects.get().language == "es"


class TestNotFinished:
    def test_a_call_that_nobody_finished_turns_the_desk_red_and_a_supervisor_finishes_it(self, casey, morgan, clock):
        url = address()
        casey.post(f"{url}save/", TOLD)
        assert not phone.faults(the_clock.now())
        clock(phone.RED_AFTER.total_seconds() + 1)
        house = board._house(the_clock.now())
        assert any("was not finished" in words and "Casey Lindgren" in words for words in house.values())
        assert "list of names" not in str(house)
        page = morgan.get("/calls/").content.decode()
        assert url in page and "Casey Lindgren" in page and "Overdue" not in page and "list of names" not in page
        assert "He has a list of names" in morgan.get(url).content.decode()
        assert Entry.objects.get(act="call.viewed").actor == morgan.account.actor
        answer = morgan.post(url, TOLD | {"go": "send", "seen": "1"})
        assert receipt_of(answer) and Tip.objects.count() == 1
        assert not [key for key in board._house(the_clock.now()) if key.startswith("phone-")]

    def test_while_somebody_types_it_is_not_red(self, casey, clock):
        url = address()
        for n in range(4):
            clock(n * 500)
            casey.post(f"{url}save/", TOLD | {"seen": str(n)})
        assert phone.forgotten(the_clock.now()) == []
        assert len(phone.forgotten(the_clock.now() + phone.RED_AFTER + timedelta(seconds=1))) == 1


class TestWrongPerson:
    def test_a_colleague_neither_reads_nor_changes_nor_ends_a_call(self, casey, jordan):
        url = address()
        casey.post(f"{url}save/", TOLD)
        for answer in (
            jordan.get(url), jordan.post(f"{url}save/", TOLD | {"text": "other"}), jordan.post(url, TOLD | {"go": "send"}),
            jordan.post(url, {"go": "hang_up"}), jordan.post(url, TOLD | {"go": "save"}),
        ):  # fmt: skip
            assert answer.status_code == 403 and "list of names" not in answer.content.decode()
        assert url not in jordan.get("/enter/phone/").content.decode()
        assert phone.opened(Call.objects.get())["text"] == TOLD["text"] and not Tip.objects.exists()

    def test_only_a_supervisor_sees_what_came_of_the_calls(self, casey, signed_in):
        for person in (casey, signed_in("Some Analyst", "stic_analyst"), signed_in("Staff", "stic_staff")):
            assert person.get("/calls/").status_code == person.get("/calls/csv/").status_code == 403
            assert "/calls/" not in person.get("/").content.decode()

    def test_who_works_no_tips_takes_no_calls(self, signed_in):
        for role in ("stic_analyst", "intelligence_command", "outreach", "programme_admin"):
            person = signed_in(f"Some {role}", role)
            url = address()
            answers = [person.get("/enter/phone/"), person.get(url), person.post(url, TOLD), person.post(f"{url}save/", TOLD)]
            assert {a.status_code for a in answers} == {403}, role
        assert not Call.objects.exists()

    def test_without_the_csrf_token_nothing_is_saved(self, casey):
        casey.handler.enforce_csrf_checks = True
        url = address()
        assert {casey.post(url, TOLD).status_code, casey.post(f"{url}save/", TOLD).status_code} == {403}
        assert not Call.objects.exists()


class TestCounting:
    def test_by_day_of_the_programme_on_a_page_and_as_csv_without_any_number(self, person, signed_in, clock):
        account = person("Casey Lindgren", "call_taker")
        for result in ("hang_up", "hang_up", "silent"):
            phone.end(uuid.uuid4(), account, result)
        clock(86_400)
        signed_in(account).post(address(), TOLD | {"go": "send", "phone": "217-555-0188"})
        morgan = signed_in("Morgan Reyes", "supervisor")
        first, second = the_clock.today() - timedelta(days=1), the_clock.today()
        page = morgan.get("/calls/").content.decode()
        assert "Hung up" in page and "0188" not in page
        rows = list(csv.DictReader(io.StringIO(morgan.get("/calls/csv/").content.decode())))
        assert rows == [
            {"day": first.isoformat(), "tip": "0", "hang_up": "2", "silent": "1", "prank": "0", "wrong_number": "0"},
            {"day": second.isoformat(), "tip": "1", "hang_up": "0", "silent": "0", "prank": "0", "wrong_number": "0"},
        ]

    def test_an_empty_page_says_what_will_stand_there(self, morgan):
        assert "No calls yet" in morgan.get("/calls/").content.decode()


def test_the_desks_login_may_do_all_of_it_and_remove_no_call(casey, as_login):  # noqa: F811
    call = uuid.uuid4()
    account = casey.account
    as_login("desk")
    assert phone.save(call, account, {"text": "words"}, 0, "a") == 1
    assert [c.pk for c in phone.unfinished()] == [call]
    phone.end(call, account, "silent")
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'desk_call', 'DELETE')")
        assert cursor.fetchone()[0] is False


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from([*PhoneForm.base_fields, "go", "other"]), st.text(max_size=300)),
    st.sampled_from(["", "save/"]),
)
def test_no_input_breaks_a_call(casey, typed, part):
    answer = casey.post(f"{address()}{part}", typed)
    assert answer.status_code in (200, 302, 409, 413, 422)
    assert casey.get("/enter/phone/").status_code == 200
    for call in Call.objects.filter(over_at=None):
        assert casey.get(f"/enter/phone/{call.pk}/").status_code == 200
