"""Whose rows are whose: by pages, by verbs, and in the database under each process's own login."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from tests.people.conftest import refused
from tests.preparedness.conftest import EVERYBODY, OUTSIDE, Cast
from tests.support.wrong import kept_out
from upstander import clock
from upstander.ids import new_id
from upstander.preparedness import reach, services, years
from upstander.preparedness.errors import NotTheirs
from upstander.preparedness.models import Binder, Drill, FireDates
from upstander.preparedness.services import Agreed, Held

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-plans")]
TABLES = ("binder", "drill", "firedates")


def walled(act: Callable[[], object]) -> bool:
    """Whether the row's own wall refused it."""
    try:
        with transaction.atomic():
            act()
    except ProgrammingError as error:
        assert "row-level security" in str(error)
        return True
    return False


@pytest.fixture
def rows(cast: Cast) -> Cast:
    """A drill with words, dates with the fire department, a folder: all of the high school."""
    cast.drill("principal", went_well="Heron")
    with reach.acting(cast.principal) as mine:
        services.set_fire(mine, cast.town.school.pk, years.this_year(), Agreed(contacted_on=clock.today()))
    return cast


SEEN = {"district": 1, "principal": 1, "region": 1}


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_database_shows_each_their_own_and_no_more(rows, as_login, who):
    account = getattr(rows, who)
    as_login("school")
    with reach.acting(account):
        found = {model.objects.count() for model in (Binder, Drill, FireDates)}
    assert found == {SEEN.get(who, 0)}


def test_who_names_nobody_sees_nothing_and_adds_nothing(rows, as_login):
    place = rows.town.school.pk
    as_login("school")
    assert not any(model.objects.exists() for model in (Binder, Drill, FireDates))
    row = {"id": new_id(), "place_id": place, "made_at": clock.now(), "made_by": 1, "kind": "bus", "year": 2026}
    assert walled(lambda: Drill.objects.create(**row, held_on=clock.today()))


@pytest.mark.parametrize("who", [*OUTSIDE, "haas", "region"])
def test_nobody_else_changes_a_row_or_adds_one(rows, as_login, who):
    place, account = rows.town.school.pk, getattr(rows, who)
    as_login("school")
    with reach.acting(account):
        row = {"place_id": place, "made_at": clock.now(), "made_by": account.pk, "kind": "bus", "year": 2026}
        assert walled(lambda: Drill.objects.create(id=new_id(), **row, held_on=clock.today()))
        assert not Drill.objects.update(students=1) and not FireDates.objects.update(outcome="none")
        assert not Binder.objects.update(exempt=["no_children"])
    with reach.acting(rows.principal):
        assert refused(lambda: Drill.objects.all().delete())


@pytest.mark.parametrize("who", [*OUTSIDE, "haas", "region"])
def test_the_verbs_refuse_whoever_does_not_keep_the_place(rows, who):
    place, id, year = rows.town.school.pk, Drill.objects.get().pk, years.this_year()
    with reach.acting(getattr(rows, who)) as mine:
        for act in (
            lambda: services.plan_drill(mine, place, new_id(), "bus", clock.today()),
            lambda: services.move_drill(mine, id, clock.today()),
            lambda: services.record_drill(mine, id, Held(clock.today())),
            lambda: services.call_off(mine, id),
            lambda: services.set_building(mine, place, None, ()),
            lambda: services.set_fire(mine, place, year, Agreed()),
        ):
            with pytest.raises(NotTheirs):
                act()


@pytest.mark.parametrize("login", ["desk", "public", "network", "worker", "relay", "inbound", "caller", "custody", "events"])
def test_no_other_process_opens_a_row(rows, as_login, login):
    as_login(login)
    with connection.cursor() as cursor:
        for table in TABLES:
            assert refused(lambda t=table: cursor.execute(f"SELECT * FROM preparedness_{t}")), table
        assert refused(lambda: cursor.execute("SELECT * FROM preparedness_mine()"))


def addresses(rows: Cast) -> tuple[list[str], list[str]]:
    """Every page of the high school: those that are read, and those that are pressed."""
    one, drill = f"/preparedness/places/{rows.town.school.pk}/", f"/preparedness/drills/{Drill.objects.get().pk}/"
    both = [one + "building/", one + "drills/new/", one + "fire/", drill]
    return [one, *both], [*both, *(drill + page for page in ("move/", "off/", "notice/"))]


@pytest.mark.parametrize("who", [*OUTSIDE, "haas"])
def test_the_wrong_person_reads_no_page_and_presses_nothing(rows, who):
    client = rows.sign_in(who)
    read, pressed = addresses(rows)
    for address in read:
        assert kept_out(client.get(address)), address
    for address in pressed:
        assert kept_out(client.post(address, {"held_on": clock.today().isoformat()})), address
    one = Drill.objects.get()
    assert one.called_off_at is None and one.students is None


def test_the_regional_office_presses_nothing(rows):
    client = rows.sign_in("region")
    for address in addresses(rows)[1]:
        assert client.post(address, {"held_on": clock.today().isoformat()}).status_code == 404, address


def test_nobody_reads_anything_without_signing_in(rows):
    for address in ["/preparedness/", *addresses(rows)[0]]:
        answer = Client().get(address)
        assert answer.status_code == 302 and "sign-in" in answer["Location"], address
