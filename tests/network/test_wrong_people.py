"""Nobody sees, does or finds out what is not theirs: strangers, applicants, sponsors, members, call-takers (S-membership)."""

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import get_resolver, set_urlconf
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from tests.network.applying import OFFICER, apply, approve, filled, link_in, mail_of, sign, tick_all, waiting
from tests.network.support import account, client_for, make_member, make_second, make_sio, played
from tests.people.test_walker import addresses
from upstander import clock as the_clock
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact, ContactPoint, Kind, Organisation
from upstander.ids import new_id
from upstander.network import applying, chores, rolls, walls
from upstander.network.applying import Given
from upstander.network.models import Application, Entitlement, Inquiry, Member, Signature
from upstander.people.middleware import OPEN
from upstander.people.models import Account

DAY = 86400
GIVEN = {
    "name": "Ida Berg", "telephone": "217-555-0100", "position": "Principal", "organisation_id": None, "organisation_name": "X",
    "sector": "k12", "discipline": "administrator", "agency_id": None, "agency_name": "", "regions": [], "wishes": ["consumer"],
    "topics": [], "sponsor_name": "Kim", "sponsor_email": "kim@list.example", "purpose": "",
}  # fmt: skip


@pytest.mark.req("S-membership")
def test_without_sign_in_only_what_is_on_the_list_answers(network):
    found = list(addresses(get_resolver("upstander.network.urls").url_patterns))
    open_here = {name for name in OPEN["network"] if name.startswith("network_")}
    assert {name for _, name in found} >= open_here, "a name on the list that no address has"
    for address, name in found:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            away = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
            assert away == (name not in open_here), (method, address, answer.status_code)


@pytest.mark.req("S-membership")
def test_the_staffs_pages_are_closed_to_members_and_to_call_takers(network):
    one = waiting(Client())
    other = make_member()
    for who in (make_member(level=2), account("Casey Lindgren", "call_taker"), account("Alex Brandt", "programme_admin")):
        browser = client_for(who)
        for path in (
            "/desk/members/", "/desk/members/all/", "/desk/members/lists/", f"/desk/members/{other.pk}/",
            f"/desk/members/applications/{one.pk}/", f"/desk/members/applications/{one.pk}.pdf",
        ):  # fmt: skip
            assert browser.get(path).status_code == 403, path
            if not path.endswith(".pdf"):
                assert browser.post(path, {"act": "approve", "press": str(new_id())}).status_code in (403, 405), path
        assert browser.post("/desk/members/all.csv", {}).status_code == 403
    assert Application.objects.get(pk=one.pk).state == "waiting"


@pytest.mark.req("S-membership")
def test_a_member_reads_nobody_elses_signature(network):
    me, other = make_member(), make_member()
    theirs = Signature.objects.get(member=other)
    assert client_for(me).get(f"/me/agreement/{theirs.pk}.pdf").status_code == 404
    assert client_for(make_sio("Sam Other")).get("/me/").status_code == 403, "who is no member has no such page"


@pytest.mark.req("S-membership")
def test_whoever_applies_cannot_see_who_is_a_member(network):
    member = make_member("Known Person")
    pages = []
    for email in (member.account.email, "new@switchgrass.example"):
        answer = Client().post("/apply/", filled(email=email))
        pages.append(answer.content.decode().replace(email, "X"))
    assert pages[0] == pages[1]
    rows = {a.email: a for a in Application.objects.all()}
    known = mail_of("network_confirm", rows[member.account.email].pk)
    assert "member already" in known.text and "/apply/confirm/" not in known.text
    assert "/apply/confirm/" in mail_of("network_confirm", rows["new@switchgrass.example"].pk).text


@pytest.mark.req("S-membership")
def test_a_second_application_of_the_same_address_is_told_so_and_waits_nowhere(network):
    one = waiting(Client())
    Client().post("/apply/", filled())
    assert "your application is being looked at" in mail_of("network_confirm").text
    assert Application.objects.filter(state="waiting").count() == 1
    assert Inquiry.objects.filter(application=one).count() == 1


