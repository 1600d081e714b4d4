"""Each login may do what its process does, and nothing more (decisions 1 and 6)."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from tests.intake.reader import Reader
from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from upstander import clock
from upstander.config import config
from upstander.intake import queries, worker
from upstander.intake.addresses import open_for_relay, purge
from upstander.intake.models import Tip
from upstander.intake.services import (
    Contact,
    close,
    open_dialogue,
    reply,
    say,
    set_class,
    set_place,
    set_status,
    taken_up,
)
from upstander.ops.pulse import beat
from upstander.vault.keys import read
from upstander.vault.models import ReporterAddress

pytestmark = pytest.mark.django_db
CONTACT = Contact(email="kid@example.org")


def cannot(statement: str) -> bool:
    """Whether the database itself refuses the statement to the present login."""

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return refused(act)


def test_reporters_can_do_everything_that_their_pages_offer(web, school, as_login):  # noqa: F811
    as_login("public")
    page = Reader(web, "/tell/").press("next", danger="yes").press("next", text="words")
    page.press("search", place_text="lincoln").press("next", choice=str(school.id)).press("next", who="Sam")
    page.press("next", email="kid@example.org").press("send")
    assert page.heading() == "Received"
    page.press("news").press("reply", text="more words")
    assert "We have what you wrote." in page.text
    body = json.dumps({"text": "words", "school_id": school.id})
    headers = {"Idempotency-Key": "Zx-" * 8}
    for _ in range(2):
        answer = web.post("/api/v1/tips", body, content_type="application/json", headers=headers)
        assert answer.status_code == 201
    assert web.get("/api/v1/schools", {"q": "linc"}).json()["schools"]


def test_the_public_login_reads_nothing_that_a_dialogue_does_not_need(tell, as_login):  # noqa: F811
    tell("words", contact=CONTACT)
    as_login("public")
    for statement in (
        "SELECT klass FROM intake_tip", "SELECT weapon FROM intake_tip", "SELECT place_id FROM intake_tip",
        "SELECT * FROM intake_message", "SELECT sealed_relay FROM vault_reporter_address", "SELECT 1 FROM vault_search_tokens",
        "SELECT 1 FROM audit_entry", "UPDATE intake_tip SET rank = 99", "UPDATE intake_message SET body = ''",
        "DELETE FROM intake_tip", "DELETE FROM vault_wrapped_key", "UPDATE vault_wrapped_key SET wrapped = ''",
    ):  # fmt: skip
        assert cannot(statement), statement


def test_the_public_login_opens_tips_again_and_closes_none(tell, as_login):  # noqa: F811
    """Whoever captures that origin could else empty the desk's queue with one statement, and nobody would see it."""
    receipt = tell("words")
    Tip.objects.update(closed_at=clock.now(), status="closed")
    as_login("public")
    assert cannot("UPDATE intake_tip SET closed_at = now() + interval '1 day'")
    assert cannot("UPDATE intake_tip SET status = 'working'")
    assert reply(receipt.receipt, "once more")
    assert open_dialogue(receipt.receipt).status == "received"
    assert cannot("UPDATE intake_tip SET closed_at = now()")
    assert cannot("UPDATE intake_tip SET closed_at = NULL")
    assert cannot("UPDATE intake_tip SET status = 'closed'")
    assert cannot("UPDATE intake_tip SET rank = 0")


_WORD = """INSERT INTO intake_message (id, tip_id, at, sender, field, body, tokenised)
SELECT gen_random_uuid(), id, %s, 'reporter', '', '', false FROM intake_tip"""


@pytest.mark.parametrize("dated", ["2000-01-01", "2999-01-01"])
def test_the_public_login_hides_no_word_and_holds_no_tip_by_dating_a_word_back_or_ahead(
    tell,
    as_login,  # noqa: F811
    dated,
):
    receipt = tell("words")
    reply(receipt.receipt, "once more")
    written = Tip.objects.get().last_from_reporter_at
    assert written is not None
    beat("desk")
    as_login("public")
    for moment in (f"'{dated}'", "NULL"):
        assert cannot(f"UPDATE intake_tip SET last_from_reporter_at = {moment}")
    for count in ("words_added = 0", "words_read = words_added"):
        assert cannot(f"UPDATE intake_tip SET {count}")
    with connection.cursor() as cursor:
        cursor.execute(_WORD, [dated])
        cursor.execute("RESET ROLE")
    tip = Tip.objects.get()
    assert tip.words_added == 2 and tip.last_from_reporter_at is not None
    assert written <= tip.last_from_reporter_at <= clock.now() + timedelta(seconds=60)
    taken_up(receipt.tip_id, 2)
    found = queries.tip(receipt.tip_id)
    assert found is not None and not found.unread, "one act of the desk, and it waits no more"


