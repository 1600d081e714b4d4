"""What somebody may not read, the database does not show, even to a view that forgot to ask (S-levels)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from tests.network.support import account, client_for, entitle, make_member, make_second, make_sio, played
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.network.standing import level_of, standing
from upstander.ops import grants
from upstander.people.models import Account


def asked(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.req("S-levels")
@pytest.mark.parametrize(("level", "number"), [(Level.OPEN, 0), (Level.FOUO, 1), (Level.LES, 2), (walls.STAFF, 9)])
def test_the_database_knows_the_level_from_the_role_that_is_played(network, level, number):
    with played("network"), walls.reading(level):
        assert asked("SELECT network_level()") == number


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("login", ["network", "relay", "worker"])
def test_a_login_by_itself_stands_before_every_wall(network, login):
    with played(login):
        assert asked("SELECT network_level()") == -1


@pytest.mark.req("S-levels")
def test_the_relay_reads_as_a_reader_and_never_as_staff(network, settings):
    with played("relay"):
        with walls.reading(Level.FOUO):
            assert asked("SELECT network_level()") == 1
        with pytest.raises(DatabaseError, match=r"does not exist|permission denied"), walls.reading(walls.STAFF):
            pass


@pytest.mark.req("S-levels")
def test_a_wall_within_a_wall_ends_where_it_ends_also_after_an_error(network):
    with played("network"), walls.reading(walls.STAFF):
        with walls.reading(Level.OPEN):
            assert asked("SELECT network_level()") == 0
        assert asked("SELECT network_level()") == 9
        with pytest.raises(DatabaseError), walls.reading(Level.FOUO):
            asked("SELECT 1 / 0")
        assert asked("SELECT network_level()") == 9


@pytest.mark.req("S-levels")
def test_the_database_knows_whose_request_it_is(network):
    one = make_member()
    with played("network"):
        with walls.reading(Level.FOUO, one.id):
            assert asked("SELECT network_member()") == one.id
        assert asked("SELECT network_member()") is None


@pytest.mark.req("S-membership")
def test_no_tip_and_no_file_can_be_read_from_the_network_at_any_level(network):
    rooms = ("intake", "inbound", "evidence", "actions", "vault", "desk", "response", "outreach")
    tables = [table for table in connection.introspection.table_names() if table.startswith(tuple(f"{room}_" for room in rooms))]
    assert {"intake_tip", "intake_message", "actions_referral"} <= set(tables), tables
    rights = "SELECT has_any_column_privilege(%s, %s, 'SELECT, INSERT, UPDATE') OR has_table_privilege(%s, %s, 'DELETE')"
    with connection.cursor() as cursor:
        for name in [name for name in grants.roles() if name.startswith("network")]:
            for table in tables:
                cursor.execute(rights, [grants.role(name), table, grants.role(name), table])
                assert cursor.fetchone() == (False,), (name, table)


@pytest.mark.req("S-membership")
def test_the_networks_login_touches_no_password_of_staff(network):
    sio = make_sio()
    with played("network"), walls.reading(walls.STAFF), pytest.raises(DatabaseError, match="kept at the desk"):
        Account.objects.filter(pk=sio.pk).update(password="!")


@pytest.mark.req("S-levels")
def test_the_level_is_that_of_the_moment(network):
    member = make_member(level=None, sworn=True)
    assert level_of(member.id) is None
    entitle(member, Level.FOUO)
    ends = entitle(member, Level.LES, days=30)
    assert level_of(member.id) == Level.LES
    ends.ends_at = ends.starts_at + timedelta(days=0)
    ends.save()
    assert level_of(member.id) == Level.FOUO
    Member.objects.filter(pk=member.pk).update(state=Member.State.SUSPENDED)
    assert level_of(member.id) is None
    assert standing(member.account).level is None


@pytest.mark.req("S-membership")
def test_whoever_left_opens_nothing(network):
    member = make_member()
    browser = client_for(member)
    assert browser.get("/").status_code == 200
    Account.objects.filter(pk=member.account_id).update(is_active=False)
    assert level_of(member.id) is None
    assert browser.get("/").status_code == 302


@pytest.mark.req("S-membership")
def test_who_is_no_member_reads_that_nothing_is_here_for_them(network):
    for stranger in (account(), account("Casey Lindgren", "call_taker"), make_member(level=None)):
        assert client_for(stranger).get("/").status_code == 403


@pytest.mark.req("S-sio")
def test_the_sio_and_a_second_person_come_in_without_being_members(network):
    for one in (make_sio(), make_second()):
        assert client_for(one).get("/", follow=True).status_code == 200