@pytest.mark.req("S-membership")
def test_nobodys_mailbox_is_filled_from_here_and_a_flood_ends(network, monkeypatch):
    for _each in range(6):
        assert Client().post("/apply/", filled()).status_code == 200
    assert Delivery.objects.filter(purpose="network_confirm").count() == applying.MAILS_A_DAY
    monkeypatch.setattr(applying, "MOST_NEW", 3)
    late = Client().post("/apply/", filled(email="another@switchgrass.example"))
    assert late.status_code == 422 and "try again in an hour" in late.content.decode()
    assert "another@switchgrass.example" in late.content.decode(), "the form comes back filled"


@pytest.mark.req("S-membership")
def test_a_flood_shuts_out_no_school_and_is_over_after_an_hour(network, monkeypatch, clock):
    monkeypatch.setattr(applying, "MOST_NEW", 2)
    monkeypatch.setattr(applying, "MOST_OF_A_DOMAIN", 2)
    school = Organisation.objects.create(kind=Kind.SCHOOL, name="Lincoln Elementary", updated_at=the_clock.now())
    listed = Contact.objects.create(listed_for=school, organisation=school, end_user_type="school", name="Ida Berg")
    ContactPoint.objects.create(contact=listed, kind="email", value="Office@Lincoln.example")

    def comes(email: str) -> bool:
        with played("network"):
            return Client().post("/apply/", filled(email=email)).status_code == 200

    assert [comes(f"bot{n}@flood.example") for n in range(4)] == [True, True, False, False]
    assert comes("dana@lincoln.example"), "who writes from a school's own domain is counted with it"
    assert not comes("kim@elsewhere.example")
    assert comes("ida@lincoln.example") and not comes("bot@lincoln.example")
    clock(3601)
    assert comes("kim@elsewhere.example") and comes("bot@lincoln.example")


@pytest.mark.req("S-membership")
def test_who_confirms_and_who_stands_on_the_officers_list_fills_nothing(network, monkeypatch):
    monkeypatch.setattr(applying, "MOST_NEW", 2)
    for n in range(4):
        sign(Client(), apply(Client(), email=f"dana{n}@switchgrass.example"), "Dana Whitlock")
    assert Application.objects.filter(state="waiting").count() == 4
    now = the_clock.now()
    Application.objects.bulk_create([rolls._application(Given(**GIVEN | {"email": f"{n}@list.example"}), now) for n in range(5)])
    assert Client().post("/apply/", filled(email="kim@switchgrass.example")).status_code == 200


@pytest.mark.req("S-membership")
def test_what_stands_behind_a_plus_sign_fills_no_mailbox(network):
    for n in range(6):
        assert Client().post("/apply/", filled(email=f"dana+{n}@switchgrass.example")).status_code == 200
    assert Delivery.objects.filter(purpose="network_confirm").count() == applying.MAILS_A_DAY


@pytest.mark.req("S-membership")
def test_in_a_flood_what_nobody_confirmed_is_forgotten_after_a_day_and_the_officers_list_is_not(network, monkeypatch, clock):
    monkeypatch.setattr(chores, "MOST_KEPT", 2)
    Application.objects.bulk_create([rolls._application(Given(**GIVEN | {"email": "ida@list.example"}), the_clock.now())])
    for n in range(3):
        apply(Client(), email=f"bot{n}@flood.example")
    clock(DAY + 60)
    apply(Client(), email="kim@elsewhere.example")
    with played("worker"):
        while chores.turn():
            pass
    assert set(Application.objects.values_list("email", flat=True)) == {"ida@list.example", "kim@elsewhere.example"}


@pytest.mark.req("S-membership")
def test_a_form_that_is_pressed_twice_is_one_application(network):
    form = filled()
    for _twice in range(2):
        assert Client().post("/apply/", form).status_code == 200
    assert Application.objects.count() == 1 == Delivery.objects.filter(purpose="network_confirm").count()


@pytest.mark.req("S-membership")
def test_links_open_for_whom_they_were_mailed_once_and_not_for_ever(network, clock):
    browser = Client()
    path = apply(browser)
    assert browser.get("/apply/confirm/nothing/").status_code == 404
    assert browser.get(path[:-3] + "x/").status_code == 404
    wrong = browser.post(path, {"press": str(new_id()), "digest": "0" * 64, "typed_name": "Dana Whitlock"})
    assert wrong.status_code == 422 and "has changed" in wrong.content.decode()
    one = sign(browser, path, "Dana Whitlock")
    assert "It is being looked at" in browser.get(path).content.decode()
    asked = link_in(mail_of("network_inquiry").text)
    yes = {"knows": "yes", "holds": "no", "address": "yes", "by": "Ida Berg"}
    assert browser.post(asked, {**yes, "by": ""}).status_code == 422
    assert browser.post(asked.replace("/vouch/", "/confirm/"), yes).status_code == 404
    assert browser.post(asked, yes).status_code == 200
    assert browser.post(asked, {**yes, "holds": "yes"}).status_code == 404, "the first answer counts"
    assert not Inquiry.objects.get(application=one).vouched
    late = apply(browser, email="late@switchgrass.example")
    clock(8 * DAY)
    assert browser.get(late).status_code == 404
    assert mail_of("network_confirm") is None


