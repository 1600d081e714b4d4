"""Every address of the desk, tried as everybody who may not."""

import re
import uuid

import pytest

from tests.desk.conftest import action_of
from upstander import clock
from upstander.audit.models import Entry
from upstander.desk.urls import urlpatterns
from upstander.people.models import RoleGrant

pytestmark = pytest.mark.django_db

READERS = ("call_taker", "supervisor", "stic_staff", "stic_analyst", "intelligence_command")
OTHERS = ("sio", "outreach", "programme_admin", "auditor")
# what they owe, without a word of a tip; and by what the supervisors are reached at night
OWN = {"sio": ("/owed/",), "outreach": ("/owed/",), "programme_admin": ("/reach/",)}
WORDS = "He hid it behind the gymnasium"


def addresses(number: str) -> list[str]:
    """Every address of the room, for this tip."""
    found = []
    for pattern in urlpatterns:
        path = str(pattern.pattern).replace("<str:number>", number)
        found.append("/" + re.sub(r"<int:\w+>", "0", re.sub(r"<uuid:\w+>", str(uuid.uuid4()), path)))
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
            assert answer.status_code in (403, 404, 405) or address in ("/", *OWN.get(role, ())), address
    assert not Entry.objects.filter(act="tip.viewed").exists()


def test_the_officers_pages_are_those_that_the_handbook_names(signed_in):
    """docs/sio.md: outreach and what is owed; the directory (tests/directory) is the administrator's."""
    sam = signed_in("Sam Whitfield", "sio")
    door = sam.get("/").content.decode()
    assert 'href="/outreach/"' in door and 'href="/owed/"' in door and 'href="/directory/' not in door
    assert (sam.get("/outreach/").status_code, sam.get("/owed/").status_code) == (200, 200)


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


def test_a_form_that_cannot_pass_is_no_way_to_read_without_a_trace(casey, town, new_tip, judged):
    """htmx gets the row again, with the notes of earlier calls in it: that is a view like any other."""
    tip = judged(new_tip(town.school, text=WORDS), casey.account, "planned_school_attack")
    action = action_of(tip.id, "call_contacts")
    address = f"/tip/{tip.number}/actions/{action.id}/"
    casey.post(address, {"answered_by": "", "note": WORDS, "result": "voicemail"})
    before = Entry.objects.filter(act="tip.viewed").count()
    answer = casey.post(address, {"answered_by": "", "result": "no such"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and WORDS in answer.content.decode()
    assert Entry.objects.filter(act="tip.viewed", object_id=str(tip.id)).count() == before + 1


@pytest.mark.parametrize("place", ["9" * 300, str(2**63), "-1", "0"])
def test_a_place_that_can_be_none_is_refused_and_nothing_breaks(casey, new_tip, place):
    number = new_tip().number
    assert casey.post("/search/", {"words": "gun", "place_id": place}).status_code == 422
    assert casey.post(f"/tip/{number}/place/", {"place_id": place}).status_code == 422


def test_the_live_line_is_open_to_who_may_read_tips_and_closes_with_their_role(signed_in, client, desk):
    """The server asks this before it passes the line through, and while it does."""
    reads = signed_in("Reading Person", "stic_analyst")
    assert reads.get("/live-allowed").status_code == 204
    RoleGrant.objects.update(ends_at=clock.now())
    assert reads.get("/live-allowed").status_code == 403
    assert signed_in("Other Person", "outreach").get("/live-allowed").status_code == 403
    left = signed_in("Leaving Person", "call_taker")
    left.post("/sign-out/")
    assert left.get("/live-allowed").status_code == client.get("/live-allowed").status_code == 302
