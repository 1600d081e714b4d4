"""Who came, certificates, feedback: three presses (S-measure, S-products)."""

import hashlib
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tests.gatherings.conftest import behind, published
from tests.network.support import client_for, make_member, make_sio
from upstander.audit.models import Entry
from upstander.gatherings import feedback, letters, seats
from upstander.gatherings.models import Certificate, Feedback, Registration
from upstander.markings import Level
from upstander.network import walls

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-products"), pytest.mark.usefixtures("network")]


@pytest.fixture
def over(at):
    """`over(member, …)`: a training that is over, in which they had seats."""

    def make(*members, **more):
        gathering = published(kind="training", title="Reunification, a whole day", **more)
        for one in members:
            with behind(one) as who:
                seats.register(gathering.id, who)
        at(gathering.ends_at + timedelta(minutes=5))
        return gathering

    return make


def mark(sio, gathering, came, shown):
    ids = {one.member_id: str(one.pk) for one in Registration.objects.all()}
    given = {"save": "1", "came": [ids[one.pk] for one in came], "shown": [ids[one.pk] for one in shown]}
    return sio.post(f"/desk/gatherings/{gathering.id}/attendance/", given)


def test_who_is_ticked_came_who_is_not_did_not_and_who_was_not_shown_stays(over):
    ana, ben, late = make_member("Ana Rivera"), make_member("Ben Osei"), make_member("Cleo Lind")
    gathering, sio = over(ana, ben, late), make_sio()
    browser = client_for(sio)
    page = browser.get(f"/desk/gatherings/{gathering.id}/attendance/").content.decode()
    assert page.index("Ana Rivera") < page.index("Ben Osei") < page.index("Cleo Lind")
    mark(browser, gathering, [late], [late])
    for _ in range(2):
        assert mark(browser, gathering, [ana], [ana, ben]).status_code == 302
    came = {row.member_id for row in Registration.objects.exclude(attended_at=None)}
    assert came == {ana.pk, late.pk}
    assert Registration.objects.get(member=ana).attended_by == sio.pk
    mark(browser, gathering, [], [ana])
    assert Registration.objects.get(member=ana).attended_at is None
    assert Entry.objects.filter(act="gatherings.attendance").count() == 3


def test_who_came_without_a_seat_is_found_by_name_and_marked_and_no_other(over):
    guest, poor = make_member("Dora Quinn"), make_member("Dora Quentin", level=None)
    gathering, browser = over(), client_for(make_sio())
    address = f"/desk/gatherings/{gathering.id}/attendance/"
    page = browser.post(address, {"q": "dora"}).content.decode()
    assert "Dora Quinn" in page
    for _ in range(2):
        assert browser.post(address, {"q": "dora", "member": str(guest.pk)}).status_code == 302
    assert Registration.objects.get(member=guest).state == "walked_in"
    assert browser.post(address, {"q": "dora", "member": str(poor.pk)}).status_code == 409
    assert Registration.objects.count() == 1
    assert browser.post(address, {"member": "nobody"}).status_code == 302


def test_the_sheet_to_sign_has_a_line_for_everybody_with_a_seat(over):
    ana, ben = make_member("Ana Rivera"), make_member("Ben Osei")
    gathering = over(ana, ben, capacity=1)
    page = client_for(make_sio()).get(f"/desk/gatherings/{gathering.id}/sheet/").content.decode()
    assert "Ana Rivera" in page and "Ben Osei" not in page and page.count("<tr>") == 1 + 1 + 8


def test_a_certificate_has_a_number_and_is_the_same_file_for_ever(over):
    ana = make_member("Ana Rivera")
    gathering, browser = over(ana), client_for(ana)
    address = f"/gatherings/{gathering.id}/certificate/"
    assert browser.post(address).status_code == 409 and browser.get(address).status_code == 404
    mark(client_for(make_sio()), gathering, [ana], [ana])
    first, second = browser.post(address), browser.post(address)
    assert first.status_code == 200 and first.content == second.content == browser.get(address).content
    found = Certificate.objects.get()
    assert hashlib.sha256(first.content).hexdigest() == found.sha256
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(first.content)).pages)
    assert "Ana Rivera" in text and f"C-{found.number:06}" in text and "Reunification, a whole day" in text
    assert (
        first.headers["Content-Disposition"] == f'attachment; filename="certificate-C-{found.number:06}.pdf"'
    )
    mark(client_for(make_sio("Other Officer")), gathering, [], [ana])  # what was certified stays
    assert Registration.objects.get().attended_at is not None
    page = client_for(make_sio("Third Officer")).get(f"/desk/gatherings/{gathering.id}/").content.decode()
    assert found.sha256 in page


@pytest.mark.req("S-levels")
def test_the_certificate_of_an_event_for_the_sworn_carries_its_marking_on_top_and_bottom(over):
    officer = make_member("Ola Reyes", level=Level.LES)
    gathering, browser = over(officer, level=Level.LES), client_for(officer)
    mark(client_for(make_sio()), gathering, [officer], [officer])
    pages = PdfReader(io.BytesIO(browser.post(f"/gatherings/{gathering.id}/certificate/").content)).pages
    label = letters.marking(Level.LES)
    assert label and all(" ".join(page.extract_text().split()).count(label) == 2 for page in pages)


def test_nobody_has_somebody_elses_certificate(over):
    ana, ben = make_member(), make_member()
    gathering = over(ana, ben)
    mark(client_for(make_sio()), gathering, [ana], [ana, ben])
    address = f"/gatherings/{gathering.id}/certificate/"
    client_for(ana).post(address)
    assert (
        client_for(ben).get(address).status_code == 404 and client_for(ben).post(address).status_code == 409
    )


@pytest.mark.req("S-measure")
def test_three_presses_say_how_it_was_and_a_later_one_replaces_the_first(over):
    ana, ben = make_member(), make_member()
    gathering, browser = over(ana, ben), client_for(ana)
    address = f"/gatherings/{gathering.id}/feedback/"
    for field, value in (("relevant", "no"), ("relevant", "yes"), ("timely", "partly"), ("use", "plan")):
        assert browser.post(address, {field: value}).status_code == 302
    browser.post(address, {"words": "  More <b>maps</b>, please.  "})
    client_for(ben).post(address, {"relevant": "partly"})
    one = Feedback.objects.get(member=ana)
    assert (one.relevant, one.timely, one.use, one.words) == (
        "yes",
        "partly",
        "plan",
        "More <b>maps</b>, please.",
    )
    with walls.reading(walls.STAFF):
        heard = feedback.heard(gathering.id)
    assert heard.people == 2 and heard.pressed["relevant"] == (("Yes", 1), ("Partly", 1))
    assert heard.pressed["use"] == (("I changed a plan", 1),)
    page = client_for(make_sio()).get(f"/desk/gatherings/{gathering.id}/").content.decode()
    assert "More &lt;b&gt;maps&lt;/b&gt;, please." in page
    for wrong in ({"relevant": "maybe"}, {"level": "0"}, {}):
        assert browser.post(address, wrong).status_code == 409


def test_who_had_no_seat_says_nothing_and_nobody_before_it_began():
    gathering, ana, ben = published(), make_member(), make_member()
    with behind(ana) as who:
        seats.register(gathering.id, who)
    for one in (ana, ben):
        answer = client_for(one).post(f"/gatherings/{gathering.id}/feedback/", {"relevant": "yes"})
        assert answer.status_code == 409
    assert not Feedback.objects.exists()
