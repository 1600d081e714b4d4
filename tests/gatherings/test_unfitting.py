"""What a calendar answered and fits no invitation waits for a person, who reads whose it may be and what to do."""

import hashlib

import pytest
from django.test import Client

from tests.gatherings.conftest import published
from tests.gatherings.test_answers import seated
from tests.network.support import client_for, make_member, make_second, make_sio, played
from upstander import clock
from upstander.gatherings import answers
from upstander.gatherings.models import CalendarAnswer
from upstander.ids import new_id
from upstander.insight import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.req("S-sio")]
PAGE = "/desk/gatherings/answers/"


def heard(event, address: str, says: str = "declined", *, proven: bool = False) -> None:
    digest = hashlib.sha256(address.lower().encode()).digest()
    answers.heard(arrival_id=new_id(), uid=event, sender=digest, says=says, at=clock.now(), proven=proven)


def test_whose_it_may_be_and_what_to_do_is_said_until_somebody_has_looked():
    ana, ben, sio = make_member("Ana Rivera"), make_member("Ben Osei"), client_for(make_sio())
    event = published()
    seated(event, ana)
    heard(event.id, ana.account.email)
    heard(event.id, ben.account.email)
    heard(event.id, "somebody@elsewhere.example", "accepted")
    heard(new_id(), ana.account.email, proven=True)
    with played("worker"):
        answers.turn()
    assert [one.number for one in waiting.waiting() if one.code == "calendars"] == [4]
    page = " ".join(sio.get(PAGE).content.decode().split())
    for said in ("Ana Rivera", "They hold a seat. Call them", ana.telephone, "Ben Osei", "they hold no seat",
                 "An address that no member has", "It answers no event of yours"):
        assert said in page
    assert "somebody@elsewhere" not in page and event.title in page
    for one in CalendarAnswer.objects.all():
        for _twice in (1, 2):
            assert sio.post(PAGE, {"answer": str(one.pk)}).status_code == 302
    assert "Nothing waits" in sio.get(PAGE).content.decode()
    assert not [one for one in waiting.waiting() if one.code == "calendars"]
    assert CalendarAnswer.objects.exclude(seen_by=None).count() == 4


def test_members_and_strangers_see_none_of_it_and_nonsense_is_no_answer():
    assert client_for(make_member()).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    second = client_for(make_second())
    assert second.post(PAGE, {"answer": "x"}).status_code == 404
    assert second.post(PAGE, {"answer": str(new_id())}).status_code == 302
