"""A peer's TAXII collection is read by the worker as a proposal; members read nothing that no person accepted (S-states)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from tests.exchange.test_peers import bulletin
from tests.exchange.world import THEIRS, member, peer, staff
from tests.network.support import client_for, make_member, make_second, make_sio, played
from tests.support.configured import put
from tests.support.https import Asked, Https, Said
from upstander import clock as the_clock
from upstander.exchange import collections, package, peers, polling, stix
from upstander.exchange.acting import CannotDo
from upstander.exchange.incoming import Looked
from upstander.exchange.models import Collection, Offer, Received
from upstander.exchange.polling import Found
from upstander.exchange.refusals import Refused
from upstander.exchange.taxii_fetch import MEDIA
from upstander.ids import new_id
from upstander.markings import Level
from upstander.people.models import Account

pytestmark = [pytest.mark.req("S-states"), pytest.mark.usefixtures("network")]
TOKEN, ADDED = "upsx_their-token", "2026-01-12T10:00:00.000000Z"


class Theirs:
    """The other programme's server: what lies in its collection, and how it answers."""

    def __init__(self) -> None:
        self.objects: list[dict] = []
        self.answer: Callable[[Asked], Said] | None = None

    def publishes(self, **more: object) -> None:
        made = stix.objects(bulletin(**more), THEIRS)
        self.objects += [msgspec.to_builtins(one) for one in made]

    def says(self, asked: Asked) -> Said:
        if self.answer is not None:
            return self.answer(asked)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}" or asked.headers.get("accept") != MEDIA:
            return Said(401)
        known = "identity" in asked.path
        found = [one for one in self.objects if (one["type"] in ("identity", "marking-definition")) == known]
        headers = () if known or not found else (("X-TAXII-Date-Added-Last", ADDED),)
        return Said(200, headers, msgspec.json.encode({"more": False, "objects": found}))


@pytest.fixture
def theirs() -> Theirs:
    return Theirs()


@pytest.fixture
def server(tmp_path, monkeypatch, theirs) -> Iterator[Https]:
    with Https(tmp_path, theirs.says) as running:
        put(monkeypatch, **running.settings)
        yield running


@pytest.fixture
def sio(network) -> int:
    return make_sio().pk


@pytest.fixture
def collection(server, sio) -> Collection:
    with staff():
        return collections.add(peer(sio).id, f"{server.url}/taxii2/x/collections/1", TOKEN, 60, sio, new_id())


def worked(row: Collection) -> Found | Refused:
    """As the worker does it: the chore begins an errand, and writes what it brought."""
    with played("worker"):
        Collection.objects.filter(pk=row.pk).update(next_at=the_clock.now() - timedelta(minutes=1))
        polling.turn()
        (errand,) = polling._under_way
        errand.join(10)
        polling.turn()
    row.refresh_from_db()
    return errand.found


def test_what_lies_in_a_peers_collection_is_a_proposal_until_a_person_accepts_it(theirs, collection, sio):
    theirs.publishes(title="Threats by telephone")
    assert isinstance(worked(collection), Found)
    assert (collection.last_code, collection.last_new, collection.left_out, collection.added_after) == ("ok", 1, 0, ADDED)
    offer = Offer.objects.get()
    for level in Level:
        with member(level):
            assert not Received.objects.exists()
            with pytest.raises(DatabaseError, match="permission denied"), atomic():
                Offer.objects.exists()
    with staff():
        looked = collections.look(offer)
        assert isinstance(looked, Looked) and looked.verdict == "new" and looked.bulletin.title == "Threats by telephone"
        assert isinstance(collections.accept(offer.id, sio), Looked)
        with pytest.raises(LookupError):
            collections.accept(offer.id, sio)
    with member(Level.FOUO):
        assert Received.objects.get().title == "Threats by telephone"
    worked(collection)
    assert collection.last_new == 0 and Offer.objects.count() == 1, "seen already"


def test_a_correction_and_a_recall_come_as_proposals_too_and_an_older_version_is_refused(theirs, collection, sio):
    first = bulletin()
    theirs.publishes()
    worked(collection)
    later = {"id": first.id, "version": first.version + 1, "modified": first.modified + timedelta(hours=1)}
    theirs.publishes(**later, state="recalled", paragraphs=(), remark="A drill.")
    worked(collection)
    old, new = Offer.objects.order_by("version")
    with staff():
        assert isinstance(collections.accept(new.id, sio), Looked)
        refused = collections.look(old)
        assert isinstance(refused, Refused) and refused.code == "rollback"
        collections.set_aside(old.id, sio)
    assert Received.objects.get().state == "recalled" and not Offer.objects.filter(state="new").exists()


def test_what_is_dated_in_the_future_is_refused_or_no_recall_of_it_would_ever_be_newer(theirs, collection, sio):
    now = the_clock.now()
    theirs.publishes(version=1, modified=now + package.SKEW + timedelta(minutes=1))
    assert isinstance(worked(collection), Found)
    with staff():
        refused = collections.accept(Offer.objects.get().id, sio)
        assert isinstance(refused, Refused) and refused.code == "future"
        assert not Received.objects.exists()


def test_what_another_programme_made_or_is_marked_above_what_was_agreed_is_not_kept(theirs, collection, sio):
    other = package.fingerprint(package.public_of(Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)))
    theirs.objects = [msgspec.to_builtins(one) for one in stix.objects(bulletin(), other)]
    found = worked(collection)
    assert isinstance(found, Found) and not found.offers and collection.left_out == 1 and collection.last_detail == "originator"
    theirs.objects = []
    theirs.publishes(level=Level.LES, markings=("LAW ENFORCEMENT SENSITIVE",))
    worked(collection)
    with staff():
        refused = collections.accept(Offer.objects.get().id, sio)
        assert isinstance(refused, Refused) and refused.code in ("level", "marking")
    assert not Received.objects.exists()


