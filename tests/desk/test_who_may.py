"""Every address of the desk, tried as everybody who may not."""

import re
import uuid

import pytest

from upstander.audit.models import Entry
from upstander.desk.urls import urlpatterns

pytestmark = pytest.mark.django_db

READERS = ("call_taker", "supervisor", "stic_staff", "stic_analyst", "intelligence_command")
OTHERS = ("sio", "outreach", "programme_admin", "auditor")
WORDS = "He hid it behind the gymnasium"


def addresses(number: str) -> list[str]:
    """Every address of the room, for this tip."""
    found = []
    for pattern in urlpatterns:
        path = str(pattern.pattern).replace("<str:number>", number)
        found.append("/" + re.sub(r"<uuid:\w+>", str(uuid.uuid4()), path))
    return found


def test_a_stranger_is_led_to_the_sign_in_everywhere(desk, client, new_tip):
    for address in addresses(new_tip(text=WORDS).number):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), address


def test_a_background_request_of_a_stranger_sends_the_whole_page_to_the_sign_in(desk, client, new_tip):
    answer = client.get(f"/tip/{new_tip().number}/plan/", headers={"HX-Request": "true"})
    assert answer.status_code == 401 and answer["HX-Redirect"] == "/sign-in/"


def test_an_account_without_any_role_sees_nothing(signed_in, new_tip):
    nobody = signed_in("No Body")
    for address in addresses(new_tip(text=WORDS).number):
        assert nobody.get(address).status_code == 403, address


@pytest.mark.parametrize("role", OTHERS)
def test_a_role_that_reads_no_tips_reads_none(signed_in, new_tip, role):
    person = signed_in("Other Person", role)
    for address in addresses(new_tip(text=WORDS).number):
        for answer in (person.get(address), person.post(address)):
            assert WORDS not in answer.content.decode()
            assert answer.status_code in (403, 405) or address == "/", address
    assert not Entry.objects.filter(act="tip.viewed").exists()


@pytest.mark.parametrize("role", READERS)
def test_a_role_that_reads_tips_reads_them_and_each_reading_is_on_the_record(signed_in, new_tip, role):
    person, tip = signed_in("Reading Person", role), new_tip(text=WORDS)
    assert WORDS in person.get(f"/tip/{tip.number}/").content.decode()
    seen = Entry.objects.get(act="tip.viewed")
    assert (seen.actor, seen.object_id) == (person.account.actor, str(tip.id))


@pytest.mark.parametrize("role", ["stic_analyst", "intelligence_command"])
def test_who_reads_but_does_not_work_tips_can_neither_hold_nor_answer_nor_judge(signed_in, new_tip, role):
    person, tip = signed_in("Reading Person", role), new_tip()
    for act in ("claim", "reply", "judge", "preview", "release", "close", "place"):
        assert person.post(f"/tip/{tip.number}/{act}/").status_code == 403, act


def test_only_a_supervisor_opens_the_lowerings(casey, morgan):
    assert casey.get("/lowerings/").status_code == 403
    assert morgan.get("/lowerings/").status_code == 200


def test_a_call_taker_cannot_set_a_supervisors_mark(casey, morgan, town, new_tip):
    tip = new_tip(town.school)
    given = {"subtypes": ["bullying"], "flags": ["intentionally_false"], "narrative": "x"}
    assert casey.post(f"/tip/{tip.number}/judge/", given).status_code == 422
    assert morgan.post(f"/tip/{tip.number}/judge/", given).status_code == 302
