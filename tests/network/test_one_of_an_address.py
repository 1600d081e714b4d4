"""Somebody sends two applications in and presses both links at the same moment: one of them stands (S-membership)."""

import re

import pytest
from django.test import Client

from tests.gatherings.test_race import at_once
from tests.network.applying import apply
from tests.network.support import make_sio, played
from upstander.ids import new_id
from upstander.network import applying, vetting
from upstander.network.errors import CannotDo
from upstander.network.models import Application, Inquiry

pytestmark = [pytest.mark.req("S-membership"), pytest.mark.usefixtures("network")]


def two_links() -> tuple[list[str], str]:
    """Of two applications of one address, and what the agreement is known by."""
    links = [apply(Client()) for _sent in range(2)]
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', Client().get(links[0]).content.decode())
    assert found
    return links, found[1]


@pytest.mark.django_db(transaction=True)
def test_two_applications_of_one_address_are_confirmed_at_once_and_one_stands():
    links, digest = two_links()

    def presses(link: str):
        return lambda: applying.confirm(link.split("/")[-2], new_id(), digest, "Dana Whitlock")

    assert at_once(*(presses(link) for link in links)) == []
    assert sorted(Application.objects.values_list("state", flat=True)) == ["new", "waiting"]
    assert Inquiry.objects.count() == 1, "one sponsor is asked, once"


def test_the_other_reads_in_words_that_one_is_enough_and_a_refused_one_is_not_opened_beside_it(db):
    (first, other), digest = two_links()
    browser, typed = Client(), {"press": str(new_id()), "digest": digest, "typed_name": "Dana Whitlock"}
    with played("network"):
        assert browser.post(first, typed).status_code == 302
        for answer in (browser.get(other), browser.post(other, {**typed, "press": str(new_id())})):
            words = answer.content.decode()
            assert answer.status_code == 409 and "You need no second application" in words and "was not taken" in words
    stands, refused = Application.objects.order_by("-state")
    assert stands.state == "waiting"
    Application.objects.filter(pk=refused.pk).update(state="refused")
    with pytest.raises(CannotDo, match="being looked at"):
        vetting.reopen(refused.pk, make_sio(), new_id())
