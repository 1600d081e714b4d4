"""What a member keeps on a phone: what the pack lets them, as they may read it, until it is called back or nothing may
reach them; and by the phone's own mark nobody learns a word."""

import json
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.circulation.conftest import copies_of, work
from tests.circulation.test_pages import page_of
from tests.network.support import account, client_for, make_member, played
from tests.products.conftest import FOUO, HEAD, LES, OPEN, bulletin, product_of, text, title
from tests.support.pushservice import Phone as Browser
from upstander import clock as the_clock
from upstander.circulation import devices, keeping
from upstander.circulation.models import Device, Phone
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.products import releasing

pytestmark = pytest.mark.req("S-levels")


def kept(who: Client, id: UUID, status: int = 200, kind: str = "product", **given: str) -> dict:
    with played("network"):
        answer = who.post(f"/kept/{kind}/{id}/", given)
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    return json.loads(answer.content) if answer["Content-Type"] == "application/json" else {}


def contact(mark: str, held: dict[str, str], status: int = 200, **more: object) -> dict:
    """A phone asks; nobody is signed in on it."""
    body = json.dumps({"phone": mark, "held": held} | more)
    with played("network"):
        answer = Client(enforce_csrf_checks=True).post("/kept/contact/", body, content_type="application/json")
    assert answer.status_code == status, answer.content[:300]
    return json.loads(answer.content)


def held(said: dict, id: UUID, kind: str = "product") -> dict[str, str]:
    return {f"{kind}/{id}": said["item"]["digest"]}


def test_what_is_kept_is_marked_and_its_readers_and_what_is_les_is_refused(out):
    member, officer = make_member("Ana Rivera"), make_member(level=Level.LES)
    both, open_ = product_of(out()), product_of(out(bulletin(title(), text(FOUO, "fouo"))))
    said = kept(client_for(member), both)
    item = said["item"]
    assert item["banner"] == "FOR OFFICIAL USE ONLY" and item["title"].endswith(HEAD) and "Copy for Ana Rivera" in item["mark"]
    assert FOUO in json.dumps(said) and LES not in json.dumps(said) and copies_of(member)[0].number in item["mark"]
    refused = kept(client_for(officer), both, 422)
    assert "may not be kept" in refused["error"] and OPEN not in json.dumps(refused)
    assert "may not be kept" in page_of(client_for(officer), f"/received/{copies_of(officer)[0].id}/")
    assert FOUO in json.dumps(kept(client_for(officer), open_))  # FOUO throughout, whoever reads it


def test_the_wrong_person_keeps_nothing(out):
    id = product_of(out(bulletin(title("For officers", "les"), text(LES, "les"))))
    kept(client_for(make_member()), id, 404)
    kept(client_for(make_member(level=None)), id, 403)
    kept(client_for(account()), id, 403)
    kept(Client(), id, 302)
    kept(client_for(make_member()), new_id(), 404)
    kept(client_for(make_member()), id, 404, kind="nonsense")
    assert not Phone.objects.exists()


def test_at_its_next_contact_a_phone_hears_what_was_corrected_and_called_back_without_a_word(out, sio, second):
    member, stranger = make_member(), make_member()
    first, other = out(), out(bulletin(title("Another"), text(OPEN, "open")))
    one, two = product_of(first), product_of(other)
    said = kept(client_for(member), one)
    again = kept(client_for(member), two, phone=said["phone"])
    assert again["phone"] == said["phone"] and Phone.objects.count() == 1
    all_ = held(said, one) | held(again, two)
    assert set(contact(said["phone"], all_)["held"].values()) == {"same"}
    out(bulletin(title(), text("New words.", "open")), of=first.version, note="Corrected.", note_marking="open")
    releasing.recall(two, sio.pk, new_id(), "Wrong", "Destroy it.")
    work()
    heard = contact(said["phone"], all_)
    assert heard["held"] == {f"product/{one}": "changed", f"product/{two}": "gone"}
    assert heard["until"] > the_clock.now().timestamp() * 1000
    assert "New words." not in json.dumps(heard) and "Destroy" not in json.dumps(heard)
    with played("network"):
        now = client_for(member).get(f"/kept/product/{one}/", headers={"X-Phone": said["phone"]})
        assert "New words." in now.content.decode()
        assert client_for(member).get(f"/kept/product/{two}/", headers={"X-Phone": said["phone"]}).status_code == 404
        other_phone = client_for(stranger).get(f"/kept/product/{one}/", headers={"X-Phone": said["phone"]})
        assert other_phone.status_code == 404  # the mark is not theirs