def _forged(theirs: Theirs, **changed: object) -> None:
    theirs.publishes()
    report = next(one for one in theirs.objects if one["type"] == "report")
    report.update(changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "Another title " * 40}, "stix"), ({"description": "<script>" + "x" * 500_000}, "stix"), ({"x_more": 1}, "stix"),
        ({"labels": ["state:published", "level:top"]}, "marking"),
        ({"object_marking_refs": [f"marking-definition--{new_id()}"]}, "marking"),
    ],
)  # fmt: skip
def test_a_report_that_says_what_such_a_programme_never_writes_is_left_out_with_a_reason(theirs, collection, changed, code):
    _forged(theirs, **changed)
    found = worked(collection)
    assert isinstance(found, Found) and not found.offers
    assert found.left_out and found.left_out[0].code == code and found.left_out[0].words
    assert not Offer.objects.exists()


def _body(data: bytes, status: int = 200, *headers: tuple[str, str]) -> Callable[[Asked], Said]:
    return lambda _asked: Said(status, headers, data)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (_body(b"", 401), "token"),
        (_body(b"", 500), "answer"),
        (_body(b"", 302, ("Location", "https://127.0.0.1/elsewhere")), "moved"),
        (_body(b'{"objects": [' + b" " * 4_000_000 + b"]}"), "too-large"),
        (_body(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "not-json"),
        (_body(b'{"objects": ' + b"[" * 100_000), "not-json"),
        (_body(b'{"more": true, "next": "again", "objects": [{"type": "x"}]}'), "endless"),
        (_body(b'{"more": "yes", "objects": {}}'), "not-json"),
        (lambda _asked: Said(None), "line"),
    ],
)
def test_a_hostile_answer_is_a_refusal_with_a_reason_and_keeps_what_was_there(theirs, collection, answer, code):
    theirs.answer = answer
    found = worked(collection)
    assert isinstance(found, Refused) and found.code == code and found.words
    assert (collection.last_code, collection.failed) == (code, 1) and not Offer.objects.exists()


@pytest.mark.req("S-levels")
def test_the_token_is_sealed_to_the_worker_and_ends_with_the_exchange(theirs, collection, sio):
    assert TOKEN.encode() not in bytes(collection.sealed_token)
    for level in Level:
        with member(level), pytest.raises(DatabaseError, match="permission denied"), atomic():
            Collection.objects.exists()
    with played("worker"):
        for wrong in (
            "UPDATE exchange_offer SET state = 'taken'", "SELECT bundle FROM exchange_offer", "DELETE FROM exchange_offer",
            "UPDATE exchange_collection SET address = 'x'", "SELECT count(*) FROM exchange_received",
        ):  # fmt: skip
            with pytest.raises(DatabaseError, match="permission denied"), atomic():
                connection.cursor().execute(wrong)
    with staff():
        peers.end(collection.peer_id, sio)
        collection.refresh_from_db()
        assert bytes(collection.sealed_token) == b"" and collection.paused
        with pytest.raises(CannotDo):
            collections.pause(collection.id, sio, paused=False)


def test_a_collection_needs_a_key_that_was_compared_and_an_address_of_the_open_internet(sio):
    with staff():
        stranger, friend = peer(sio, key=None, name="Nobody"), peer(sio)
        for who, address, token in (
            (stranger, "https://taxii.example.org/1/", TOKEN), (friend, "http://taxii.example.org/1/", TOKEN),
            (friend, "https://a:b@taxii.example.org/1/", TOKEN), (friend, "https://taxii.example.org/1/?x=1", TOKEN),
            (friend, "https://taxii.example.org/1/", "two words"), (friend, "https://taxii.example.org/1/", "a\nHost: b"),
        ):  # fmt: skip
            with pytest.raises(CannotDo):
                collections.add(who.id, address, token, 60, sio, new_id())
    assert not Collection.objects.exists()


def test_the_pages_are_the_officers_and_show_what_waits_and_why_something_was_refused(theirs, collection, sio):
    theirs.publishes(title="Threats by <b>telephone</b>")
    worked(collection)
    browser, second = client_for(Account.objects.get(pk=sio)), client_for(make_second())
    offer = Offer.objects.get()
    page = browser.get("/desk/exchange/collections/").content.decode()
    assert "Threats by" in page and TOKEN not in page and "1 new" in page
    assert "Threats by" in second.get("/desk/exchange/states/").content.decode()
    assert second.get("/desk/exchange/collections/").status_code == 403
    for level in Level:
        reader = client_for(make_member(level=level))
        for at in ("/desk/exchange/collections/", f"/desk/exchange/offers/{offer.id}/"):
            assert reader.get(at).status_code == reader.post(at, {"do": "accept"}).status_code == 403
    wrong = {"do": "add", "peer": str(collection.peer_id), "address": "http://x", "token": TOKEN, "press": str(new_id())}
    assert browser.post("/desk/exchange/collections/", wrong).status_code == 422
    assert browser.post("/desk/exchange/collections/", {"do": f"pause:{collection.id}"}).status_code == 302
    assert browser.post("/desk/exchange/collections/", {"do": "pause:x"}).status_code == 404
    one = browser.get(f"/desk/exchange/offers/{offer.id}/").content.decode()
    assert "Accept" in one and "<b>telephone" not in one
    assert browser.post(f"/desk/exchange/offers/{offer.id}/", {"do": "accept"}).status_code == 302
    assert browser.get(f"/desk/exchange/offers/{offer.id}/").status_code == 404
