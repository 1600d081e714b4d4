"""An organisation's administrator: its enrolment, its contacts, who reads. And the stranger, the neighbour,
the end-user.
"""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.response.conftest import ADMINISTRATOR, END_USER, enter
from tests.support.town import contact as list_contact
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.delivery.services import Mail
from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory.models import Contact, Enrolment
from upstander.directory.services.contacts import PUT_BACK
from upstander.people import access
from upstander.people import queries as people_queries
from upstander.people import services as accounts
from upstander.people.models import Account, Designation, Invitation
from upstander.response import invitation, queries
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school")]
REQUEST = {
    "requested_by": "Mo Field", "authority": "Superintendent",
    "contact_email": "mo@far.example", "contact_phone": "217-555-0130",
}  # fmt: skip
NEW = {
    "name": "Bo Vine", "role": "Dean", "end_user_type": "school", "language": "en",
    "phones": "217-555-0177\n217 555 0178", "emails": "bo@prairie.example",
}  # fmt: skip


@pytest.fixture
def dana(person, town) -> Account:
    return person("dana@prairie.example", (town.district, ADMINISTRATOR))


def at(place, *parts: object) -> str:
    return "/".join(["/organizations", str(place.pk), *map(str, parts), ""])


def test_an_administrator_sees_the_district_and_its_schools(dana, town):
    page = enter(dana).get("/organizations/").content.decode()
    assert town.district.name in page and town.school.name in page and town.other_school.name in page
    assert town.far_district.name not in page and town.private_school.name not in page


@pytest.mark.parametrize("who", ["neighbour", "end_user", "stranger"])
def test_nobody_else_sees_or_changes_anything(who, person, town, dana):
    if who == "stranger":
        client = Client()
    else:
        designated = (town.far_district, ADMINISTRATOR) if who == "neighbour" else (town.district, END_USER)
        client = enter(person("who@else.example", designated))
    someone = town.contacts["superintendent"]
    made = Designation.objects.get(account=dana)
    before = list(Contact.objects.order_by("pk").values()), list(Designation.objects.order_by("pk").values())
    for path in ("", "enrol", "contacts/new", f"contacts/{someone.pk}"):
        for place in (town.district, town.school):
            assert client.get(at(place, *filter(None, [path]))).status_code == (
                302 if who == "stranger" else 404
            )
    for path, data in {
        "enrol": REQUEST, "withdraw": {"sure": "on"}, "contacts/new": NEW, f"contacts/{someone.pk}": NEW,
        f"contacts/{someone.pk}/verify": {}, f"contacts/{someone.pk}/end": {},
        f"contacts/{someone.pk}/designate": {"email": "rivera@prairie.example"},
        f"designations/{made.pk}/end": {},
    }.items():  # fmt: skip
        assert client.post(at(town.district, path), data).status_code == (
            302 if who == "stranger" else 404
        ), path
    assert before == (
        list(Contact.objects.order_by("pk").values()), list(Designation.objects.order_by("pk").values())
    )  # fmt: skip
    assert Enrolment.objects.count() == 1 and Enrolment.objects.get().withdrawn_on is None


def test_a_contact_of_another_list_is_not_there(dana, town):
    foreign = list_contact(town.far_district, town.far_district, "district", "Far Away", "far@far.example")
    client = enter(dana)
    for parts in ((), ("verify",), ("end",), ("designate",)):
        answer = client.post(
            at(town.district, "contacts", foreign.pk, *parts), {**NEW, "email": "far@far.example"}
        )
        assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.name == "Far Away" and foreign.ended_on is None


@pytest.mark.req("D-II.B")
def test_a_contact_is_listed_changed_verified_and_ended(dana, town):
    client = enter(dana)
    assert client.post(at(town.school, "contacts", "new"), NEW).status_code == 302
    bo = Contact.objects.get(name="Bo Vine")
    assert [p.value for p in bo.points.order_by("kind", "position")] == [
        "bo@prairie.example", "217-555-0177", "217-555-0178",
    ]  # fmt: skip
    client.post(at(town.school, "contacts", bo.pk), {**NEW, "role": "Vice principal"})
    client.post(at(town.school, "contacts", bo.pk, "verify"))
    bo.refresh_from_db()
    assert bo.role == "Vice principal" and bo.verified_on
    client.post(at(town.school, "contacts", bo.pk, "end"))
    assert "Bo Vine" not in {poc.name for poc in directory.poc_list(town.school.pk)}


