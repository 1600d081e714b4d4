"""The one door: what came in is stored whole, sealed, once, and opens only for those it is meant for."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upstander.intake import queries
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Message, Tip
from upstander.intake.services import (
    Contact,
    NoSuchReceipt,
    Refused,
    Submission,
    UnknownPlace,
    WeakKey,
    open_dialogue,
    receive,
)  # fmt: skip
from upstander.intake.submission import LIMITS, faults
from upstander.vault.envelope import CannotOpen
from upstander.vault.models import ReporterAddress, WrappedKey

pytestmark = pytest.mark.django_db

ALL = Contact(email="kid@example.org", phone="217-555-0199", name="Quiet Kid")


def every_row() -> bytes:
    """Every byte of every table, as a dump would hold it."""
    found = b""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += b"".join(row[0].encode() for row in cursor.fetchall())
    return found


@pytest.mark.req("D-II.E")
def test_what_was_told_opens_with_the_receipt_and_at_the_desk(tell):
    receipt = tell("He has a knife.", who="Sam", when="after lunch", place_text="the gym", weapon="yes")
    assert len(receipt.receipt) == 16 and not receipt.replayed
    mine = open_dialogue(receipt.receipt)
    assert [(u.field, u.text) for u in mine.said] == [
        ("text", "He has a knife."), ("who", "Sam"), ("when", "after lunch"), ("place", "the gym"),
    ]  # fmt: skip
    assert mine.number == receipt.number and mine.status == "received"
    assert [s.text for s in queries.dialogue(receipt.tip_id)] == [u.text for u in mine.said]
    assert queries.tip(receipt.tip_id).weapon == "yes"


def test_a_code_typed_carelessly_opens_too(tell):
    receipt = tell("words")
    assert open_dialogue(f" {receipt.receipt[:4].lower()} - {receipt.receipt[4:]}").number == receipt.number


@pytest.mark.req("D-II.F")
def test_nothing_that_was_typed_stands_in_any_table(tell):
    tell(
        "zebra-canary-text",
        who="zebra-canary-who",
        when="zebra-canary-when",
        place_text="zebra-canary-place",
        contact=ALL,
    )
    dump = every_row()
    assert b"web" in dump, "the search itself works"
    for word in (b"zebra-canary", b"kid@example.org", b"217-555-0199", b"Quiet Kid"):
        assert word not in dump and word.hex().encode() not in dump


def test_an_address_opens_for_the_relay_and_not_in_the_tip(tell):
    receipt = tell("words", contact=ALL)
    assert open_for_relay(receipt.tip_id) == ALL
    assert set(ReporterAddress.objects.get(holder=receipt.tip_id).kinds) == {"email", "phone", "name"}
    assert queries.tip(receipt.tip_id).wants_answer
    with pytest.raises(CannotOpen):
        open_for_relay(tell("no address").tip_id)


def test_danger_now_comes_before_the_others(tell):
    calm, danger = tell("a"), tell("b", danger_now=True)
    assert [row.id for row in queries.open_queue()] == [danger.tip_id, calm.tip_id]
    assert [row.rank for row in queries.open_queue()] == [5, 10]


def test_the_same_submission_again_is_the_same_tip(tell, key):
    k = key()
    first, again = tell("words", who="Sam", key=k), tell("words", who="Sam", key=k)
    assert again.replayed and (again.receipt, again.number, again.tip_id) == (
        first.receipt,
        first.number,
        first.tip_id,
    )
    assert Tip.objects.count() == 1 and Message.objects.count() == 2 and WrappedKey.objects.count() == 2


def test_another_page_language_does_not_make_a_second_tip(tell, key):
    k = key()
    assert tell("words", key=k, language="es").receipt == tell("words", key=k, language="en").receipt


def test_other_words_under_the_same_key_are_a_new_tip_that_remembers_the_first(tell, key):
    k = key()
    first, second = tell("one", key=k), tell("two", key=k)
    assert first.receipt != second.receipt and not second.replayed
    assert queries.tip(second.tip_id).same_key_as == first.tip_id
    assert open_dialogue(first.receipt).said[0].text == "one"
    assert open_dialogue(second.receipt).said[0].text == "two"


@pytest.mark.parametrize(
    "weak", ["", "short", "a" * 21, "0123456789abcdef0123456789abcde", "ü" * 30, "a" * 201, "a b" * 10]
)
def test_a_key_that_could_be_guessed_is_refused(tell, weak):
    with pytest.raises(WeakKey):
        receive(Submission(channel="api", text="words"), weak)
    assert Tip.objects.count() == 0


@pytest.mark.parametrize(
    "good", ["2b1f7c2e-7f0a-4c4b-9d0e-0f5f4e1c9b7a", "0123456789abcdef0123456789abcdef", "Zx-" * 8]
)
def test_a_key_of_128_bits_is_taken(good):
    assert receive(Submission(channel="api", text="words"), good).receipt


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""), ("text", " \n\x00"[:2]), ("text", "x" * (LIMITS["text"] + 1)), ("who", "x" * (LIMITS["who"] + 1)),
        ("weapon", "bazooka"), ("subtype", "no_such_kind"), ("channel", "pigeon"), ("contact", Contact(email="nobody")),
        ("contact", Contact(phone="no number")),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_by_field(field, value, key):
    given_values = {"channel": "web", "text": "words"} | {field: value}
    with pytest.raises(Refused) as refused:
        receive(Submission(**given_values), key())
    assert set(refused.value.fields) <= {field, "email", "phone"}
    assert all(str(words) for words in refused.value.fields.values())
    assert Tip.objects.count() == 0


def test_an_address_of_sixty_thousand_dots_is_too_long_and_is_not_looked_at_further():
    """Looking for the last dot among them would hold a process for a minute, and every phone with it."""
    found = faults(Submission(channel="web", text="x", contact=Contact(email="a@" + "." * 60_000 + "@")))
    assert "too long" in str(found["email"])


def test_a_place_must_be_one_that_a_tip_can_be_about(tell, school):
    from upstander import clock
    from upstander.directory.models import Organisation

    psap = Organisation.objects.create(kind="psap", name="911 Center", updated_at=clock.now())
    assert queries.tip(tell("words", place_id=school.id).tip_id).place_id == school.id
    for wrong in (psap.id, 2**62):
        with pytest.raises(UnknownPlace):
            tell("words", place_id=wrong)


@pytest.mark.parametrize("code", ["", "0000000000000000", "K7F29QPX3M", "x" * 500, "\x00", "🦓"])
def test_codes_that_open_nothing_are_alike(code, tell):
    tell("words")
    with pytest.raises(NoSuchReceipt):
        open_dialogue(code)


def test_an_expunged_tip_is_as_if_it_had_never_been(tell):
    from upstander.vault.services import expunge

    receipt = tell("words")
    expunge(receipt.tip_id)
    with pytest.raises(NoSuchReceipt):
        open_dialogue(receipt.receipt)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet=st.characters(), min_size=1, max_size=200).filter(
        lambda t: t.replace("\x00", "x").strip()
    ),
    who=st.text(alphabet=st.characters(), max_size=80),
    danger=st.booleans(),
)
def test_any_text_at_all_is_kept_as_it_was(tell, text, who, danger):
    opened = open_dialogue(tell(text, who=who, danger_now=danger).receipt)
    said = {u.field: u.text for u in opened.said}
    wanted = "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)
    assert said["text"] == wanted.replace("\r\n", "\n").strip()


def test_a_tip_is_one_statement(tell, django_assert_num_queries):
    tell("warm")
    with django_assert_num_queries(0):  # nothing beside the one prepared statement, which Django does not see
        tell("words", contact=ALL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("D-II.E")
def test_sixteen_reporters_at_once_never_collide(key):
    keys = [key() for _ in range(16)]

    def report(n: int) -> list[str]:
        try:
            return [
                receive(Submission(channel="api", text=f"words {n} {i}"), keys[n]).receipt for i in range(12)
            ]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        receipts = [code for batch in pool.map(report, range(16)) for code in batch]
    assert (
        len(set(receipts)) == 192 == Tip.objects.count() == Tip.objects.values("running").distinct().count()
    )
    assert open_dialogue(receipts[-1]).said[0].text == "words 15 11"


@pytest.mark.django_db(transaction=True)
def test_one_button_pressed_sixteen_times_at_once_is_one_tip(key):
    k = key()

    def press(_: int) -> str:
        try:
            return receive(Submission(channel="web", text="the same words", contact=ALL), k).receipt
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(press, range(16)))) == 1
    assert Tip.objects.count() == 1 and ReporterAddress.objects.count() == 1


def test_receiving_writes_nothing_into_the_logs(tell, caplog):
    caplog.set_level(logging.DEBUG)
    tell("zebra-canary", contact=ALL)
    assert "zebra-canary" not in caplog.text and "kid@example.org" not in caplog.text
