"""A notice by text: nothing of the tip is in it; `1 CODE` from the contact's own number confirms it, and from no other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.actions.conftest import call_taker, new_tip, town  # noqa: F401 - fixtures
from tests.actions.test_judging import critical
from tests.inbound.test_texts import kannel, route, text
from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.actions import texted
from upstander.actions.models import Notice
from upstander.delivery import texting
from upstander.delivery.carriers.base import CarrierError
from upstander.directory.models import Contact, ContactPoint
from upstander.inbound import threads
from upstander.inbound.models import Prompt
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
PRINCIPAL, STRANGER = "+12175550177", "+12175550333"


@pytest.fixture
def notice(town, call_taker, new_tip) -> Notice:  # noqa: F811
    """The principal is told of a Critical; the number is theirs alone."""
    principal = town.contacts["principal"]
    ContactPoint.objects.filter(contact=principal, kind="phone").update(value="217-555-0177")
    critical(new_tip(town.school.pk, "He said SECRETWORD"), call_taker)
    return Notice.objects.get(contact=principal)


def test_it_says_what_is_asked_and_no_word_of_the_tip(notice, town):  # noqa: F811
    said = texted.render(notice.id)
    assert said.to == PRINCIPAL
    assert town.school.name in said.text and f"1 {texted.code_of(notice.id)}" in said.text
    assert "http" in said.text and "SECRETWORD" not in said.text


@pytest.mark.req("D-IV.A.2")
def test_the_code_from_their_own_number_confirms_it_and_it_is_owed_no_more(notice, as_login):  # noqa: F811
    tips = Tip.objects.count()
    kannel(f"1 {texted.code_of(notice.id).lower()}", PRINCIPAL)
    as_login("router")
    assert route() == "confirmed"
    notice.refresh_from_db()
    assert (notice.confirmed, notice.strength, notice.confirmed_as) == (True, "code", "self")
    assert texted.render(notice.id) is None
    assert Tip.objects.values("id").count() == tips, "it is no tip"


def test_who_writes_codes_at_random_has_us_read_ids_alone_however_many_notices_there_are(notice):
    with CaptureQueriesContext(connection) as asked:
        assert texted.confirm("AAAAA", STRANGER) == ""
    assert not [query["sql"] for query in asked if "directory_contact" in query["sql"]]


def test_thanks_go_in_the_contacts_language_for_a_code_tells_of_none(notice):
    Contact.objects.filter(pk=notice.contact_id).update(language="es")
    assert text(f"1 {texted.code_of(notice.id)}", PRINCIPAL) == "confirmed"
    assert [(said.text, said.language) for said in Prompt.objects.all()] == [("confirmed", "es")]


@pytest.mark.parametrize(
    ("said", "number"), [("1 {code}", STRANGER), ("1 AAAAA", PRINCIPAL), ("1", PRINCIPAL), ("{code}", PRINCIPAL)]
)
def test_anything_else_confirms_nothing_and_is_a_word_like_others(notice, said, number):
    assert text(said.format(code=texted.code_of(notice.id)), number) == "tip"
    notice.refresh_from_db()
    assert not notice.confirmed


def test_when_its_time_is_over_it_confirms_nothing(notice):
    Notice.objects.filter(id=notice.id).update(link_until=the_clock.now())
    assert text(f"1 {texted.code_of(notice.id)}", PRINCIPAL) == "tip"


def test_to_who_has_stopped_none_leaves(notice):
    text("STOP", PRINCIPAL)
    assert threads.wants_none(PRINCIPAL)
    with pytest.raises(CarrierError, match="stopped"):
        texting.compose(texted.render(notice.id), notice.id, "+1")


def test_a_contact_without_a_number_is_refused_at_our_own_door(notice):
    ContactPoint.objects.filter(contact=notice.contact, kind="phone").delete()
    with pytest.raises(CarrierError, match="address"):
        texting.compose(texted.render(notice.id), notice.id, "+1")


def test_the_mobile_number_goes_first(notice):
    ContactPoint.objects.create(contact=notice.contact, kind="phone", value="217-555-0188", label="mobile", position=5)
    assert texted.render(notice.id).to == "+12175550188"
