"""Who is left out of a tip because it is about them does not find it at the school origin: list, page, count, link (D-II.A)."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.response.conftest import ADMINISTRATOR, END_USER, WORDS, enter
from tests.support.people import with_own_telephones
from tests.support.town import Town
from upstander.actions.links import token_for
from upstander.actions.models import Notice, Referral
from upstander.actions.services import Decision, Judging, judge
from upstander.audit.models import Entry as Audit
from upstander.directory.models import Contact, ContactPoint
from upstander.people import services as people
from upstander.response import queries, services
from upstander.response.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school"), pytest.mark.req("D-II.A")]
SCHOOL = "Millbrook High School"
PATHS = ("", "confirm", "follow-up", "ask", "outcome", "duties")


@pytest.fixture
def town(town: Town) -> Town:
    """With a counsellor who works for the school too, so that the school is told although its principal is not."""
    with_own_telephones(town)
    made = Contact.objects.create(
        listed_for=town.school, organisation=town.school, end_user_type="school", name="Sam Counsellor"
    )
    ContactPoint.objects.create(contact=made, kind="email", value="sam@prairie.example")
    town.contacts["school_counsellor"] = made
    return town


@pytest.fixture
def left_out(town, told, call_taker):
    """The bullying tip, known to everybody, turns out to be about the principal."""

    def decide(*contacts: Contact) -> None:
        chosen = frozenset(c.pk for c in contacts or (town.contacts["principal"],))
        judge(
            Judging(
                tip_id=told.tip_id, account_id=call_taker.pk, subtypes=("bullying",), in_progress=False,
                flags=("subject_is_poc",), narrative=WORDS, conflict=Decision(chosen, reason="It is about him."),
            )
        )  # fmt: skip

    return decide


def at(referral: Referral, *parts: str) -> str:
    return "/".join(["/tips", str(referral.pk), *parts, ""])


@pytest.mark.parametrize("known_by", ["address", "designation"])
def test_the_tip_was_there_and_is_gone_like_one_that_never_was(known_by, person, town, told, left_out):
    email = "okafor@prairie.example" if known_by == "address" else "private@elsewhere.example"
    contact = {} if known_by == "address" else {"contact_id": town.contacts["principal"].pk}
    principal = person(email, (town.school, END_USER), (town.school, ADMINISTRATOR), **contact)
    client, mine = enter(principal), told.referrals[SCHOOL]
    assert WORDS in client.get(at(mine)).content.decode()
    left_out()
    for path in PATHS:
        send = client.get if path == "" else client.post
        parts = [path] if path else []
        gone, never = send(at(mine, *parts), {"note-text": "x"}), send(at(Referral(pk=uuid4()), *parts), {})
        assert gone.status_code == never.status_code == 404
        assert gone.content == never.content
    for listed in ("/", "/?closed", "/?page=2"):
        page = client.get(listed).content.decode()
        assert mine.tip_number not in page and str(mine.pk) not in page and SCHOOL not in page
    assert queries.inbox(principal).count() == queries.visible(principal).count() == 0
    assert not Entry.objects.exclude(kind="read").exists()


def test_the_link_of_the_mail_that_they_had_opens_nothing_and_confirms_nothing(town, told, left_out):
    notice = Notice.objects.get(contact=town.contacts["principal"])
    address = f"/c/{token_for(notice.id)}/"
    assert Client().get(address).status_code == 200
    left_out()
    forged = Client().get(f"/c/{token_for(uuid4())}/")
    for answer in (
        Client().get(address),
        Client().post(address, {"self": "1"}),
        Client().post(address, {"name": "A B"}),
    ):
        assert answer.status_code == 404 and answer.content == forged.content
    assert Notice.objects.get(pk=notice.pk).confirmed_at is None
    assert Audit.objects.filter(act="notice.link_seen").count() == 1


def test_their_own_confirming_before_counts_no_more(person, town, told, left_out):
    sam = person("sam@prairie.example", (town.school, END_USER))
    notice = Notice.objects.get(contact=town.contacts["principal"])
    Client().post(f"/c/{token_for(notice.id)}/", {"self": "1"})
    assert queries.inbox(sam).get().somebody_has
    left_out()
    assert not queries.inbox(sam).get().somebody_has


def test_a_colleague_reads_on_and_can_confirm_for_nobody_who_is_left_out(person, town, told, left_out):
    sam = person("haas@prairie.example", (town.school, END_USER))  # listed, of another school
    left_out()
    mine = told.referrals[SCHOOL]
    page = enter(sam).get(at(mine)).content.decode()
    assert WORDS in page and "P. Okafor" not in page and "Sam Counsellor" in page
    theirs = Notice.objects.get(contact=town.contacts["principal"])
    with pytest.raises(services.CannotDo):
        services.confirm(sam, mine.pk, theirs.pk)
    assert services.confirm(sam, mine.pk).contact_id == town.contacts["school_counsellor"].pk


def test_an_organisation_that_knew_only_through_them_finds_it_no_more(person, town, told, left_out):
    officer = person("osei@police.example", (town.police, END_USER))
    chief = person("chief@police.example", (town.police, END_USER))
    left_out(town.contacts["officer"])
    assert not queries.visible(officer).exists() and not queries.visible(chief).exists()


def test_what_is_not_about_them_stays_theirs(person, town, told, tell_of, left_out):
    principal = person("okafor@prairie.example", (town.school, END_USER))
    other = tell_of(town.school)
    left_out()
    assert {r.tip_id for r in queries.visible(principal)} == {other.tip_id}


def test_all_of_it_with_the_school_origins_own_login(person, town, told, left_out, as_login):
    principal = person("okafor@prairie.example", (town.school, END_USER))
    sam = person("sam@prairie.example", (town.school, END_USER))
    left_out()
    mine, notice = told.referrals[SCHOOL], Notice.objects.get(contact=town.contacts["principal"])
    people.designate("system:test", sam.pk, town.district.pk, END_USER)
    as_login("school")
    client = enter(principal)
    assert client.get("/").status_code == 200 and client.get(at(mine)).status_code == 404
    assert Client().get(f"/c/{token_for(notice.id)}/").status_code == 404
    assert enter(sam).get(at(mine)).status_code == 200
    assert services.confirm(sam, mine.pk).confirmed


def test_a_designated_stranger_to_the_list_does_not_see_what_a_colleague_is_left_out_of(person, town, told, left_out):
    unlisted = person("private@elsewhere.example", (town.school, END_USER))
    officer = person("private@police.example", (town.police, END_USER))
    mine, theirs = told.referrals[SCHOOL], told.referrals[town.police.name]
    assert mine in queries.visible(unlisted) and theirs in queries.visible(officer)
    left_out()
    assert mine not in queries.visible(unlisted), "they may be the one whom it is about"
    assert theirs in queries.visible(officer), "of another organization"
