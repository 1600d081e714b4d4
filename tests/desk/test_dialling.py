"""Calling by a press: one's own telephone is kept sealed, rung by the caller, and what came of it is proposed for the record."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from tests.desk.conftest import action_of
from upstander import clock as the_clock
from upstander.actions.models import ActionEvent
from upstander.audit.models import Entry
from upstander.delivery import bridging
from upstander.delivery.caller.bridging import take, write
from upstander.delivery.models import Bridge
from upstander.delivery.telephone.bridge import Stands
from upstander.desk.models import Telephone
from upstander.ops.models import Heartbeat
from upstander.ops.pulse import beat

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2")]
MINE, PART = "217-555-0142", {"HX-Request": "true"}


@pytest.fixture
def bridges(db) -> None:
    """A caller lives that bridges calls."""
    beat("caller", bridges=2)
    Heartbeat.objects.update(beat_at=the_clock.now() + timedelta(minutes=5))  # however slow this machine is


@pytest.fixture
def critical(casey, town, new_tip, judged):
    return judged(new_tip(town.school), casey.account, "planned_school_attack")


@pytest.fixture
def reachable(casey, bridges):
    """Casey has a telephone, and calls are bridged."""
    casey.post("/telephone/", {"number": MINE})
    return casey


def page(client, tip) -> str:
    return " ".join(client.get(f"/tip/{tip.number}/").content.decode().split())


def numbers_on(shown: str) -> list[str]:
    """The numbers that can be called by a press."""
    return re.findall(r'name="number" value="([^"]+)"', shown)


def dial(client, tip, action, number: str, **more):
    return client.post(f"/tip/{tip.number}/actions/{action.pk}/dial/", {"number": number}, headers=more)


def test_without_a_caller_that_bridges_the_numbers_are_links_as_ever(casey, critical):
    casey.post("/telephone/", {"number": MINE})
    shown = page(casey, critical)
    assert 'href="tel:' in shown and "/dial/" not in shown and "Set your telephone" not in shown


def test_who_has_no_telephone_yet_is_led_to_where_it_is_set(casey, critical, bridges):
    shown = page(casey, critical)
    assert 'href="tel:' in shown and 'href="/telephone/"' in shown and "/dial/" not in shown


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2057", "2057"), ("217-555-0142", "+12175550142"), (" (217) 555-0142 ", "+12175550142")],
)
def test_ones_own_telephone_is_kept_sealed_and_shown_to_oneself(casey, jordan, written: str, kept: str):
    answer = casey.post("/telephone/", {"number": written})
    assert answer.status_code == 302 and answer["Location"] == "/telephone/?saved=1"
    assert f'value="{kept}"' in casey.get("/telephone/?saved=1").content.decode()
    assert kept not in jordan.get("/telephone/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM desk_telephone t")
        assert kept.encode().hex() not in cursor.fetchone()[0]
    assert Entry.objects.get(act="account.telephone_set").actor == casey.account.actor


@pytest.mark.parametrize(
    "written", ["911", "9911", "9-1-1", "112", "988", "1", "555-01", "call me", "2175550142x9"]
)
def test_what_is_no_telephone_of_a_person_is_refused_at_its_field_and_stays_there(casey, written: str):
    answer = casey.post("/telephone/", {"number": written})
    shown = answer.content.decode()
    assert answer.status_code == 422 and "no service number" in shown and f'value="{written}"' in shown
    assert not Telephone.objects.exists()


def test_an_empty_field_takes_it_away(reachable):
    reachable.post("/telephone/", {"number": " "})
    assert (
        not Telephone.objects.exists() and Entry.objects.filter(act="account.telephone_removed").count() == 1
    )


def test_a_press_asks_for_a_call_and_the_row_says_so(reachable, critical):
    number = numbers_on(page(reachable, critical))[-1]
    action = next(a for a in _calls(critical) if number in str(_phones(a)))
    answer = dial(reachable, critical, action, number)
    assert answer.status_code == 302 and f"#a-{action.pk.hex[-8:]}" in answer["Location"]
    row = Bridge.objects.get()
    assert (row.subject_id, row.account_id, row.needs_key) == (action.pk, reachable.account.pk, False)
    near, far = bridging.numbers(row)
    assert near == "+12175550142" and far.startswith("+1")
    assert far[2:].encode() not in bytes(row.sealed_numbers)
    shown = page(reachable, critical)
    assert "Your telephone is being rung" in shown and "/hang-up/" in shown
    asked = Entry.objects.get(act="call.asked")
    assert asked.actor == reachable.account.actor and "555" not in str(asked.detail)


def test_the_psap_is_rung_only_once_a_person_has_pressed_1(reachable, critical):
    action = action_of(critical.id, "call_psap")
    number = next(n for n in numbers_on(page(reachable, critical)))
    assert dial(reachable, critical, action, number).status_code == 302
    assert Bridge.objects.get().needs_key


def test_htmx_gets_the_row_back(reachable, critical):
    action = action_of(critical.id, "call_psap")
    answer = dial(reachable, critical, action, numbers_on(page(reachable, critical))[0], **PART)
    assert answer.status_code == 200 and "Your telephone is being rung" in answer.content.decode()


@pytest.mark.parametrize("part", [{}, PART])
def test_a_number_that_is_not_the_row_s_is_not_called(reachable, critical, part):
    action = action_of(critical.id, "call_psap")
    for number in ("217-555-9999", "911", "", "+4420"):
        answer = dial(reachable, critical, action, number, **part)
        assert answer.status_code == 422 and "not listed here any more" in answer.content.decode()
    assert not Bridge.objects.exists()


def test_two_presses_are_one_call_and_a_colleague_calls_nobody_beside_it(reachable, jordan, critical):
    action = action_of(critical.id, "call_psap")
    number = numbers_on(page(reachable, critical))[0]
    dial(reachable, critical, action, number)
    answer = dial(reachable, critical, action, number)
    assert answer.status_code == 409 and "under way already" in answer.content.decode()
    jordan.post("/telephone/", {"number": "2042"})
    assert dial(jordan, critical, action, number).status_code == 409  # the tip is held, too
    assert Bridge.objects.count() == 1


def test_when_the_caller_has_gone_meanwhile_the_press_says_to_dial_by_hand(reachable, critical, clock):
    action = action_of(critical.id, "call_psap")
    number = numbers_on(page(reachable, critical))[0]
    clock(600)
    answer = dial(reachable, critical, action, number)
    assert (
        answer.status_code == 409
        and "dial by hand" in answer.content.decode()
        and not Bridge.objects.exists()
    )


def test_who_may_not_work_the_tip_calls_nobody(signed_in, critical, reachable):
    analyst = signed_in("Reading Person", "stic_analyst")
    analyst.post("/telephone/", {"number": "2043"})
    assert dial(analyst, critical, action_of(critical.id, "call_psap"), "217-555-0101").status_code == 403
    other = action_of(critical.id, "call_psap")
    assert reachable.post(f"/tip/AAAA-AAAA-AA/actions/{other.pk}/dial/", {"number": MINE}).status_code == 404
    assert not Bridge.objects.exists()


def test_result_and_length_are_proposed_and_a_person_records_what_came_of_it(reachable, critical):
    action = action_of(critical.id, "call_psap")
    dial(reachable, critical, action, numbers_on(page(reachable, critical))[0])
    (asked,) = take("test", 2)
    for code, words in (("near", "Your telephone rings"), ("key", "Press 1 on your telephone"), ("far", "Ringing"),
                        ("talking", "Connected")):  # fmt: skip
        write(Stands(asked.id, code))
        assert words in page(reachable, critical)
    write(Stands(asked.id, "over", "answered", 84))
    shown = page(reachable, critical)
    assert "The call is over. It lasted 84 seconds. Record what came of it." in shown
    assert re.search(r'name="seconds"[^>]*value="84"|value="84"[^>]*name="seconds"', shown)
    assert not ActionEvent.objects.filter(action=action).exists()  # nothing is recorded by itself
    assert Bridge.objects.get().sealed_numbers is None  # the numbers are gone with the call
    said = {
        "result": "answered",
        "answered_by": "Operator 7",
        "seconds": "84",
        "dispatch_number": "D-17",
    }
    assert reachable.post(f"/tip/{critical.number}/actions/{action.pk}/", said).status_code == 302
    assert ActionEvent.objects.get(action=action).seconds == 84
    assert "The call is over" not in page(reachable, critical)


@pytest.mark.parametrize(
    ("result", "words"),
    [("busy", "It was busy."), ("not_there", "Nobody picked up your telephone"), ("trunk", "dial by hand")],
)
def test_what_came_of_it_otherwise_is_said(reachable, critical, result: str, words: str):
    action = action_of(critical.id, "call_psap")
    dial(reachable, critical, action, numbers_on(page(reachable, critical))[0])
    (asked,) = take("test", 2)
    write(Stands(asked.id, "over", result))
    shown = page(reachable, critical)
    assert words in shown and numbers_on(shown), "and can be called again"


def test_an_old_press_rings_nobody(reachable, critical, clock):
    dial(reachable, critical, action_of(critical.id, "call_psap"), numbers_on(page(reachable, critical))[0])
    clock(31)
    assert take("test", 2) == []
    row = Bridge.objects.get()
    assert (row.state, row.result, row.sealed_numbers) == ("over", "expired", None)


def test_hanging_up_before_anybody_was_rung_ends_it(reachable, jordan, critical):
    action = action_of(critical.id, "call_psap")
    dial(reachable, critical, action, numbers_on(page(reachable, critical))[0])
    jordan.post(f"/tip/{critical.number}/actions/{action.pk}/hang-up/")  # somebody else's call is theirs
    assert Bridge.objects.get().hang_up_at is None
    assert reachable.post(f"/tip/{critical.number}/actions/{action.pk}/hang-up/").status_code == 302
    assert take("test", 2) == [] and Bridge.objects.get().result == "given_up"


def test_a_call_that_was_cut_with_its_caller_is_over_at_last(reachable, critical, clock):
    action = action_of(critical.id, "call_psap")
    dial(reachable, critical, action, numbers_on(page(reachable, critical))[0])
    (asked,) = take("gone", 2)
    Bridge.objects.filter(pk=asked.id).update(state="talking", asked_at=the_clock.now() - bridging.LONGEST)
    assert bridging.standing([action.pk])[action.pk].result == "agent_died"


def _calls(tip):
    from upstander.actions.models import RequiredAction

    return RequiredAction.objects.filter(tip_id=tip.id, kind="call_contacts")


def _phones(action) -> list[str]:
    from upstander.directory.models import ContactPoint

    return list(
        ContactPoint.objects.filter(contact_id=int(action.target_ref), kind="phone").values_list(
            "value", flat=True
        )
    )