def test_words_that_whoever_captured_the_public_login_adds_hide_none_of_the_others(tell, as_login):  # noqa: F811
    receipt = tell("words")
    as_login("public")
    with connection.cursor() as cursor:
        cursor.execute(_WORD, [clock.now()])
        cursor.execute("RESET ROLE")
    unreadable = "(This word cannot be read: it was damaged, or put here by somebody else.)"
    assert [s.text for s in queries.dialogue(receipt.tip_id)] == ["words", unreadable]
    assert [u.text for u in open_dialogue(receipt.receipt).said] == ["words", unreadable]


def test_the_desk_leads_the_dialogue_and_cannot_reach_an_address(tell, school, as_login):  # noqa: F811
    receipt = tell("words", contact=CONTACT)
    worker.tokenise()
    as_login("desk")
    say(receipt.tip_id, "desk", "Are you safe?", account_id=1)
    say(receipt.tip_id, "note", "a note", account_id=1, dedup="press")
    say(receipt.tip_id, "note", "a note", account_id=1, dedup="press")
    set_place(receipt.tip_id, school.id)
    set_class(receipt.tip_id, "standard", 30, clock.now())
    set_status(receipt.tip_id, "read")
    taken_up(receipt.tip_id, 0)
    assert [s.text for s in queries.dialogue(receipt.tip_id)] == ["words", "Are you safe?", "a note"]
    assert queries.search("words", place_id=school.id) and queries.open_queue()
    assert queries.earlier_at(school.id, clock.now()) and queries.by_number(receipt.number)
    close(receipt.tip_id, clock.now())
    for statement in (
        "SELECT sealed_custodian FROM vault_reporter_address", "UPDATE intake_message SET body = ''",
        "DELETE FROM intake_message", "DELETE FROM vault_wrapped_key", "UPDATE intake_tip SET receipt_lookup = ''",
    ):  # fmt: skip
        assert cannot(statement), statement


def test_the_worker_makes_tokens_and_removes_old_addresses_only(tell, as_login, clock):  # noqa: F811
    from upstander import clock as the_clock

    receipt = tell("knife words", contact=CONTACT)
    close(receipt.tip_id, the_clock.now())
    clock(60 * 86400)
    as_login("worker")
    assert worker.tokenise() == 1 and purge() == 1
    for statement in (
        "SELECT receipt_lookup FROM intake_tip", "UPDATE intake_tip SET rank = 99", "UPDATE intake_message SET body = ''",
        "SELECT sealed_custodian FROM vault_reporter_address", "UPDATE vault_reporter_address SET sealed_custodian = ''",
        "DELETE FROM vault_search_tokens",
    ):  # fmt: skip
        assert cannot(statement), statement


def test_the_relay_opens_an_address_and_no_word_of_the_website(tell, as_login):  # noqa: F811
    receipt = tell("words", contact=CONTACT)
    as_login("relay")
    assert open_for_relay(receipt.tip_id) == CONTACT
    assert cannot("SELECT field FROM intake_message") and cannot("UPDATE intake_message SET body = ''")
    # It reads sealed words, to send on those of dialogues whose receipt lies sealed to it; it has nothing that opens another.
    ring = read(config().data / "keys" / "relay.json")
    assert {audience for audience, _ in ring.private} == {"relay"}
    assert not {"receipt", "pepper", "token", "draft"} & set(ring.secrets)


@pytest.mark.parametrize("login", ["school", "sealer", "events"])
def test_the_others_read_no_word_and_no_address(tell, as_login, login):  # noqa: F811
    tell("words", contact=CONTACT)
    as_login(login)
    for statement in (
        "SELECT body FROM intake_message", "SELECT receipt_lookup FROM intake_tip", "SELECT 1 FROM vault_reporter_address",
        "SELECT 1 FROM vault_search_tokens", "UPDATE intake_tip SET rank = 0",
    ):  # fmt: skip
        assert cannot(statement), statement
    if login == "school":
        assert cannot("SELECT 1 FROM intake_tip")


def test_a_press_of_the_desk_repeated_says_it_once(tell):
    receipt = tell("words")
    first = say(receipt.tip_id, "desk", "Hello", account_id=1, dedup="a")
    assert say(receipt.tip_id, "desk", "Hello", account_id=1, dedup="a") == first
    assert say(receipt.tip_id, "desk", "Hello", account_id=1, dedup="b") != first
    assert [u.text for u in open_dialogue(receipt.receipt).said] == ["words", "Hello", "Hello"]


def test_the_desk_never_sees_that_an_address_is_there_beyond_its_kinds(tell):
    receipt = tell("words", contact=Contact(phone="217-555-0199", name="Kid"))
    assert ReporterAddress.objects.get(holder=receipt.tip_id).kinds == ["phone", "name"]