def test_whom_nothing_may_reach_any_more_keeps_nothing_and_who_lost_a_level_loses_what_stood_there(out):
    officer, left = make_member(level=Level.LES), make_member()
    id = product_of(out(bulletin(title(), text(FOUO, "fouo"))))
    theirs, gone = kept(client_for(officer), id), kept(client_for(left), id)
    Member.objects.filter(pk=left.pk).update(state=Member.State.SUSPENDED)
    assert contact(gone["phone"], held(gone, id)) == {"wipe": True}
    officer.entitlements.update(level=Level.OPEN)
    assert contact(theirs["phone"], held(theirs, id))["held"] == {f"product/{id}": "gone"}
    assert contact("x" * 43, {}) == {"wipe": True} and contact("", {}) == {"wipe": True}
    contact("x", {"a": 1}, 400)


def test_a_lost_phone_is_emptied_from_elsewhere_by_its_owner_and_by_nobody_else(out):
    member, other = make_member(), make_member()
    id = product_of(out())
    said = kept(client_for(member), id)
    row = Phone.objects.get()
    with played("network"):
        client_for(other).post("/me/told/phone/", {"phone": row.pk})
        assert not contact(said["phone"], {})["wipe"]
        client_for(member).post("/me/told/phone/", {"phone": row.pk})
        assert "Is to be emptied" in page_of(client_for(member), "/me/told/")
        assert contact(said["phone"], held(said, id)) == {"wipe": True}
        assert "was told to remove everything, and asked since" in page_of(client_for(member), "/me/told/")
    anew = kept(client_for(member), id, phone=said["phone"])
    assert anew["phone"] != said["phone"], "what was emptied is another phone from then on"


def test_who_signs_out_or_takes_all_off_leaves_no_row(out):
    said = kept(client_for(make_member()), product_of(out()))
    assert contact(said["phone"], {}, bye=True) == {"wipe": True}
    assert not Phone.objects.exists()


def test_a_member_has_so_many_phones_and_no_more_and_reads_nobody_elses(out):
    member, id = make_member(), product_of(out())
    for _ in range(5):
        kept(client_for(member), id)
    assert "as many phones" in kept(client_for(member), id, 422)["error"]
    assert "Phone 1" not in page_of(client_for(make_member()), "/me/told/")


def test_who_keeps_it_has_a_copy_to_which_a_recall_goes(out, sio, second):
    bored = make_member(topics=["narcotics"])
    id = product_of(out())
    assert not copies_of(bored)
    said = kept(client_for(bored), id)
    assert copies_of(bored)[0].number in said["item"]["mark"]
    assert [copy.how for copy in copies_of(bored)] == ["taken"]


@pytest.mark.req("S-products")
def test_what_is_the_same_for_everybody_names_no_one_and_needs_no_sign_in(network):
    member = make_member("Ana Rivera")
    for address in ("/kept/", "/worker.js", "/app.webmanifest"):
        with played("network"):
            mine, theirs = client_for(member).get(address), Client().get(address)
        assert mine.status_code == 200 and mine.content == theirs.content and b"Rivera" not in mine.content
    page = page_of(Client(), "/kept/")
    assert "nothing is kept on this phone" in page


def test_a_browser_renews_where_its_pushes_go_by_its_mark_alone(network, settings):
    member = make_member()
    one, two = (Browser(f"https://updates.push.services.mozilla.com/wpush/{n}").named for n in ("one", "two"))
    id = devices.tell(member.pk, member.account_id, one)
    named = {"endpoint": two.endpoint, "p256dh": two.p256dh, "auth": two.auth}
    for mark, status in ((devices.mark(id), 204), (f"{id}:x", 422), ("", 422), (devices.mark(new_id()), 422)):
        with played("network"):
            assert Client(enforce_csrf_checks=True).post("/kept/renew/", {"mark": mark} | named).status_code == status
    with played("relay"):
        assert devices.opened(id).endpoint == two.endpoint
    assert Device.objects.count() == 1


def test_the_phones_of_others_are_refused_by_the_database_itself(out):
    member, other = make_member(), make_member()
    kept(client_for(member), product_of(out()))
    with played("network"), walls.reading(Level.FOUO, other.pk):
        assert not Phone.objects.exists()
        assert Phone.objects.update(ended_at=the_clock.now()) == 0
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE circulation_phone SET ended_at = NULL")


def test_what_is_nested_without_end_is_not_understood(network):
    for body in ("[" * 9_000, '{"phone":' + "[" * 9_000):
        answer = Client().post("/kept/contact/", body, content_type="application/json")
        assert answer.status_code == 400


def test_a_phone_asks_by_the_piece_and_what_is_not_looked_at_is_never_called_gone(out):
    id = product_of(out())
    said = kept(client_for(make_member()), id)
    piece = {f"product/{new_id()}": "0" * 32 for _ in range(keeping.MOST - 1)}
    heard = contact(said["phone"], piece | held(said, id))["held"]
    assert heard.pop(f"product/{id}") == "same" and set(heard.values()) == {"gone"} and len(heard) == keeping.MOST - 1
    for many in (keeping.MOST, 400):
        more = {f"product/{new_id()}": "0" * 32 for _ in range(many)}
        assert contact(said["phone"], held(said, id) | more, 413) == {"error": "ask about 60 items at once"}
