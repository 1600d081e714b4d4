"""The pages: a feed from its first file to what a member reads, a state from joining to its recall, and the wrong persons."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.samples import ATOM, cap
from tests.exchange.test_peers import bulletin, sent
from tests.exchange.world import LAKELAND, THEIRS, peer, source, staff
from tests.network.support import client_for, make_member, make_second, make_sio
from upstander.exchange import feeds, incoming, outgoing, package, sources
from upstander.exchange.models import Commitment, Item, Peer, Question, Received, Session, Source, Staged
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
FEED = {
    "name": "Emergency management", "address": "", "programme": "emergency_management", "minutes": "30", "level": "1",
    "topics": ["threats"],
}  # fmt: skip


def staged(page: bytes) -> str:
    found = re.search(rb'name="staged" value="([^"]+)"', page)
    assert found, page
    return found[1].decode()


@pytest.mark.req("S-mash")
def test_a_file_is_seen_then_kept_then_shared_and_a_member_reads_what_it_means():
    sio = client_for(make_sio())
    press = str(new_id())
    for _ in range(2):  # pressed twice: one feed
        made = sio.post("/desk/exchange/feeds/add/", {**FEED, "press": press})
    at = made["Location"]
    assert Source.objects.count() == 1
    seen = sio.post(at, {"do": "look", "file": SimpleUploadedFile("storm.cap", cap())})
    assert b"Winter storm on Tuesday morning" in seen.content and not Item.objects.exists()
    kept = sio.post(at, {"do": "keep", "staged": staged(seen.content)}, follow=True)
    assert b"1 item is new" in kept.content and not Staged.objects.exists()
    item = Item.objects.get()
    decide = f"/desk/exchange/items/{item.id}/"
    wrong = sio.post(decide, {"do": "share", "level": "1", "remark": "Plan a late start."})
    assert (
        wrong.status_code == 422
        and b"Choose at least one topic" in wrong.content
        and b"Plan a late start." in wrong.content
    )
    sio.post(
        decide,
        {
            "do": "share",
            "level": "1",
            "topics": ["threats"],
            "programmes": ["fire"],
            "remark": "Plan a late start.",
        },
    )
    reader = client_for(make_member(level=Level.FOUO))
    listed = reader.post("/exchange/", {"programme": "fire", "topic": "threats"})
    assert (
        b"Winter storm" in listed.content
        and b"Winter storm" not in reader.post("/exchange/", {"programme": "cyber"}).content
    )
    assert b"Plan a late start." in reader.get(f"/exchange/items/{item.id}/").content
    other = client_for(make_member(level=Level.OPEN))
    assert b"Winter storm" not in other.get("/exchange/").content
    assert other.get(f"/exchange/items/{item.id}/").status_code == 404
    sio.post(decide, {"do": "aside"})
    assert reader.get(f"/exchange/items/{item.id}/").status_code == 404


@pytest.mark.req("S-mash")
@pytest.mark.parametrize(
    ("given_", "said"),
    [({"text": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>'}, "declares a document type"),
     ({"text": "<html>Sign in</html>"}, "neither a CAP 1.2 alert"), ({}, "There is nothing in it"),
     ({"file": SimpleUploadedFile("x.xml", b"<a>" * 70)}, "nested deeper")],
)  # fmt: skip
def test_a_hostile_or_wrong_file_is_refused_beside_its_field_with_what_was_typed(given_, said):
    account = make_sio()
    with staff():
        feed = source(account.pk)
    answer = client_for(account).post(f"/desk/exchange/files/{feed.id}/", {"do": "look", **given_})
    assert answer.status_code == 422 and said in answer.content.decode()
    if "text" in given_:
        assert "&lt;" in answer.content.decode()  # what was pasted is there still, as text
    assert not Staged.objects.exists()


@pytest.mark.req("S-mash")
def test_markup_of_a_feed_is_shown_as_words_and_never_as_markup():
    account = make_sio()
    hostile = ATOM.replace(b'<title type="html">Phishing', b"<title>&lt;img src=x onerror=alert(1)&gt;")
    with staff():
        feed = source(account.pk)
        sources.bring(feed.id, feeds.read(cap(headline="&lt;b&gt;Bold&lt;/b&gt;")), account.pk)
    browser = client_for(account)
    shown = browser.post(f"/desk/exchange/files/{feed.id}/", {"do": "look", "text": hostile.decode()}).content
    assert b"<img" not in shown and b"&lt;img" in shown
    assert b"&lt;b&gt;Bold" in browser.get("/desk/exchange/items/").content


@pytest.mark.req("S-states")
def test_a_state_joins_is_trusted_entitled_given_a_token_and_a_package_goes_both_ways():
    account = make_sio()
    sio = client_for(account)
    joined = sio.post(
        "/desk/exchange/states/join/",
        {
            "name": "Lakeland",
            "kind": "programme",
            "person": "Robin Ames",
            "email": "",
            "press": str(new_id()),
        },
    )
    at = joined["Location"]
    public = b64encode(package.public_of(LAKELAND)).decode()
    wrong = sio.post(at, {"do": "trust", "key": public, "read_out": "0" * 24})
    assert (
        wrong.status_code == 422
        and b"may be somebody else" in wrong.content
        and public.encode() in wrong.content
    )
    sio.post(at, {"do": "trust", "key": public, "read_out": THEIRS[:24]})
    sio.post(at, {"do": "entitle", "level": "1"})
    token = re.search(rb"upsx_[\w-]+", sio.post(at, {"do": "token"}).content)
    assert token and token[0] not in sio.get(at).content  # shown this once
    lakeland = Peer.objects.get()
    assert (lakeland.level, lakeland.fingerprint) == (Level.FOUO, THEIRS)
    first = bulletin()
    with staff():
        outgoing.share(first, account.pk)
    page = sio.get(at).content.decode()
    assert first.title in page
    made = sio.post(f"/desk/exchange/states/{lakeland.id}/package/{first.id}/")
    assert made["Content-Disposition"].startswith("attachment") and b"payloadType" in made.content
    assert sio.post(f"/desk/exchange/states/{lakeland.id}/package/{new_id()}/").status_code == 404

    theirs = bulletin(id=new_id(), title="From Lakeland")
    seen = sio.post("/desk/exchange/files/package/", {"do": "look", "text": sent(theirs).decode()})
    assert b"From Lakeland" in seen.content and not Received.objects.exists()
    sio.post("/desk/exchange/files/package/", {"do": "accept", "staged": staged(seen.content)})
    got = Received.objects.get()
    reader = client_for(make_member(level=Level.FOUO))
    assert b"FOR OFFICIAL USE ONLY // TLP:AMBER" in reader.get(f"/exchange/states/{got.id}/").content
    assert client_for(make_member(level=Level.OPEN)).get(f"/exchange/states/{got.id}/").status_code == 404
    recall = replace(
        theirs, version=2, state="recalled", paragraphs=(), modified=theirs.modified + timedelta(minutes=1)
    )
    with staff():
        incoming.accept(sent(recall), account.pk)
    assert b"recalled it" in reader.get(f"/exchange/states/{got.id}/").content
    refused = sio.post("/desk/exchange/files/package/", {"do": "look", "text": sent(theirs).decode()})
    assert refused.status_code == 422 and b"never replaces a newer" in refused.content
    sio.post(at, {"do": "end"})
    assert (
        b"has ended"
        in sio.post("/desk/exchange/files/package/", {"do": "look", "text": sent(recall).decode()}).content
    )


@pytest.mark.req("S-states")
def test_a_guest_asks_is_answered_promises_and_meets_the_others():
    account = make_sio()
    sio = client_for(account)
    with staff():
        guest = peer(account.pk, Level.OPEN, key=None, name="Far State")
    at = f"/desk/exchange/states/{guest.id}/"
    press = str(new_id())
    for _ in range(2):
        sio.post(at, {"do": "ask", "text": "How do you vet officers?", "press": press})
    question = Question.objects.get()
    assert sio.post(at, {"do": f"answer:{question.id}", "text": " ", "press": press}).status_code == 422
    sio.post(at, {"do": f"answer:{question.id}", "text": "With two people.", "press": press})
    sio.post(
        at,
        {
            "do": "promise",
            "what": "Name an officer",
            "owner": "Ash Reyes",
            "due": "2027-01-31",
            "press": str(new_id()),
        },
    )
    promised = Commitment.objects.get()
    sio.post(at, {"do": f"fulfil:{promised.id}", "text": "Named.", "press": press})
    shown = sio.get(at).content.decode()
    assert "With two people." in shown and "Named." in shown
    meeting = {
        "title": "Vetting",
        "starts_at": "2027-02-01T10:00",
        "where": "By video",
        "agenda": "Two people",
    }
    sio.post("/desk/exchange/forum/", {**meeting, "peers": [str(guest.id)], "press": str(new_id())})
    session = Session.objects.get()
    sio.post(f"/desk/exchange/forum/{session.id}/", {"text": "We agreed.", "press": press})
    assert b"We agreed." in sio.get(f"/desk/exchange/forum/{session.id}/").content
    assert sio.post(at, {"do": "answer:nothing", "text": "x", "press": press}).status_code == 404


@pytest.mark.req("S-states")
def test_the_starter_kit_is_one_file_with_plan_agreement_and_pack():
    sio = client_for(make_sio())
    assert b"The first year" in sio.get("/desk/exchange/starter-kit/").content
    kit = ZipFile(BytesIO(sio.get("/desk/exchange/starter-kit/kit.zip").content))
    assert {"README.txt", "agreement.txt", "pack/pack.toml"} <= set(kit.namelist())


ADDRESSES = sorted(
    "/" + re.sub(r"<uuid:\w+>", str(UUID(int=7)), str(entry.pattern))
    for entry in get_resolver("upstander.exchange.urls").url_patterns
    if not str(entry.pattern).startswith("taxii2")
)


@pytest.mark.req("S-membership")
def test_a_member_sees_no_page_of_the_staff_and_a_stranger_none_at_all():
    member, second, nobody = (
        client_for(make_member(level=Level.LES, sworn=True)),
        client_for(make_second()),
        Client(),
    )
    assert len(ADDRESSES) > 12
    for address in ADDRESSES:
        for method in ("get", "post"):
            assert getattr(nobody, method)(address).status_code == 302, address
            answer = getattr(member, method)(address)
            assert answer.status_code in ((403, 405) if address.startswith("/desk/") else (200, 404, 405)), (
                address
            )
    for address in (
        "/desk/exchange/states/join/",
        f"/desk/exchange/states/{UUID(int=7)}/",
        "/desk/exchange/forum/",
    ):
        assert second.get(address).status_code == 403, (
            address
        )  # with whom we exchange, and what, is the SIO's
    assert second.get("/desk/exchange/items/").status_code == 200


@pytest.fixture
def known() -> tuple[Client, UUID, UUID]:
    """The SIO's browser, a feed and a peer."""
    account = make_sio()
    with staff():
        return client_for(account), source(account.pk).id, peer(account.pk).id


NAMES = st.sampled_from(["do", "staged", "text", "page", "programme", "topic", "level", "name", "key"])


@pytest.mark.req("S-mash")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.dictionaries(NAMES, st.text(max_size=40)))
def test_whatever_is_posted_or_asked_no_page_breaks(known, asked):
    browser, feed_id, peer_id = known
    desk = "/desk/exchange"
    for address in ("feeds/add/", f"files/{feed_id}/", "files/package/", f"states/{peer_id}/"):
        assert browser.post(f"{desk}/{address}", asked).status_code < 500
    for address in ("/exchange/", f"{desk}/items/"):
        assert browser.get(address, asked).status_code == 200
