"""What a member sees first: what waits for them, and what there is (S-repository, S-sio)."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.network.support import client_for, make_member, make_sio
from upstander import clock
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import pages

pytestmark = pytest.mark.req("S-repository")


def test_the_first_page_says_what_there_is_and_names_no_page_of_the_staff_to_a_member(network):
    page = client_for(make_member("Dana Whitlock")).get("/").content.decode()

    assert "Nothing now." in page
    assert "Bulletins, notices and newsletters" in page and "Share something, ask for information" in page
    assert "Staff:" not in page and "/desk/" not in page


def test_above_all_else_a_member_finds_what_there_is_and_what_their_phone_keeps(network):
    page = client_for(make_member("Dana Whitlock")).get("/").content.decode().split("<main")[1]

    for label, address in (("Find", "/find/"), ("On this phone", "/kept/")):
        link = f'href="{address}">{label}</a>'
        assert page.count(link) == 1 and page.index(link) < page.index("What waits for you")


def test_what_is_of_the_staff_stands_apart_in_the_header(network):
    page = client_for(make_sio()).get("/products/").content.decode()

    assert page.count("Staff:") == 2, "in the menu of a narrow screen, and in the header of a wide one"
    assert page.index("Past incidents") < page.index("Staff:") < page.index("Applications and members")


@pytest.mark.req("S-membership")
def test_who_is_no_member_finds_from_the_sign_in_how_to_become_one(network):
    page = Client().get("/", follow=True).content.decode()

    assert 'href="/apply/"' in page and "Apply for membership" in page


def test_a_question_that_was_put_to_a_member_waits_on_their_first_page_and_on_no_other(network):
    from upstander.forum.models import Party, Request

    asks, asked, other = make_member("Jamie Osei"), make_member("Dana Whitlock"), make_member("Kim Sorensen")
    now = clock.now()
    question = Request.objects.create(
        id=new_id(), at=now, level=Level.FOUO, member=asks, kind="information", title="Which doors lock by themselves?",
        text="We plan new ones.", purpose="our plan", legal_basis="no personal data asked", urgency="routine",
        due_at=now + timedelta(days=9),
    )  # fmt: skip
    Party.objects.create(id=new_id(), at=now, level=Level.FOUO, request=question, member=asked, staff_id=make_sio().pk)

    assert "Somebody asks you: Which doors lock" in client_for(asked).get("/").content.decode()
    for who in (asks, other):
        assert "Which doors lock" not in client_for(who).get("/").content.decode()


def test_what_is_urgent_waits_first():
    told = [pages.Waiting("a webinar", "/a/"), pages.Waiting("a bulletin", "/b/", urgent=True)]
    before = list(pages._tell)
    try:
        pages._tell[:] = [lambda who: told]
        assert [one.words for one in pages.waiting(None)] == ["a bulletin", "a webinar"]  # type: ignore[arg-type]
    finally:
        pages._tell[:] = before
