"""Search without plain text, by a worker that may be killed at any moment."""

import os
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from upstander.intake import queries, tokens, worker
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Message
from upstander.intake.services import Contact, Refused, close, reply, say, set_place
from upstander.ops import events
from upstander.vault.envelope import CannotOpen
from upstander.vault.models import SearchTokens
from upstander.vault.services import expunge


def numbers(rows):
    return [row.number for row in rows]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("He brought a KNIFE!", "knife"), ("el niño lloró en el baño", "NINO bano"), ("Straße", "strasse"),
        ("room 214b", "214B"), ("ﬁre alarm", "fire"), ("it's Zoë's phone", "zoe phone"),
    ],
)  # fmt: skip
def test_words_are_found_as_people_spell_them(typed, asked):
    assert tokens.words(asked) <= tokens.words(typed) and tokens.words(asked)


def test_the_commonest_words_are_left_out():
    assert tokens.words("I was with them and it is THE one; él y ella están aquí") == frozenset()


@given(st.text(max_size=200))
def test_any_text_gives_words_that_are_found_again(text):
    assert tokens.words(text) == tokens.words(" ".join(tokens.words(text)))


def test_hashes_fit_the_column_and_depend_on_the_key():
    hashes = tokens.hashed({"knife", "gun"})
    assert len(set(hashes)) == 2 and all(-(2**63) <= h < 2**63 for h in hashes)


@pytest.mark.django_db
def test_what_was_said_is_found_by_every_word_of_it_and_at_its_place(tell, school):
    a, b = tell("a knife in the locker", place_id=school.id), tell("a knife at home", who="Oskar")
    assert queries.search("knife") == [], "not before the worker has seen it"
    assert worker.tokenise() == 3 and worker.tokenise() == 0
    assert set(numbers(queries.search("knife"))) == {a.number, b.number}
    assert numbers(queries.search("locker Knife")) == [a.number]
    assert numbers(queries.search("oskar")) == [b.number]
    assert numbers(queries.search("knife", place_id=school.id)) == [a.number]
    assert queries.search("the and of") == queries.search("") == queries.search("locker oskar") == []
    assert len(queries.search("knife", limit=1)) == 1


@pytest.mark.django_db
def test_later_words_notes_and_a_new_place_are_found_too(tell, school):
    receipt = tell("first words")
    worker.tokenise()
    reply(receipt.receipt, "the rifle belongs to his uncle")
    say(receipt.tip_id, "note", "called dispatch", account_id=1)
    worker.tokenise()
    for words in ("first rifle uncle", "dispatch"):
        assert numbers(queries.search(words)) == [receipt.number]
    set_place(receipt.tip_id, school.id)
    assert numbers(queries.search("rifle", place_id=school.id)) == [receipt.number]
    assert SearchTokens.objects.count() == 1


@pytest.mark.django_db
def test_the_newest_are_found_first_and_the_old_ones_too(tell, monkeypatch):
    """With blocks of three tips of which two are looked through first."""
    monkeypatch.setattr(tokens, "BLOCK", 3)
    monkeypatch.setattr(tokens, "BLOCKS", 2)
    told = [tell(f"knife word{n}").number for n in range(14)]
    worker.tokenise()
    for limit in range(1, 15):
        assert numbers(queries.search("knife", limit=limit)) == told[: -limit - 1 : -1]
    assert numbers(queries.search("word0 knife")) == [told[0]]
    assert queries.search("word0 word1") == []


@pytest.mark.django_db
def test_the_token_table_holds_no_word(tell):
    tell("zebracanary zebracanary")
    worker.tokenise()
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM vault_search_tokens t")
        assert "zebra" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_an_expunged_tip_does_not_hold_the_others_up(tell):
    gone, kept = tell("gone words"), tell("kept words")
    expunge(gone.tip_id)
    assert worker.tokenise() == 2
    assert numbers(queries.search("words")) == [kept.number]


@pytest.mark.django_db
def test_a_damaged_message_does_not_hold_the_others_up(tell):
    bad, good = tell("bad words"), tell("good words")
    Message.objects.filter(tip_id=bad.tip_id).update(body=b"\x01\x01\x00\x00" + bytes(40))
    assert worker.tokenise() == 2
    assert numbers(queries.search("words")) == [good.number]


@pytest.mark.django_db
def test_the_house_is_told_of_a_tip_once(tell, monkeypatch):
    heard = []
    monkeypatch.setitem(events._handlers, "intake.tip_received", [lambda tip_id: heard.append(tip_id)])
    receipt = tell("words", who="Sam")
    worker.tokenise()
    reply(receipt.receipt, "more")
    worker.tokenise()
    assert heard == [receipt.tip_id]


@pytest.mark.django_db
def test_the_relays_copy_of_an_address_goes_some_days_after_closing(tell, clock):
    from upstander import clock as the_clock
    from upstander.intake.addresses import purge
    from upstander.packs.current import current

    contact = Contact(email="kid@example.org")
    receipt, still_open = tell("words", contact=contact), tell("others", contact=contact)
    close(receipt.tip_id, the_clock.now())
    days = current().limits.address_days
    clock((days - 1) * 86400)
    assert purge() == 0
    clock((days + 1) * 86400)
    assert purge() == 1 and purge() == 0
    with pytest.raises(CannotOpen):
        open_for_relay(receipt.tip_id)
    assert open_for_relay(still_open.tip_id) == contact


@pytest.mark.django_db
def test_a_word_from_the_reporter_opens_a_closed_tip_again(tell):
    from upstander import clock as the_clock

    receipt = tell("words")
    close(receipt.tip_id, the_clock.now())
    assert queries.open_queue() == [] and queries.tip(receipt.tip_id).status == "closed"
    with pytest.raises(Refused):
        reply(receipt.receipt, " ")
    assert reply(receipt.receipt, "it happened again")
    assert numbers(queries.open_queue()) == [receipt.number]
    assert queries.tip(receipt.tip_id).unread


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_finishes(tell):
    for n in range(40):
        tell(f"word{n} knife")
    settings = connection.settings_dict
    login = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}"
    dsn = f"postgresql://{login}@:{settings['PORT']}/{settings['NAME']}?host={quote(settings['HOST'])}"
    command = [
        sys.executable,
        "-c",
        "import django; django.setup(); from upstander.intake.worker import main; main()",
    ]
    environment = os.environ | {"UPSTANDER_DSN": dsn}
    first = subprocess.Popen(command, env=environment)
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    second = subprocess.Popen(command, env=environment)
    try:
        with connection.cursor() as cursor:  # the server waits for us: no polling here
            cursor.execute(
                "DO $$ BEGIN FOR i IN 1..400 LOOP EXIT WHEN NOT EXISTS"
                " (SELECT FROM intake_message WHERE NOT tokenised); PERFORM pg_sleep(0.05); END LOOP; END $$"
            )
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0, "it stops cleanly when asked to"
    assert len(queries.search("knife")) == 40
