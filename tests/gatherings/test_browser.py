"""The pages in Chromium: axe finds nothing, a phone of 360 px needs no sideways scroll, and all of it goes without script."""

from datetime import timedelta

import pytest

from tests.gatherings.conftest import behind, published
from tests.network.conftest import network  # noqa: F401 - a fixture
from tests.network.phones import browser, fits, opened  # noqa: F401 - fixtures
from tests.network.support import make_member, make_sio
from tests.support import town as towns
from tests.support.browser import follow, press, violations
from upstander import clock
from upstander.gatherings import seats, services, visits
from upstander.gatherings.models import Feedback, Gathering, Registration, Step, Visit
from upstander.gatherings.services import Item
from upstander.ids import new_id
from upstander.network import walls

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network"),
]  # fmt: skip


@pytest.mark.req("S-products")
def test_every_page_is_clean_and_fits_a_phone(opened, clock):  # noqa: F811
    town = towns.build()
    ana, sio = make_member("Ana Rivera", regions=[town.region.pk], organisation=town.district), make_sio()
    one = published(text="Bring your plan.\n\nAnd a map.", capacity=20, regions=(town.region.pk,))
    other = published(
        title="An event with a very long title, " * 4, place="Millbrook High School, 100 Main Street"
    )
    for gathering in (one, other):
        with behind(ana) as who:
            seats.register(gathering.id, who)
    with walls.reading(walls.STAFF):
        services.cancel(other.id, "Snow.", sio.pk)
        services.add_material(one.id, Item("Slides", 1, "https://video.example/1"), sio.pk, new_id())
        visit = visits.plan(town.school.pk, visits.clock.today(), sio.pk, new_id())
        visits.log(visit.id, visits.clock.today(), "Two doors stand open.", sio.pk)
        visits.agree(
            visit.id,
            "Mend the doors",
            "Principal",
            visits.clock.today() - timedelta(days=1),
            sio.pk,
            new_id(),
        )
    member, staff = opened(ana), opened(sio)
    pages = [
        (member, "/gatherings/"), (member, f"/gatherings/{one.id}/"), (member, f"/gatherings/{other.id}/"),
        (staff, "/desk/gatherings/"), (staff, "/desk/gatherings/new/"), (staff, f"/desk/gatherings/{one.id}/"),
        (staff, f"/desk/gatherings/{one.id}/edit/"), (staff, f"/desk/gatherings/{one.id}/attendance/"),
        (staff, f"/desk/gatherings/{one.id}/sheet/"), (staff, "/desk/visits/"),
        (staff, f"/desk/visits/regions/{town.region.pk}/"), (staff, f"/desk/visits/places/{town.school.pk}/"),
        (staff, f"/desk/visits/{visit.id}/"),
    ]  # fmt: skip
    for page, address in pages:
        assert page.goto(address).status == 200 and page.url.endswith(address), address
        assert violations(page) == [], address
        assert fits(page), address
    staff.goto("/desk/gatherings/new/")
    press(staff, "Save the draft")  # with nothing in it: the errors, too
    assert violations(staff) == [] and fits(staff)
    with walls.reading(walls.STAFF):
        row = Registration.objects.get(gathering=one)
        services.mark(one.id, [row.pk], [row.pk], sio.pk)
    clock((one.ends_at - one.made_at).total_seconds() + 60)
    again = opened(ana)
    assert again.goto(f"/gatherings/{one.id}/").status == 200
    assert again.get_by_role("button", name="Certificate of attendance (PDF)").count() == 1
    assert violations(again) == [] and fits(again)


@pytest.mark.req("S-sio")
def test_without_script_a_member_registers_and_the_sio_writes_down_who_came_and_a_visit(opened):  # noqa: F811
    town = towns.build()
    ana, sio = make_member("Ana Rivera"), make_sio()
    gathering = published(starts_at=clock.now() - timedelta(minutes=5))
    member, staff = opened(ana, script=False), opened(sio, script=False)
    member.goto(f"/gatherings/{gathering.id}/")
    press(member, "Register")
    assert member.get_by_role("link", name="https://meet.example/upstander-room").count() == 1
    press(member.get_by_role("group", name="Was it relevant for you?"), "Yes")
    assert Feedback.objects.get().relevant == "yes"
    staff.goto(f"/desk/gatherings/{gathering.id}/attendance/")
    staff.get_by_role("checkbox", name="Ana Rivera").focus()
    staff.keyboard.press("Space")
    press(staff, "Save")
    assert Registration.objects.get().attended_at is not None
    staff.goto(f"/desk/visits/regions/{town.region.pk}/")
    follow(staff, "Plan a visit to Millbrook High School")
    staff.get_by_label("Day").fill(f"{clock.today():%Y-%m-%d}")
    press(staff, "Plan it")
    staff.get_by_label("What you found").fill("Two doors stand open at noon.")
    press(staff, "Save: the visit was made")
    staff.get_by_label("What was agreed").fill("Mend the doors")
    staff.get_by_label("Who does it").fill("Principal")
    press(staff, "Add")
    assert Visit.objects.get().findings and Step.objects.get().owner == "Principal"
    assert Gathering.objects.count() == 1
