"""A member's position or employer changes: they say so, the SIO looks, and what rests on the old one ends."""

import pytest
from django.db import DatabaseError, transaction

from tests.network.support import client_for, entitle, make_member, make_second, make_sio, played
from upstander import clock
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import AgencyCheck, Change, Member
from upstander.network.standing import level_of

pytestmark = pytest.mark.req("S-membership")


def told(member: Member, position: str = "Chief", works_at: str = "Farfield Police", press=None):
    given = {"press": str(press or new_id()), "position": position, "works_at": works_at}
    with played("network"):
        return client_for(member).post("/me/changed/", given)


def decided(account, member: Member, act: str, reason: str = "Asked at their front desk"):
    given = {"act": act, "press": str(new_id()), "reason": reason}
    with played("network"):
        return client_for(account).post(f"/desk/members/{member.pk}/", given)


@pytest.fixture
def chris(network) -> Member:
    made = make_member("Chris Osei", Level.LES, position="Officer", organisation_name="Harrow Creek Police")
    entitle(made, Level.FOUO)
    return made


@pytest.mark.req("S-levels")
def test_another_agency_ends_les_once_the_sio_has_taken_it_over(network, chris):
    assert told(chris).status_code == 302
    assert level_of(chris.pk) == Level.LES, "what somebody types changes nothing by itself"
    sam = make_sio()
    with played("network"):
        assert "Farfield Police" in client_for(sam).get("/desk/members/").content.decode()
    assert decided(sam, chris, "changed").status_code == 302
    chris.refresh_from_db()
    assert (chris.position, chris.works_at) == ("Chief", "Farfield Police")
    assert level_of(chris.pk) == Level.FOUO
    assert not AgencyCheck.objects.filter(member=chris, ended_at=None).exists()


def test_another_position_at_the_same_employer_takes_nothing_away(network, chris):
    told(chris, works_at="Harrow Creek Police")
    decided(make_sio(), chris, "changed")
    chris.refresh_from_db()
    assert chris.position == "Chief" and level_of(chris.pk) == Level.LES


def test_what_is_not_so_leaves_everything_as_it_was(network, chris):
    told(chris)
    assert decided(make_sio(), chris, "not_changed").status_code == 302
    chris.refresh_from_db()
    assert chris.works_at == "Harrow Creek Police" and level_of(chris.pk) == Level.LES
    assert Change.objects.get().taken is False
    assert told(chris).status_code == 302, "they may say it again"


def test_pressed_twice_it_is_told_once_and_a_second_waits_for_the_first(network, chris):
    press = new_id()
    assert told(chris, press=press).status_code == told(chris, press=press).status_code == 302
    assert told(chris, position="Deputy").status_code == 422
    assert Change.objects.count() == 1


def test_what_stands_there_already_is_no_change_and_what_is_missing_is_asked_for(network, chris):
    assert told(chris, "Officer", "Harrow Creek Police").status_code == 422
    answer = told(chris, "", "Farfield Police")
    assert answer.status_code == 422 and 'value="Farfield Police"' in answer.content.decode()
    assert not Change.objects.exists()


def test_without_how_it_was_made_sure_nothing_is_decided(network, chris):
    told(chris)
    assert decided(make_sio(), chris, "changed", "").status_code == 422
    assert Change.objects.get().decided_at is None


def test_only_the_sio_decides_and_only_of_others(network, chris):
    told(chris)
    decided(make_second(), chris, "changed")
    decided(make_member("Dana Price").account, chris, "changed")
    assert Change.objects.get().decided_at is None


def test_nobody_tells_or_reads_a_change_in_anothers_name_not_even_in_sql(network, chris):
    told(chris)
    other = make_member("Dana Price")
    made = {"id": new_id(), "member": chris, "position": "x", "works_at": "y", "at": clock.now()}
    with played("network"), walls.reading(Level.FOUO, other.pk):
        assert not Change.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Change.objects.create(**made)
    with played("network"), walls.reading(Level.LES, chris.pk), pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.update(taken=True)
