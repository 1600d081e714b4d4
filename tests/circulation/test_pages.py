"""A member's pages, what answers by a token alone, and the officer's pages; without a script; wrong persons and wild input."""

import io
import json
import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pypdf
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.circulation.conftest import MAIL, PUSH, copies_of, relayed, to, work
from tests.network.support import account, client_for, entitle, make_member, make_second, played
from tests.products.conftest import (
    BULLETIN,
    FOUO,
    HEAD,
    HEAD_LES,
    LES,
    OPEN,
    bulletin,
    product_of,
    text,
    title,
)
from tests.support.pushservice import Phone
from upstander import clock as the_clock
from upstander.circulation import queries
from upstander.circulation.models import Choice, Copy
from upstander.delivery.models import Delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.products import releasing

pytestmark = pytest.mark.req("S-products")
ATOM = "{http://www.w3.org/2005/Atom}"


def page_of(browser: Client, address: str, status: int = 200) -> str:
    with played("network"):
        answer = browser.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return unescape(answer.content.decode())


def sent(who: Client, address: str, status: int = 302, **given: object) -> str:
    with played("network"):
        answer = who.post(address, given)
    assert answer.status_code == status, (answer.status_code, unescape(re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())))
    return unescape(answer.content.decode())


def feed_of(member: Member) -> str:
    made = sent(client_for(member), "/me/told/feed/", 200, do="make")
    return re.search(r"/feed/[A-Za-z0-9_-]+\.atom", made)[0]


class TestAMembersPages:
    @pytest.mark.req("S-levels")
    def test_a_copy_stands_with_its_name_on_it_and_says_no_more_than_its_level(self, out):
        educator, officer = make_member("Ana Rivera"), make_member(level=Level.LES)
        out(bulletin(*BULLETIN, acknowledge=True))
        mine, theirs = copies_of(educator)[0], copies_of(officer)[0]
        browser = client_for(educator)
        listed = page_of(browser, "/received/")
        assert HEAD in listed and HEAD_LES not in listed and "Please say that you have read it" in listed
        shown = page_of(browser, f"/received/{mine.id}/")
        assert FOUO in shown and LES not in shown and f"Copy for Ana Rivera, number {mine.number}" in shown
        page_of(browser, f"/received/{theirs.id}/", 404)
        page_of(browser, f"/received/{theirs.id}/copy.pdf", 404)
        sent(browser, f"/received/{theirs.id}/read/", 404)
        sent(browser, f"/received/{mine.id}/read/")
        sent(browser, f"/received/{mine.id}/read/")
        assert "You said that you have read it" in page_of(browser, f"/received/{mine.id}/")
        assert list(Copy.objects.filter(read_at__isnull=False)) == [mine]
        assert LES in page_of(client_for(officer), f"/received/{theirs.id}/")

    @pytest.mark.req("S-levels")
    def test_on_paper_the_marking_stands_on_each_page_and_the_name_too(self, out):
        educator = make_member("Ana Rivera")
        out(bulletin(title(), *(text(f"{FOUO} " * 60, "fouo") for _ in range(12)), text(LES, "les"), title(HEAD_LES, "les")))
        mine = copies_of(educator)[0]
        with played("network"):
            answer = client_for(educator).get(f"/received/{mine.id}/copy.pdf")
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
        assert len(pages) > 1 and answer["Cache-Control"] == "no-store"
        for page in pages:
            assert page.count("FOR OFFICIAL USE ONLY") >= 2
            assert f"Copy for Ana Rivera, number {mine.number}" in " ".join(page.split())
            assert LES not in " ".join(page.split())

    def test_who_takes_a_copy_from_the_site_is_told_of_a_recall(self, out, sio):
        bored = make_member(topics=["narcotics"])
        release = out()
        browser = client_for(bored)
        sent(browser, f"/received/take/{product_of(release)}/")
        sent(browser, f"/received/take/{product_of(release)}/")
        sent(browser, f"/received/take/{new_id()}/", 404)
        assert [c.how for c in copies_of(bored)] == ["taken"]
        releasing.recall(product_of(release), sio.pk, new_id(), "Wrong person", "Destroy every copy.")
        work()
        assert "Destroy every copy." in to(relayed(MAIL))[bored.account.email].text
        gone = page_of(browser, f"/received/{copies_of(bored)[0].id}/")
        assert "Destroy every copy." in gone and OPEN not in gone
        taken, word = sorted(copies_of(bored), key=lambda copy: copy.made_at)
        told = page_of(browser, f"/received/{word.id}/")
        assert taken.number in told and word.number not in told, "the number is that of what they have, not of the recall's mail"

    def test_on_the_products_own_page_one_press_says_that_it_is_read_and_one_takes_the_paper(self, out, sio):
        bored = make_member("Bo Nakai", topics=["narcotics"])  # was sent nothing, and found it
        page = f"/products/{product_of(out(bulletin(acknowledge=True)))}/"
        browser = client_for(bored)
        assert "You are asked to say that you have read it" in page_of(browser, page)
        address = re.search(r'action="(/received/take/[^"]+)"', page_of(browser, page))[1]
        assert "/products/" in client_for(bored).post(address, {"do": "read"}).url
        mine = copies_of(bored)[0]
        told = page_of(browser, page)
        assert mine.read_at and "You said that you have read it" in told and f"the number {mine.number}" in told
        with played("network"):
            answer = browser.post(address, {"do": "pdf"}, follow=True)
        assert answer["Content-Type"] == "application/pdf" and len(copies_of(bored)) == 1
        assert "/received/take/" not in page_of(client_for(sio), page)  # the officer's page is no copy of anybody

    @pytest.mark.req("S-levels")
    def test_who_may_not_read_a_product_takes_no_copy_of_it_and_says_no_word(self, out):
        educator = make_member()
        officers = out(bulletin(title(HEAD_LES, "les"), text(LES, "les")))
        for do in ("read", "pdf", ""):
            sent(client_for(educator), f"/received/take/{product_of(officers)}/", 404, do=do)
        assert not copies_of(educator)

    def test_what_is_chosen_is_kept_and_a_wrong_number_stays_in_the_form(self, out):
        member = make_member()
        browser = client_for(member)
        wrong = sent(browser, "/me/told/number/", 422, do="ask", number="911")
        assert "No text can be sent" in wrong and 'value="911"' in wrong
        sent(browser, "/me/told/", told="daily", topics="threats")
        member.refresh_from_db()
        choice = Choice.objects.get(member=member)
        assert (member.told, member.topics) == ("daily", ["threats"])
        assert choice.newsletters_off_at is not None  # the box was left empty

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(wild=st.dictionaries(st.sampled_from("told topics number code do browser phone".split()), st.text(), max_size=5))
    def test_wild_input_is_an_answer_in_words_or_a_change_and_never_an_error(self, network, wild):
        member = Member.objects.first() or make_member()
        browser = client_for(member)
        for address in ("/me/told/", "/me/told/device/", "/me/told/feed/", "/me/told/number/", "/me/told/phone/"):
            with played("network"):
                assert browser.post(address, wild).status_code in (200, 302, 422), (address, wild)
        for address in (f"/unsubscribe/{wild.get('do', 'x')}/", f"/feed/{wild.get('do', 'x')}.atom"):
            with played("network"):
                assert Client().get(address.replace("?", "").replace("#", "")).status_code in (301, 400, 404)


