"""The client that other programmes use reads our collection over a real line, and finds what its level may see, and no more."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
import stix2
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import example, given, settings
from hypothesis import strategies as st
from taxii2client.common import TokenAuth
from taxii2client.exceptions import AccessError
from taxii2client.v21 import Collection, Server, as_pages

from tests.exchange.test_peers import bulletin
from tests.exchange.world import peer, staff
from tests.network.support import make_sio
from tests.support.browser import served
from upstander.audit.models import Entry
from upstander.exchange import outgoing, peers
from upstander.exchange.models import Peer, Shared
from upstander.exchange.taxii import MEDIA
from upstander.exchange.taxii_reading import Bad, collection_id, page
from upstander.ids import new_id
from upstander.markings import Level

TEXTS = {Level.OPEN: "Open words.", Level.FOUO: "Vetted words.", Level.LES: "Sworn words."}


@pytest.fixture
def sio(transactional_db, network) -> int:
    """The account of the SIO."""
    return make_sio().pk


@pytest.fixture
def house(sio) -> Iterator[str]:
    """The network's origin on a real line, with one bulletin at each level."""
    with staff():
        for level, text in TEXTS.items():
            outgoing.share(bulletin(level=level, paragraphs=(text,)), sio)
    with served(WSGIHandler()) as address:
        yield address


@pytest.fixture
def token_of(sio) -> Callable[[Level], str]:
    """A token of a peer that is entitled up to a level."""

    def made(level: Level) -> str:
        with staff():
            return peers.give_token(peer(sio, level, key=None, name=f"State of {level.name}").id, sio)

    return made


def collection(house: str, token: str) -> Collection:
    server = Server(f"{house}/taxii2/", user="peer", password=token)
    (root,) = server.api_roots
    (found,) = root.collections
    return found


@pytest.mark.req("S-states")
@pytest.mark.req("S-levels")
def test_each_peer_finds_one_collection_with_what_its_level_reads(house, sio, token_of):
    for level, text in TEXTS.items():
        found = collection(house, token_of(level))
        assert (found.can_read, found.can_write) == (True, False)
        envelope = found.get_objects()
        read = stix2.parse(
            {"type": "bundle", "id": f"bundle--{new_id()}", "objects": envelope["objects"]},
            allow_custom=False,
        )
        assert [one.description for one in read.objects if one.type == "report"] == [text]
        for word in set(TEXTS.values()) - {text}:
            assert word not in str(envelope)
        for other in Level:  # nor by asking for another level's collection by its address
            if other != level:
                for what in ("", "objects/", "manifest/"):
                    there = f"{house}/taxii2/exchange/collections/{collection_id(other)}/{what}"
                    assert requests.get(there, auth=("peer", token_of(level)), timeout=10).status_code == 404
    acts = Entry.objects.filter(act="exchange.collection_read")
    assert {one.detail["level"] for one in acts} == {0, 1, 2}  # who was given what is on the record


@pytest.mark.req("S-states")
def test_a_correction_is_found_by_what_was_added_since_and_a_recall_leaves_no_text(house, sio, token_of):
    theirs = collection(house, token_of(Level.FOUO))
    first = bulletin(level=Level.FOUO, paragraphs=("Vetted words.",))
    had = theirs.get_manifest()["objects"]
    since = max(one["date_added"] for one in had)
    assert "objects" not in theirs.get_objects(added_after=since)
    corrected = replace(
        first,
        version=2,
        state="corrected",
        paragraphs=("Better words.",),
        modified=first.modified + timedelta(minutes=1),
    )
    with staff():
        outgoing.share(corrected, sio)
    (report,) = theirs.get_objects(added_after=since)["objects"]
    assert (report["description"], report["type"]) == ("Better words.", "report")
    assert len(theirs.object_versions(report["id"])["versions"]) == 2
    assert [o["description"] for o in theirs.get_object(report["id"], version="first")["objects"]] == [
        "Vetted words."
    ]
    assert [o["description"] for o in theirs.get_object(report["id"])["objects"]] == ["Better words."]
    with staff():
        later = corrected.modified + timedelta(minutes=1)
        outgoing.share(replace(corrected, version=3, state="recalled", paragraphs=(), modified=later), sio)
    (left,) = theirs.get_object(report["id"], version="all")["objects"]
    assert left["revoked"] is True and "description" not in left


@pytest.mark.req("S-states")
def test_a_long_collection_is_read_by_pages_and_filtered(house, sio, token_of):
    with staff():
        for number in range(7):
            outgoing.share(bulletin(id=new_id(), level=Level.FOUO, title=f"Bulletin {number}"), sio)
    theirs = collection(house, token_of(Level.FOUO))
    pages = list(as_pages(theirs.get_objects, per_request=3))
    found = [one["id"] for envelope in pages for one in envelope.get("objects", ())]
    assert (
        len(pages) > 3 and len(found) == len(set(found)) == 11
    )  # eight reports, the programme, two markings
    assert {o["type"] for o in theirs.get_objects(type="report")["objects"]} == {"report"}
    assert "objects" not in theirs.get_objects(spec_version="2.0")


@pytest.mark.req("S-levels")
def test_without_a_live_token_there_is_nothing(house, sio, token_of):
    token = token_of(Level.LES)
    root = f"{house}/taxii2/"
    for shown in (
        {},
        {"Authorization": "Bearer upsx_wrong"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer " + "x" * 900},
    ):
        answer = requests.get(root, headers=shown, timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, MEDIA)
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert Server(root, auth=TokenAuth(token)).title
    held = {"Authorization": f"Bearer {token}"}
    statuses = {
        "another version": requests.get(
            root, headers={**held, "Accept": "application/taxii+json;version=3.0"}, timeout=10
        ).status_code,
        "written": requests.post(root, headers=held, json={}, timeout=10).status_code,
        "nowhere": requests.get(root + "other/", headers=held, timeout=10).status_code,
    }
    assert statuses == {"another version": 406, "written": 403, "nowhere": 404}
    there = f"{root}exchange/collections/{collection_id(Level.LES)}/objects/"
    for wrong in (
        "limit=0",
        "limit=-1",
        "limit=x",
        "added_after=yesterday",
        "next=%00",
        "match[version]=all,last",
        "match[id]=" + "a" * 200,
    ):
        assert requests.get(f"{there}?{wrong}", headers=held, timeout=10).status_code == 400, wrong
    Peer.objects.update(level=Level.OPEN)  # entitled to less, at this moment
    assert requests.get(there, headers=held, timeout=10).status_code == 404
    with staff():
        peers.end(Peer.objects.get().id, sio)
    assert requests.get(root, headers=held, timeout=10).status_code == 401
    with pytest.raises((AccessError, requests.HTTPError)):
        Server(root, user="peer", password=token).refresh()


words = st.text(max_size=30)


@pytest.mark.django_db
@settings(max_examples=100)
@example({"match[id]": "a\x00b"})
@example({"match[type]": "\x00"})
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "limit",
                "next",
                "added_after",
                "match[id]",
                "match[type]",
                "match[version]",
                "match[spec_version]",
            ]
        ),
        words,
    )
)
def test_any_filter_is_answered_or_refused(asked):
    from django.http import QueryDict

    given_filters = QueryDict(mutable=True)
    given_filters.update(asked)
    try:
        assert page(given_filters).rows == list(Shared.objects.none())
    except Bad as why:
        assert str(why)


@pytest.mark.django_db
def test_an_id_that_no_database_takes_is_not_there():
    from django.http import QueryDict

    assert page(QueryDict(), stix_id="report--\x00").rows == []