def test_bad_numbers_are_explained_and_the_words_stay(dana, town):
    answer = enter(dana).post(
        at(town.school, "contacts", "new"), {**NEW, "phones": "call me", "emails": "no"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "is not a telephone number" in page and "is not an e-mail" in page
    assert "call me" in page and 'value="Bo Vine"' in page
    assert not Contact.objects.filter(name="Bo Vine").exists()


def test_a_police_contact_names_an_agency_that_is_known(dana, town):
    client = enter(dana)
    officer = {**NEW, "name": "Of Ficer", "end_user_type": "law_enforcement"}
    for typed, said in (("", "Write for which agency"), ("Nowhere Police", "No agency of this name")):
        answer = client.post(at(town.district, "contacts", "new"), {**officer, "agency": typed})
        assert answer.status_code == 422 and said in answer.content.decode()
    client.post(at(town.district, "contacts", "new"), {**officer, "agency": "Millbrook Police"})
    assert Contact.objects.get(name="Of Ficer").organisation == town.police


@pytest.mark.req("D-II.B")
def test_all_that_is_wrong_with_a_contact_is_said_at_once(dana, town):
    wrong = {**NEW, "end_user_type": "law_enforcement", "agency": "", "phones": "call me\n217-555", "name": "B" * 400}
    answer = enter(dana).post(at(town.district, "contacts", "new"), wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write for which agency" in page
    assert "“call me” is not a telephone number" in page and "“217-555” is not a telephone number of ten digits" in page
    assert "At most 120 letters: these are 400." in page and "B" * 400 in page
    assert "maxlength" not in page, "a browser would cut what is pasted without a word"


@pytest.mark.req("D-II.B")
def test_taking_somebody_off_the_list_is_asked_first_said_and_undone(dana, town, told):
    client, officer = enter(dana), town.contacts["officer"]
    press(client, town, officer, "osei@police.example")
    end = at(town.district, "contacts", officer.pk, "end")
    assert end in client.get(at(town.district)).content.decode()
    asked = client.get(end).content.decode()
    assert "Take Officer Osei off the list?" in asked and "No, back" in asked
    officer.refresh_from_db()
    assert officer.ended_on is None, "a look changes nothing"
    after = client.post(end, follow=True).content.decode()
    assert "is off the list" in after and "Put Officer Osei back" in after
    again = client.post(at(town.district, "contacts", officer.pk, "back"), follow=True).content.decode()
    assert "is on the list again" in again and "Put Officer Osei back" not in again
    officer.refresh_from_db()
    assert officer.ended_on is None and Entry.objects.filter(act="directory.contact_put_back").count() == 1
    closed = Account.objects.get(email="osei@police.example").designations.get()
    assert closed.ends_at is not None, "what was closed stays closed"


@pytest.mark.req("D-II.B")
def test_nobody_puts_back_who_never_went_who_went_long_ago_or_a_neighbours(dana, town, person, clock):
    client, officer = enter(dana), town.contacts["officer"]
    back = at(town.district, "contacts", officer.pk, "back")
    assert client.post(back).status_code == 404
    client.post(at(town.district, "contacts", officer.pk, "end"))
    neighbour = enter(person("who@else.example", (town.far_district, ADMINISTRATOR)))
    assert neighbour.post(back).status_code == neighbour.post(back.replace("back", "end")).status_code == 404
    Contact.objects.filter(pk=officer.pk).update(ended_on=the_clock.today() - PUT_BACK - timedelta(days=1))
    assert "Put Officer Osei back" not in client.get(at(town.district)).content.decode()
    assert "cannot be put back" in client.post(back, follow=True).content.decode()


@pytest.mark.req("D-II.I")
def test_a_contact_is_designated_and_reads_what_was_passed_on(dana, town, told):
    client, officer = enter(dana), town.contacts["officer"]
    page = client.post(
        at(town.district, "contacts", officer.pk, "designate"), {"email": "osei@police.example"}
    )
    link = mailed_link()
    assert (
        "/set-up/" not in page.content.decode()
        and "sent a link to osei@police.example" in page.content.decode()
    )
    account = Account.objects.get(email="osei@police.example")
    made = account.designations.get()
    assert (made.organisation, made.within, made.contact_id) == (town.police, town.district, officer.pk)
    assert {r.scope.name for r in queries.visible(account)} == {"Millbrook Police"}
    assert b"Welcome, Officer Osei" in Client().get(link).content
    listed = client.get(at(town.district)).content.decode()
    assert "Officer Osei (osei@police.example)" in listed and "about your places" in listed


def test_only_an_address_that_is_listed_for_the_person_can_be_designated(dana, town):
    client, officer = enter(dana), town.contacts["officer"]
    page = client.post(
        at(town.district, "contacts", officer.pk, "designate"), {"email": "crony@evil.example"}, follow=True
    )
    assert b"Choose one of the e-mail addresses" in page.content
    assert not Account.objects.filter(email="crony@evil.example").exists()


def test_naming_the_address_of_an_account_in_use_gives_no_link_to_it(dana, town, person):
    person("rivera@prairie.example", (town.far_district, ADMINISTRATOR))
    before = Invitation.objects.count()
    someone = town.contacts["superintendent"]
    answer = enter(dana).post(
        at(town.district, "contacts", someone.pk, "designate"), {"email": "rivera@prairie.example"}
    )
    assert "/set-up/" not in answer.content.decode() and "is an account" in answer.content.decode()
    assert Invitation.objects.count() == before


def press(client: Client, town, contact, email: str) -> str:
    answer = client.post(at(town.district, "contacts", contact.pk, "designate"), {"email": email})
    return answer.content.decode()


def mails() -> list[Mail]:
    """What the relay would send now: every invitation that is owed and not void."""
    owed = Delivery.objects.filter(purpose="invitation", state="pending").order_by("created_at", "id")
    return [mail for mail in (invitation.render(d.subject_id) for d in owed) if mail]


def mailed_link() -> str:
    """The path of the link in the one mail that is not void."""
    (mail,) = mails()
    return re.search(r"/set-up/[\w-]+/", mail.text)[0]


def test_the_link_goes_to_the_account_s_own_address_and_to_nobody_else(dana, town):
    """Who sets up first the account of an officer whom districts share would read what each of them opens to it."""
    page = press(enter(dana), town, town.contacts["superintendent"], "rivera@prairie.example")
    token = mailed_link().split("/")[2]
    (mail,) = mails()
    assert (mail.to_address, token in page) == ("rivera@prairie.example", False)
    row = Invitation.objects.get(digest=hashlib.sha256(token.encode()).digest())
    assert token.encode() not in bytes(row.sealed_token)
    delivery = Delivery.objects.get(purpose="invitation")
    assert (delivery.subject_id, delivery.address_key) == (row.mail, f"account:{row.account_id}")
    assert token not in str(list(Entry.objects.values_list("detail", "object_id")))


def test_the_mail_is_written_in_the_language_that_is_listed_for_the_person(dana, town, clock):
    client, someone = enter(dana), town.contacts["superintendent"]
    press(client, town, someone, "rivera@prairie.example")
    (english,) = mails()
    assert english.subject.startswith("Set up your account") and "works once, until" in english.text
    Contact.objects.filter(pk=someone.pk).update(language="es")
    press(client, town, someone, "rivera@prairie.example")
    (spanish,) = mails()
    assert spanish.subject.startswith("Configure su cuenta") and someone.name in spanish.text
    days = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
    assert any(day in spanish.text for day in days) and "not known" not in english.text + spanish.text
    Contact.objects.filter(pk=someone.pk).update(language="zz")
    press(client, town, someone, "rivera@prairie.example")
    assert mails()[0].subject == english.subject, "a language that the pack lacks is English"


def test_a_sealed_token_opens_for_the_relay_only_and_in_its_own_mail_only(dana, town):
    client = enter(dana)
    for contact, email in (("superintendent", "rivera@prairie.example"), ("officer", "osei@police.example")):
        press(client, town, town.contacts[contact], email)
    one, other = Invitation.objects.filter(mail__isnull=False).order_by("pk")
    as_relay = keyring()
    assert as_relay.unwrap("relay", one.key_version, one.sealed_token, people_queries.token_place(one.mail))
    with pytest.raises(CannotOpen):
        as_relay.unwrap("relay", one.key_version, one.sealed_token, people_queries.token_place(other.mail))
    school = replace(as_relay, private={k: v for k, v in as_relay.private.items() if k[0] == "school"})
    with pytest.raises(CannotOpen):
        school.unwrap("relay", one.key_version, one.sealed_token, people_queries.token_place(one.mail))


@pytest.mark.parametrize("made_by", ["a neighbour", "the programme"])
def test_an_account_that_another_has_prepared_is_mailed_to_and_never_shown(dana, town, made_by):
    mail, actor = "rivera@prairie.example", "account:77" if made_by == "a neighbour" else "system:admin"
    prepared, token = accounts.create_account(actor, mail, "Rivera")
    accounts.designate(actor, prepared.pk, town.far_district.pk)
    page = press(enter(dana), town, town.contacts["superintendent"], mail)
    assert "/set-up/" not in page and "sent a link" in page
    assert [m.to_address for m in mails()] == [mail]
    assert accounts.invitation_for(token) is None, "the link that somebody else has seen is void"


def test_a_lost_mail_is_sent_anew_and_the_one_before_is_void(dana, town):
    client, someone = enter(dana), town.contacts["superintendent"]
    press(client, town, someone, "rivera@prairie.example")
    first = mailed_link()
    press(client, town, someone, "rivera@prairie.example")
    assert mailed_link() != first and Client().get(first).status_code == 410


def test_no_mail_for_a_link_that_was_used_is_over_or_leads_to_an_ended_account(dana, town, clock):
    press(enter(dana), town, town.contacts["superintendent"], "rivera@prairie.example")
    account = Account.objects.get(email="rivera@prairie.example")
    assert len(mails()) == 1
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert mails() == []
    Account.objects.filter(pk=account.pk).update(is_active=True)
    clock(3 * 86400 + 1)
    assert mails() == []
    clock(0)
    assert accounts.accept_invitation(mailed_link().split("/")[2], "seven quiet green boats")
    assert mails() == []


@pytest.mark.parametrize("who", ["staff", "an ended account"])
def test_staff_and_ended_accounts_are_sent_nothing(dana, town, who):
    found, _token = accounts.create_account("system:admin", "rivera@prairie.example", "Rivera")
    if who == "staff":
        accounts.grant_role("system:admin", found.pk, "sio")
    else:
        Account.objects.filter(pk=found.pk).update(is_active=False)
    page = press(enter(dana), town, town.contacts["superintendent"], "rivera@prairie.example")
    assert "/set-up/" not in page and "is an account" in page and mails() == []


def test_a_designation_ends_by_hand_and_with_the_contact(dana, town):
    client, someone = enter(dana), town.contacts["superintendent"]
    mail = {"email": "rivera@prairie.example"}
    client.post(at(town.district, "contacts", someone.pk, "designate"), mail)
    account = Account.objects.get(**mail)
    client.post(at(town.district, "designations", account.designations.get().pk, "end"))
    assert access.scopes(account) == ()
    client.post(at(town.district, "contacts", someone.pk, "designate"), mail)
    assert access.scopes(account) == (town.district.pk,)
    client.post(at(town.district, "contacts", someone.pk, "end"))
    assert access.scopes(account) == ()


def test_administrators_are_the_programme_s_to_end(dana, town):
    made = Designation.objects.get(account=dana)
    assert enter(dana).post(at(town.district, "designations", made.pk, "end")).status_code == 404
    assert access.administers(dana, town.district.pk)


@pytest.mark.req("D-II.B")
def test_a_district_asks_to_take_part_and_ends_it(person, town):
    boss = person("mo@far.example", (town.far_district, ADMINISTRATOR))
    client = enter(boss)
    missing = client.post(at(town.far_district, "enrol"), {**REQUEST, "authority": ""})
    assert missing.status_code == 422 and b'value="Mo Field"' in missing.content
    client.post(at(town.far_district, "enrol"), REQUEST)
    page = client.get(at(town.far_district)).content.decode()
    assert "asked for; the program verifies it" in page and "Not in the network" in page
    asked = Enrolment.objects.get(organisation=town.far_district)
    assert asked.verified_at is None and asked.active_from is None
    listing.verify_enrolment(asked.pk, "called the listed number", "account:1")
    listing.activate(asked.pk, asked.requested_at.date(), "account:1")
    client.post(at(town.far_district, "withdraw"), {})
    asked.refresh_from_db()
    assert asked.withdrawn_on is None
    client.post(at(town.far_district, "withdraw"), {"sure": "on"})
    asked.refresh_from_db()
    assert asked.withdrawn_on is not None


@pytest.mark.req("D-II.B")
def test_without_an_account_one_finds_one_s_district_and_asks(town):
    stranger = Client()
    page = stranger.post("/enrol/", {"q": "farfield"}).content.decode()
    assert f"/enrol/{town.far_district.pk}/" in page
    assert f'href="/enrol/{town.far_school.pk}/"' not in page, (
        "a public school takes part through its district"
    )
    answer = stranger.post(f"/enrol/{town.far_district.pk}/", REQUEST)
    assert b"We have your request" in answer.content
    assert directory.network_status(town.far_district.pk) == "out"
    asked = Enrolment.objects.get(organisation=town.far_district)
    listing.verify_enrolment(asked.pk, "called the listed number", "account:1")
    again = Client().post(f"/enrol/{town.far_district.pk}/", {**REQUEST, "requested_by": "Im Postor"})
    assert again.status_code == 422 and b"verified already" in again.content
    assert b"Im Postor" in again.content
    for absent in (town.police, town.far_school):
        assert stranger.get(f"/enrol/{absent.pk}/").status_code == 404
    assert "Nothing found" in stranger.post("/enrol/", {"q": "zzzzzz"}).content.decode()


def test_a_stranger_s_request_shuts_out_nobody(person, town):
    """They queue; the programme sees each and verifies one; enough strangers stop strangers, never an administrator."""
    place, stranger = town.far_district, {**REQUEST, "requested_by": "Im Postor"}
    boss = enter(person("mo@far.example", (place, ADMINISTRATOR)))
    for _n in range(20):
        assert Client().post(f"/enrol/{place.pk}/", stranger).status_code == 200
    flood = Client().post(f"/enrol/{place.pk}/", stranger)
    assert flood.status_code == 422 and b"please call the desk" in flood.content
    assert f"/organizations/{place.pk}/enrol/" in boss.get(at(place)).content.decode()
    assert boss.post(at(place, "enrol"), REQUEST).status_code == 302
    waiting = [e for e in directory.enrolments_waiting() if e.organisation_id == place.pk]
    assert len(waiting) == 21 and waiting[-1].requested_by == "Mo Field"
    listing.verify_enrolment(waiting[-1].id, "called the listed number", "account:1")
    with pytest.raises(listing.NotNow, match="verified already"):
        listing.verify_enrolment(waiting[0].id, "by mistake", "account:1")
    listing.activate(waiting[-1].id, the_clock.today(), "account:1")
    found = directory.enrolment_of(place.pk)
    assert (found.id, found.state) == (waiting[-1].id, "active")


def test_what_is_left_empty_is_asked_for_in_plain_words(dana, town):
    asked = Client().post(f"/enrol/{town.private_school.pk}/", {}).content.decode()
    listed = enter(dana).post(at(town.school, "contacts", "new"), {}).content.decode()
    assert "Write your name." in asked and "with whose authority" in asked and "Write the person&#x27;s name." in listed
    assert "This field is required" not in asked + listed


def test_a_private_school_asks_for_itself(town):
    answer = Client().post(f"/enrol/{town.private_school.pk}/", {**REQUEST, "contact_phone": "x"})
    assert answer.status_code == 422
    assert Client().post(f"/enrol/{town.private_school.pk}/", REQUEST).status_code == 200