class TestPhones:
    def test_a_phone_is_told_of_what_is_urgent_and_called_back_and_of_nothing_when_it_was_taken_away(self, out, sio):
        member, other = make_member(), make_member()
        browser, named = client_for(member), Phone("https://updates.push.services.mozilla.com/wpush/one").named
        on = {"do": "on", "endpoint": named.endpoint, "p256dh": named.p256dh, "auth": named.auth}
        assert "do not know" in sent(browser, "/me/told/device/", 422, **on | {"endpoint": "https://evil.example/"})
        known = json.loads(sent(browser, "/me/told/device/", 200, **on))["browser"]
        out()
        assert not relayed(PUSH, send=False)
        release = out(bulletin(urgent=True))
        assert [push.endpoint for push in relayed(PUSH).values()] == [named.endpoint]
        releasing.recall(product_of(release), sio.pk, new_id(), "Wrong", "Destroy it.")
        work()
        assert len(relayed(PUSH, send=False)) == 1
        sent(client_for(other), "/me/told/device/", do="off", browser=known)
        assert len(relayed(PUSH, send=False)) == 1  # not theirs to take away
        sent(browser, "/me/told/device/", do="off", browser=known)
        assert not relayed(PUSH, send=False)


class TestByATokenAlone:
    def test_a_newsletter_is_ended_by_one_post_and_by_no_look_and_only_for_whose_link_it_is(self, out):
        one, other = make_member(), make_member()
        out(bulletin(kind="newsletter_monthly"))
        mails = to(relayed(MAIL))
        headers = {m.pk: mails[m.account.email].headers for m in (one, other)}
        assert headers[one.pk]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        links = {pk: re.search(r"/unsubscribe/[^>]+", found["List-Unsubscribe"])[0] for pk, found in headers.items()}
        assert "one press" in page_of(Client(), links[one.pk]).lower()
        assert not Choice.objects.exclude(newsletters_off_at=None).exists()
        stranger = Client(enforce_csrf_checks=True)  # a mail program: no cookie, no token of a form
        sent(stranger, links[other.pk], 200, **{"List-Unsubscribe": "One-Click"})
        sent(client_for(one), links[other.pk], 200)  # forwarded, and pressed by somebody else who is signed in
        assert list(Choice.objects.exclude(newsletters_off_at=None).values_list("member", flat=True)) == [other.pk]
        page_of(Client(), links[other.pk][:-3] + "xx/", 404)
        out(bulletin(kind="newsletter_monthly"))
        out(bulletin(urgent=True))
        assert [len(copies_of(m)) for m in (one, other)] == [3, 2]
        mails = relayed(MAIL).values()
        assert all("List-Unsubscribe" not in mail.headers for mail in mails if mail.urgent)

    def test_who_ended_newsletters_while_one_waited_does_not_get_it(self, out):
        member = make_member()
        out(bulletin(kind="newsletter_monthly"))
        Choice.objects.update(newsletters_off_at=the_clock.now())
        assert not relayed(MAIL) and copies_of(member)

    @pytest.mark.req("S-levels")
    def test_a_feed_shows_what_its_member_may_read_at_that_moment_and_nothing_after_leaving(self, out, sio):
        member, officer = make_member(), make_member(level=Level.LES)
        _first, gone = out(), out(bulletin(title("Called back soon"), text("Soon gone.", "open")))
        releasing.recall(product_of(gone), sio.pk, new_id(), "Wrong", "Destroy it.")
        address, theirs = feed_of(member), feed_of(officer)
        with played("network"):
            answer = Client().get(address)
        assert answer["Cache-Control"].startswith("private")
        entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
        words = [entry.findtext(f"{ATOM}summary") for entry in entries]
        assert any(FOUO in said and said.startswith("<p><b>FOR OFFICIAL USE ONLY") for said in words)
        assert "<p><b>OPEN SOURCE</b></p><p>(OPEN) Destroy it.</p>" in words
        assert not any(LES in said or "Soon gone." in said for said in words)
        assert LES not in page_of(Client(), theirs) and HEAD_LES not in page_of(Client(), theirs)
        member.entitlements.update(ends_at=the_clock.now())
        entitle(member, Level.OPEN)
        assert FOUO not in page_of(Client(), address) and OPEN in page_of(Client(), address)
        Member.objects.filter(pk=member.pk).update(left_at=the_clock.now())
        page_of(Client(), address, 404)
        sent(client_for(officer), "/me/told/feed/", do="end")
        page_of(Client(), theirs, 404)


