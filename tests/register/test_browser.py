"""The pages in Chromium: axe finds nothing, a phone needs no sideways scroll, and all of it goes without script."""


import pytest

from tests.network.conftest import network  # noqa: F401 - a fixture
from tests.network.phones import browser, fits, opened  # noqa: F401 - fixtures
from tests.network.support import make_member, make_sio
from tests.register.conftest import TITLE, at, behind, entered
from tests.support.browser import follow, press, violations
from upstander.ids import new_id
from upstander.network import walls
from upstander.register import beginning, services
from upstander.register.models import Incident, Proposal, Version

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network"),
]  # fmt: skip


@pytest.mark.req("S-topics")
def test_every_page_is_clean_and_fits_a_phone(opened) -> None:  # noqa: F811
    ana, sio, made = make_member("Ana Rivera"), make_sio(), entered()
    entered(
        title="A title that is as long as a title may be and then some more " * 2,
        place="A town with a rather long name, " * 4,
    )
    with behind(ana) as who:
        told = services.propose(
            who, {"title": "Knife", "text": "Seen.", "source": "Me.", "marking": "fouo"}, new_id()
        )
    with at(walls.STAFF):
        draft = beginning.begin(new_id(), made.pk, "bulletin", sio.pk)
    member, staff = opened(ana), opened(sio)
    pages = [
        (member, "/incidents/"), (member, "/incidents/map/"), (member, f"/incidents/{made.pk}/"),
        (member, "/incidents/propose/"), (staff, "/incidents/"), (staff, "/desk/incidents/new/"),
        (staff, f"/incidents/{made.pk}/?version=1"),
        (staff, f"/desk/incidents/{made.pk}/correct/"), (staff, f"/desk/incidents/{made.pk}/withdraw/"),
        (staff, "/desk/incidents/compare/"), (staff, "/desk/incidents/compare/?kind=attack"), (staff, f"/incidents/{made.pk}/"),
        (staff, f"/desk/products/{draft}/look/"), (staff, f"/desk/products/{draft}/incidents/"),
        (staff, "/desk/incidents/proposals/"), (staff, f"/desk/incidents/proposals/{told.pk}/"),
    ]  # fmt: skip
    for page, address in pages:
        assert page.goto(address).status == 200 and page.url.endswith(address), address
        assert violations(page) == [], address
        assert fits(page), address
    staff.goto("/desk/incidents/new/")
    press(staff, "Save")  # with nothing in it: the errors, too
    assert violations(staff) == [] and fits(staff)


@pytest.mark.req("S-sio")
def test_without_script_a_member_tells_and_the_sio_enters_it(opened) -> None:  # noqa: F811
    ana, sio = make_member("Ana Rivera"), make_sio()
    member, staff = opened(ana, script=False), opened(sio, script=False)
    assert member.goto("/incidents/propose/").status == 200
    member.get_by_label("What was it?").fill("Knife at a game")
    member.get_by_label("What happened, what had been noticed, and what it teaches").fill(
        "A parent saw it and told an officer."
    )
    member.get_by_label("How do you know?").fill("I was there.")
    member.get_by_label("Which marking do you propose?").select_option("open")
    press(member, "Send")
    staff.goto("/desk/incidents/proposals/")
    follow(staff, "Knife at a game")
    follow(staff, "Enter it")
    for label, value in (("Kind", "weapon"), ("Sector", "k12"), ("Outcome", "stopped"), ("State", "IL")):
        staff.get_by_label(label, exact=True).select_option(value)
    staff.get_by_label("When").fill("2025-09")
    press(staff, "More paragraphs and sources")
    press(staff, "Save")
    assert staff.get_by_role("heading", name="Knife at a game").count() == 1
    assert Proposal.objects.get().incident_id == Incident.objects.get().pk
    member.goto("/incidents/")
    member.get_by_label("Words").fill("parent")
    press(member, "Find")
    assert member.url.endswith("/incidents/"), "what is looked for stands in no address"
    assert member.get_by_role("link", name="Knife at a game").count() == 1
    assert Version.objects.get().signs == [] and TITLE not in member.content()
