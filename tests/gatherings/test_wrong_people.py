"""What is for the sworn, nobody else finds, guesses, is mailed or fed: by page, press, calendar or database (S-levels)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError

from tests.gatherings.conftest import behind, published
from tests.network.support import account, client_for, make_member, make_sio, played
from upstander.gatherings import feeds, seats, services
from upstander.gatherings.errors import NotThere
from upstander.gatherings.models import Certificate, Feedback, Gathering, Material, Registration, Visit
from upstander.gatherings.services import Item
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import standing, walls
from upstander.network.models import Entitlement

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-levels"), pytest.mark.usefixtures("network")]
TITLE = "Officer safety at open houses"


@pytest.fixture
def les() -> Gathering:
    """For the sworn: with a recording, and somebody who comes."""
    made = published(level=Level.LES, title=TITLE)
    with walls.reading(walls.STAFF):
        services.add_material(
            made.id, Item("Slides", Level.LES, file_name="slides.pdf", file=b"%PDF-1.7"), 1, new_id()
        )
    officer = make_member(level=Level.LES, sworn=True)
    with behind(officer) as who:
        seats.register(made.id, who)
    return made


def addresses(gathering: Gathering) -> list[str]:
    page, material = f"/gatherings/{gathering.id}/", Material.objects.get()
    return [page, f"{page}certificate/", f"{page}material/{material.id}/"]


@pytest.mark.parametrize("level", [Level.FOUO, Level.OPEN])
def test_who_is_not_sworn_finds_nothing_of_it_and_cannot_tell_it_from_what_never_was(les, level):
    teacher = make_member(level=level)
    browser, nothing = client_for(teacher), str(UUID(int=7))
    for address in addresses(les):
        real, never = browser.get(address), browser.get(address.replace(str(les.id), nothing))
        assert real.status_code == never.status_code == 404
        assert real.content == never.content
    for verb in ("register", "give-up", "feedback", "certificate"):
        address = f"/gatherings/{les.id}/{verb}/"
        real, never = browser.post(address), browser.post(address.replace(str(les.id), nothing))
        assert real.status_code == never.status_code == 404
    assert TITLE not in browser.get("/gatherings/").content.decode()
    with behind(teacher) as who:
        token = feeds.make(who)
    with played("network"):
        assert TITLE.encode() not in (feeds.of(token) or b"")
    assert Registration.objects.count() == 1


def test_whose_entitlement_ends_loses_page_feed_and_certificate_at_once(les, at):
    officer = Registration.objects.get().member
    browser = client_for(officer)
    with behind(officer) as who:
        token = feeds.make(who)
    entry = str(les.id).encode()
    assert entry in browser.get(f"/gatherings/calendar/{token}.ics").content
    assert TITLE in browser.get("/gatherings/").content.decode()
    Entitlement.objects.filter(member=officer).update(level=Level.FOUO)
    assert entry not in browser.get(f"/gatherings/calendar/{token}.ics").content
    assert TITLE not in browser.get("/gatherings/").content.decode()
    assert all(browser.get(address).status_code == 404 for address in addresses(les))
    Entitlement.objects.filter(member=officer).delete()
    assert browser.get(f"/gatherings/calendar/{token}.ics").status_code == 404


def test_the_database_itself_shows_nothing_above_the_wall_and_nobody_elses(les):
    ana, ben = make_member(), make_member()
    fouo = published()
    for one in (ana, ben):
        with behind(one) as who:
            seats.register(fouo.id, who)
    with played("network"):
        for model in (Gathering, Registration, Material, Feedback, Certificate, Visit):
            with pytest.raises(DatabaseError, match="permission denied"), walls.transaction.atomic():
                model.objects.exists()
        with walls.reading(Level.FOUO, ana.pk):
            assert list(Gathering.objects.values_list("pk", flat=True)) == [fouo.id]
            assert list(Registration.objects.values_list("member", flat=True)) == [ana.pk]
            assert not Material.objects.exists()
            with pytest.raises(DatabaseError, match="permission denied"), walls.transaction.atomic():
                Visit.objects.exists()
            for forbidden in (
                lambda: Registration.objects.update(state="seat"),
                lambda: Gathering.objects.update(level=0),
                lambda: Feedback.objects.create(id=new_id(), gathering=fouo, member=ben, at=fouo.made_at),
                lambda: Feedback.objects.create(id=new_id(), gathering=les, member=ana, at=fouo.made_at),
            ):
                with (
                    pytest.raises(DatabaseError, match=r"permission denied|row-level security"),
                    walls.transaction.atomic(),
                ):
                    forbidden()
        with walls.reading(Level.LES, ana.pk):
            assert Gathering.objects.count() == 2 and Material.objects.count() == 1


def test_the_worker_reads_when_and_how_many_and_no_word(les):
    with played("worker"):
        assert list(Gathering.objects.values_list("pk", "level")) == [(les.id, Level.LES)]
        for column in ("title", "text", "place", "join_address", "reason"):
            with pytest.raises(DatabaseError, match="permission denied"), walls.transaction.atomic():
                list(Gathering.objects.values_list(column))
        with pytest.raises(DatabaseError, match="permission denied"), walls.transaction.atomic():
            Material.objects.exists()


def test_a_draft_is_seen_by_staff_alone():
    from tests.gatherings.conftest import plan

    with walls.reading(walls.STAFF):
        draft = services.create(plan(level=Level.OPEN, title="Not yet"), 1, new_id())
    member = make_member(level=Level.LES, sworn=True)
    assert client_for(member).get(f"/gatherings/{draft.id}/").status_code == 404
    assert "Not yet" not in client_for(member).get("/gatherings/").content.decode()
    with behind(member) as who, pytest.raises(NotThere):
        seats.register(draft.id, who)
    assert "Not yet" in client_for(make_sio()).get("/desk/gatherings/").content.decode()


def test_members_and_strangers_open_no_page_of_staff(les):
    pages = [
        "/desk/gatherings/", "/desk/gatherings/new/", f"/desk/gatherings/{les.id}/", f"/desk/gatherings/{les.id}/edit/",
        f"/desk/gatherings/{les.id}/attendance/", f"/desk/gatherings/{les.id}/sheet/", "/desk/visits/",
    ]  # fmt: skip
    presses = ["publish", "cancel", "copy", "material", "attendance"]
    officer = make_member(level=Level.LES, sworn=True)
    for one in (officer, account("Casey Lindgren", "call_taker")):
        browser = client_for(one)
        assert {browser.get(page).status_code for page in pages} == {403}
        assert {browser.post(f"/desk/gatherings/{les.id}/{what}/").status_code for what in presses} == {403}
    les.refresh_from_db()
    assert les.cancelled_at is None and Material.objects.count() == 1


def test_a_guessed_calendar_address_is_nobodys(client):
    for token in ("x", "A" * 43, "../../secret", "%00" * 10):
        assert client.get(f"/gatherings/calendar/{token}.ics").status_code in (400, 404)


def test_a_new_calendar_address_ends_the_old_one(client):
    ana = make_member()
    with behind(ana) as who:
        old, new = feeds.make(who), feeds.make(who)
    assert client.get(f"/gatherings/calendar/{old}.ics").status_code == 404
    answer = client.get(f"/gatherings/calendar/{new}.ics")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar")


def test_material_above_the_gathering_is_for_who_may_read_it():
    gathering, teacher = published(), make_member()
    officer = make_member(level=Level.LES, sworn=True)
    with walls.reading(walls.STAFF):
        item = Item("For officers", Level.LES, file_name="x.pdf", file=b"%PDF")
        made = services.add_material(gathering.id, item, 1, new_id())
    address = f"/gatherings/{gathering.id}/material/{made.id}/"
    assert client_for(teacher).get(address).status_code == 404
    assert "For officers" not in client_for(teacher).get(f"/gatherings/{gathering.id}/").content.decode()
    answer = client_for(officer).get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_seat_that_was_released_is_not_taken_again_by_who_may_not():
    gathering, ana = published(), make_member(level=Level.FOUO)
    who = standing.standing(ana.account)
    Entitlement.objects.filter(member=ana).update(level=Level.OPEN)
    with walls.reading(Level.OPEN, ana.pk), pytest.raises(NotThere):
        seats.register(gathering.id, who)
    assert gathering.starts_at - timedelta(days=1) > gathering.made_at
