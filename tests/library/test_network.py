"""The library at the network: members read it and suggest behind their wall; nobody reads what was suggested (R-library)."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.forum.conftest import them  # noqa: F401
from tests.network.conftest import network, walled  # noqa: F401
from upstander.ids import new_id
from upstander.library.models import Suggestion

pytestmark = [pytest.mark.django_db, pytest.mark.illinois, pytest.mark.req("R-library")]


def test_a_member_reads_the_library_and_suggests_behind_the_wall(them):  # noqa: F811
    assert "<title>Resources - " in them.ana.get("/resources/")
    sent = {"title": "A guide", "why": "Helps officers", "press": str(new_id())}
    for _ in range(2):
        assert b"A person will read it." in them.ana.client.post("/resources/suggest/", sent).content
    row = Suggestion.objects.get()
    assert (row.origin, row.account_id) == ("network", them.ana.account.pk)
    for other in (them.ana, them.cole, them.sio):
        with pytest.raises(DatabaseError), transaction.atomic(), other.acting():
            Suggestion.objects.count()


def test_a_stranger_is_asked_to_sign_in(network):  # noqa: F811
    for address in ("/resources/", "/resources/words/", "/resources/suggest/"):
        assert "/sign-in/" in Client().get(address)["Location"]
    Client().post("/resources/suggest/", {"title": "t", "why": "w", "press": str(new_id())})
    assert not Suggestion.objects.exists()