@pytest.mark.req("S-membership")
def test_nobody_vets_whom_they_sponsor_and_nobody_is_both_persons(network):
    both = account("Bo Castellano", "sio", "stic_analyst")
    one = waiting(Client(), sponsor_email=both.email)
    mine, address = client_for(both), f"/desk/members/applications/{one.pk}/"
    mine.post(address, {"act": "tick", "code": "identity"})
    assert not one.ticks.exists(), "a sponsor looks at nothing"

    two = waiting(Client(), email="kim@switchgrass.example", name="Kim Sorensen")
    address = f"/desk/members/applications/{two.pk}/"
    for code in ("identity", "employer", "sponsor", "need", "agreement", "second_look"):
        mine.post(address, {"act": "tick", "code": code})
    assert not two.ticks.filter(code="second_look").exists()
    assert approve(two, mine).status_code == 200
    assert not Member.objects.exists()
    second = client_for(make_second())
    assert second.post(address, {"act": "tick", "code": "need"}).status_code == 200, "this is the officer's"
    second.post(address, {"act": "untick", "code": "identity"})
    assert two.ticks.filter(code="identity").exists(), "only who said it takes it back"
    second.post(address, {"act": "tick", "code": "second_look"})
    assert approve(two, second).status_code == 200 and not Member.objects.exists()
    assert approve(two, mine).status_code == 302
    assert approve(two, mine).status_code == 200 and Member.objects.count() == 1


@pytest.mark.req("S-levels")
def test_who_is_not_sworn_gets_les_by_no_way(network):
    sio, second = client_for(make_sio()), client_for(make_second())
    one = waiting(Client())
    address = f"/desk/members/applications/{one.pk}/"
    said = {"act": "agency", "press": str(new_id()), "said_by": "A friend", "how": "by telephone"}
    assert sio.post(address, said).status_code == 422
    tick_all(one, sio, second)
    approve(one, sio)
    member = Member.objects.get()
    assert set(member.entitlements.values_list("level", flat=True)) == {0, 1}
    with played("network"), walls.reading(walls.STAFF), pytest.raises(DatabaseError, match="LES is for the sworn"):
        Entitlement.objects.create(member=member, level=2, granted_by="x", starts_at=the_clock.now())


@pytest.mark.req("S-levels")
def test_a_sworn_applicant_without_the_agencys_word_is_not_approved(network):
    sio, second = client_for(make_sio()), client_for(make_second())
    one = waiting(Client(), **OFFICER)
    for code in ("sworn_status", "sworn_second"):
        for who in (sio, second):
            who.post(f"/desk/members/applications/{one.pk}/", {"act": "tick", "code": code})
    assert not one.ticks.exists(), "these are ticked by what the agency says"
    second.post(f"/desk/members/applications/{one.pk}/", {"act": "seen"})
    for code in ("identity", "employer", "sponsor", "need", "agreement"):
        sio.post(f"/desk/members/applications/{one.pk}/", {"act": "tick", "code": code})
    assert approve(one, sio).status_code == 200
    assert not Member.objects.exists() and not Account.objects.filter(email=one.email).exists()


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@pytest.mark.req("S-membership")
@tried(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(sorted(filled())), WORDS | st.lists(WORDS, max_size=3), max_size=8))
def test_whatever_is_typed_the_form_answers_and_comes_back_filled(network, data):
    set_urlconf("upstander.urls.network")
    sent = filled(press=str(new_id()), email=f"{new_id().hex}@switchgrass.example") | data
    answer = Client().post("/apply/", sent)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422 and answer.context["form"].errors and isinstance(sent["name"], str):
        assert answer.context["form"]["name"].value() == sent["name"]
