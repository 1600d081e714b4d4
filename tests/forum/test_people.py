"""Each page refuses whom it is not for; whatever is sent is kept as words, or comes back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forum.support import ASK, GIFT, Person
from upstander.forum import board, contributions, requests, urls
from upstander.forum.models import Answer, Contribution, Request
from upstander.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-levels"), pytest.mark.req("S-roles")]
POST_ONLY = {"forum_withdraw_card", "forum_put", "forum_release", "forum_close", "forum_open_board"}
MEMBERS_ONLY = {"forum_contribute", "forum_requests", "forum_ask", "forum_my_card", "forum_withdraw_card"}
FIELDS = (
    "title text purpose legal_basis source originator why_named action_agency wanted kind level urgency source_kind useful topic"
    " press"
).split()
CODES = ("1", "2", "lesson", "information", "routine", "own", "third", "closed", "answered", "2031-01-01T10:00")


def addresses() -> list[tuple[str, str]]:
    """Every page of the room, about things that do not exist."""
    return [
        (str(pattern.name), reverse(str(pattern.name), kwargs={name: new_id() for name in pattern.pattern.converters}))
        for pattern in urls.urlpatterns
    ]


def sent(person: Person | None, name: str, address: str) -> int:
    client = person.client if person else Client()
    answer = client.post(address, {"press": str(new_id())}) if name in POST_ONLY else client.get(address)
    return int(answer.status_code)


def test_a_stranger_reads_nothing_but_how_to_sign_in(them):
    for name, address in addresses():
        answer = Client().get(address)
        assert answer.status_code in (302, 405) and "sign" in answer.get("Location", "sign"), name


def test_the_desk_is_the_staffs_and_what_is_a_members_own_is_the_members(them):
    for name, address in addresses():
        if address.startswith("/desk/"):
            assert sent(them.ana, name, address) == sent(them.cole, name, address) == 403, name
        if name in MEMBERS_ONLY:
            assert sent(them.sio, name, address) == 403, name


def test_what_does_not_exist_is_not_found_and_breaks_nothing(them):
    for name, address in addresses():
        for person in (them.ana, them.sio):
            assert sent(person, name, address) in (200, 302, 403, 404), name


def test_the_lists_cost_as_many_queries_with_many_rows_as_with_one(them):
    pages = {
        "ana": ("/forum/", "/forum/requests/", "/forum/threads/", "/forum/peers/"),
        "sio": ("/desk/forum/", "/forum/concerns/"),
    }

    def fill(n: int) -> None:
        with them.ana.acting() as ana:
            contributions.contribute(ana, contributions.Given(**GIFT), new_id())
            asked = requests.ask(ana, requests.Asked(**ASK), new_id())
            post = board.open_thread(ana, 1, "", f"T{n}", "x", new_id())
        with them.sio.acting() as sio:
            board.rule(sio, post.pk, "released", "", new_id())
            requests.put(sio, asked.pk, None)
            board.open_concern(sio, 1, f"C{n}", "", "", new_id())
            thread = post.thread_id
        with them.ben.acting() as ben:
            requests.answer(ben, asked.pk, requests.Said("x", 1, "own", "x"), new_id())
            board.say(ben, thread, "y", new_id())

    def cost() -> list[int]:
        found = []
        for name, listed in pages.items():
            for address in listed:
                with CaptureQueriesContext(connection) as caught:
                    getattr(them, name).get(address)
                found.append(len(caught))
        return found

    fill(0)
    cost()
    few = cost()
    for n in range(1, 6):
        fill(n)
    assert cost() == few


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.dictionaries(st.sampled_from(FIELDS), st.one_of(st.text(max_size=120), st.sampled_from(CODES))))
def test_whatever_is_sent_is_kept_as_words_or_comes_back(them, typed):
    with them.ben.acting() as ben:
        asked = requests.ask(ben, requests.Asked(**ASK), new_id())
    with them.sio.acting() as sio:
        requests.put(sio, asked.pk, them.ana.member.pk)
    for address, whole in (
        ("/forum/contribute/", GIFT), ("/forum/requests/new/", ASK), (f"/forum/requests/{asked.pk}/", {"source": "x"}),
        (f"/forum/requests/{asked.pk}/", {}), ("/forum/peers/mine/", {}),
    ):  # fmt: skip
        answer = them.ana.client.post(address, {"press": str(new_id()), "as_it_is": "on"} | whole | typed)
        assert answer.status_code in (302, 422), address
        if answer.status_code == 302:
            assert them.ana.client.get(answer["Location"]).status_code == 200
    found = {row.level for model in (Contribution, Request, Answer) for row in model.objects.all()}
    assert found <= {0, 1}, "a member of the lower level wrote above it"
    assert them.sio.client.get("/desk/forum/").status_code == 200