class TestTheOfficersPages:
    @pytest.mark.req("S-sio")
    def test_whom_it_went_to_in_counts_what_failed_and_who_has_not_confirmed_by_name(self, out, sio, clock):
        silent, officer, refused = make_member("Silent Sam"), make_member(level=Level.LES), make_member("Full Box")
        release = out(bulletin(urgent=True, acknowledge=True))
        relayed(MAIL)
        mail = Delivery.objects.filter(subject_id=copies_of(refused)[0].id)
        mail.update(state="failed", last_error="smtp-550")
        Delivery.objects.filter(state="sent").update(sent_at=the_clock.now() + timedelta(seconds=4))
        Copy.objects.filter(member=officer).update(read_at=the_clock.now())
        browser = client_for(sio)
        clock(31 * 60)
        everything = page_of(browser, "/desk/circulation/")
        assert "Silent Sam" in everything and HEAD_LES in everything and "Overdue" in everything
        shown = page_of(browser, f"/desk/circulation/{release.id}/")
        assert "Full Box" in shown and "smtp-550" in shown and "2 have not confirmed" in shown
        with played("network"), walls.reading(walls.STAFF):
            one = queries.measures(the_clock.now() - timedelta(days=1), the_clock.now())[0]
            assert (one.copies, one.sent, one.failed, one.read) == (3, 2, 1, 1)
            assert 0 < one.seconds_to_first <= one.seconds_to_last < 60
        number = copies_of(silent)[0].number
        assert "Silent Sam" in sent(browser, "/desk/circulation/", 200, q=number.lower()).split("Whose copy")[1]

    def test_of_a_recall_it_says_whom_no_mail_reaches(self, out, sio):
        left = make_member("Left Since")
        release = out()
        relayed()
        Delivery.objects.update(sent_at=the_clock.now())
        Member.objects.filter(pk=left.pk).update(state=Member.State.SUSPENDED)
        made = releasing.recall(product_of(release), sio.pk, new_id(), "Wrong", "Destroy it.")
        work()
        assert not relayed()
        assert "Left Since" in page_of(client_for(sio), f"/desk/circulation/{made.id}/")

    def test_nobody_else_opens_them(self, out):
        release = out()
        member, second = make_member(), make_second("Bea Quill")
        for address in ("/desk/circulation/", f"/desk/circulation/{release.id}/"):
            page_of(client_for(member), address, 403)
            page_of(client_for(account()), address, 403)
            page_of(Client(), address, 302)
            page_of(client_for(second), address)
        page_of(client_for(second), "/received/", 403)
        page_of(Client(), "/received/", 302)


def test_the_outbox_is_read_through_its_view_only(network):
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(walls.STAFF):
        connection.cursor().execute("SELECT purpose FROM delivery_delivery LIMIT 1")


@pytest.mark.req("S-levels")
def test_what_waits_for_its_hour_does_not_stand_on_sent_to_you(out, clock):
    member = make_member()
    first = out(bulletin(*BULLETIN))
    later = bulletin(title("Threats by telephone: called off"), *BULLETIN[1:])
    out(later, of=first.version, note="Called off.", note_marking="open", goes_at=the_clock.now() + timedelta(hours=2))
    page = page_of(client_for(member), "/received/")
    assert HEAD in page and "called off" not in page
    clock(2 * 3600 + 5)
    work()
    assert "called off" in page_of(client_for(member), "/received/")
