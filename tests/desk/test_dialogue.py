"""Talking with the reporter: sent once, notes stay inside, phrases are only put into the text."""

import secrets

import pytest
from django.db import connection

from upstander.audit.models import Entry
from upstander.intake import queries as intake
from upstander.intake.models import Message
from upstander.intake.services import Submission, open_dialogue, receive, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(town):
    """A tip with its receipt."""
    receipt = receive(
        Submission(channel="web", text="They push him every day.", place_id=town.school.pk, language="es"),
        secrets.token_urlsafe(24),
    )
    return receipt


def test_a_double_press_sends_one_message(casey, told):
    given = {"text": "Are you safe right now?", "press": "same-press-0001"}
    for _ in range(2):
        assert casey.post(f"/tip/{told.number}/reply/", given).status_code == 302
    assert [u.text for u in open_dialogue(told.receipt).said if u.sender == "desk"] == [
        "Are you safe right now?"
    ]


def test_a_note_is_never_shown_to_the_reporter(casey, told):
    casey.post(
        f"/tip/{told.number}/reply/", {"text": "Sounds like the Smith boy", "note": "on", "press": "n" * 16}
    )
    assert "Smith" in casey.get(f"/tip/{told.number}/").content.decode()
    assert "Smith" not in str(open_dialogue(told.receipt))


def test_a_phrase_goes_into_the_text_in_the_reporters_language_and_nothing_is_sent(casey, told):
    given = {"text": "Hola.", "phrase": "safe_now", "insert": "1", "press": "kept-press-0001"}
    answer = casey.post(f"/tip/{told.number}/reply/", given, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "Hola.\n" in part and "¿" in part and "kept-press-0001" in part
    assert not Message.objects.filter(sender="desk").exists()


def test_an_empty_reply_says_so_beside_the_field(casey, told):
    answer = casey.post(f"/tip/{told.number}/reply/", {"text": "  ", "press": "p" * 16})
    assert answer.status_code == 422 and "Write something first." in answer.content.decode()


def test_a_new_word_of_the_reporter_marks_the_row_until_somebody_answers(casey, told, clock):
    assert "the reporter has written" not in casey.get("/queue/").content.decode()
    clock(5)
    reply(told.receipt, "He has a knife")
    assert "the reporter has written" in casey.get("/queue/").content.decode()
    clock(10)
    casey.post(f"/tip/{told.number}/reply/", {"text": "Where is he now?", "press": "q" * 16, "heard": "1"})
    assert "the reporter has written" not in casey.get("/queue/").content.decode()


def test_the_open_page_fetches_words_only_when_there_are_newer_ones_and_that_is_a_view(casey, told):
    page = casey.get(f"/tip/{told.number}/").content.decode()
    last = page.split('id="words-last" value="')[1].split('"')[0]
    views = Entry.objects.filter(act="tip.viewed")
    assert views.count() == 1
    assert casey.get(f"/tip/{told.number}/words/?last={last}").status_code == 204
    assert views.count() == 1
    reply(told.receipt, "He has a knife")
    assert "He has a knife" in casey.get(f"/tip/{told.number}/words/?last={last}").content.decode()
    assert views.count() == 2 and views.latest("id").detail["part"] == "dialogue"


def test_what_the_desk_writes_is_nowhere_in_clear(casey, told):
    canary = "zq7canaryzq7"
    casey.post(f"/tip/{told.number}/reply/", {"text": canary, "note": "on", "press": "z" * 16})
    with connection.cursor() as cursor:
        for table in ("intake_message", "audit_entry", "desk_claim", "people_desk_session"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s OR t::text LIKE %s",
                           [f"%{canary}%", f"%{canary.encode().hex()}%"])  # fmt: skip
            assert cursor.fetchone()[0] == 0, table


def test_a_tip_whose_words_were_destroyed_still_opens(casey, told):
    from upstander.vault.services import expunge

    expunge(told.tip_id)
    page = casey.get(f"/tip/{told.number}/")
    assert page.status_code == 200 and "were destroyed" in page.content.decode()
    assert intake.tip(told.tip_id) is not None
