"""The number that is texted when something is urgent: sealed, confirmed by the code that came to it, ended by STOP."""

import re

import pytest
from django.db import DatabaseError, connection

from tests.circulation.conftest import TEXT, relayed, texted, work
from tests.circulation.test_pages import page_of, sent
from tests.network.support import client_for, make_member, played
from tests.products.conftest import HEAD, bulletin
from upstander.circulation import numbers
from upstander.circulation.models import Number
from upstander.delivery.models import Delivery
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member

pytestmark = pytest.mark.req("S-products")
NUMBER = "(217) 555-0142"


@pytest.fixture(autouse=True)
def by_text(network):
    """The practice system offers texts."""


def code_of(member: Member) -> str:
    """The code that was texted last."""
    said = [text for text in relayed(numbers.PURPOSE).values() if text.to == "+12175550142"]
    return re.search(r"\b[0-9]{6}\b", said[-1].text)[0]


def test_a_number_is_texted_after_its_code_was_written_and_not_before(out):
    member = make_member()
    browser = client_for(member)
    sent(browser, "/me/told/number/", do="ask", number=NUMBER)
    code = code_of(member)
    out(bulletin(urgent=True))
    assert not relayed(TEXT)
    wrong = "000000" if code != "000000" else "111111"
    assert "This is not the code" in sent(browser, "/me/told/number/", 422, do="confirm", code=wrong)
    sent(browser, "/me/told/number/", do="confirm", code=f" {code} ")
    assert "ends in 42" in page_of(browser, "/me/told/") and "555-0142" not in page_of(browser, "/me/told/")
    out(bulletin(urgent=True))
    (said,) = relayed(TEXT).values()
    assert said.to == "+12175550142" and HEAD not in said.text and "after sign-in" in said.text
    sent(browser, "/me/told/number/", do="end")
    out(bulletin(urgent=True))
    assert not relayed(TEXT) and not Number.objects.exists()


def test_a_code_is_good_for_five_tries_and_fifteen_minutes_and_five_a_day(clock):
    member = make_member()
    browser = client_for(member)
    sent(browser, "/me/told/number/", do="ask", number=NUMBER)
    code = code_of(member)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(numbers.TRIES):
        sent(browser, "/me/told/number/", 422, do="confirm", code=wrong)
    assert "not good any more" in sent(browser, "/me/told/number/", 422, do="confirm", code=code)
    sent(browser, "/me/told/number/", do="ask", number=NUMBER)
    code = code_of(member)
    clock(16 * 60)
    assert "not good any more" in sent(browser, "/me/told/number/", 422, do="confirm", code=code)
    for _ in range(numbers.A_DAY - 2):
        sent(browser, "/me/told/number/", do="ask", number=NUMBER)
    assert "as many codes" in sent(browser, "/me/told/number/", 422, do="ask", number=NUMBER)
    clock(2 * 86400)
    with played("worker"):
        numbers.clear()
    assert not Number.objects.exists()


def test_another_member_confirms_nothing_with_it(network):
    one, other = make_member(), make_member()
    sent(client_for(one), "/me/told/number/", do="ask", number=NUMBER)
    assert "not good any more" in sent(client_for(other), "/me/told/number/", 422, do="confirm", code=code_of(one))


def test_whoever_answered_stop_is_texted_no_more_and_reads_so(out):
    member = make_member()
    texted(member)
    out(bulletin(urgent=True))
    row = Delivery.objects.get(purpose=TEXT)
    Delivery.objects.filter(pk=row.pk).update(state="failed", last_error="stopped")
    with played("relay"):
        numbers.failed(row.pk)
    assert "answered STOP" in page_of(client_for(member), "/me/told/")
    out(bulletin(urgent=True))
    work()
    assert Delivery.objects.filter(purpose=TEXT).count() == 1


def test_no_digit_of_it_stands_in_any_table_and_the_network_cannot_open_it(out):
    member = make_member()
    texted(member)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM \"{table}\" t WHERE t::text LIKE '%5550142%'")
            assert cursor.fetchone() == (0,), table
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(Level.FOUO, member.pk):
        list(Number.objects.values_list("sealed_relay"))
