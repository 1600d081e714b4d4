"""A text message: what becomes of it, and what its sender is told."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.people.conftest import as_login  # noqa: F401 - a fixture
from tests.support.configured import put
from upstander import clock as the_clock
from upstander.delivery.models import Delivery
from upstander.delivery.texting import Text
from upstander.inbound import answers, prompts, queries, services, threads
from upstander.inbound.models import Arrival, Prompt, Thread
from upstander.inbound.routing import route_next
from upstander.inbound.text_words import keyword, notice_code, words_of
from upstander.intake import queries as intake
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Message, Tip
from upstander.intake.services import close, say

pytestmark = pytest.mark.django_db
KID = "+12175550123"


def kannel(said: str | bytes, sender: str = KID, coding: str = "0", charset: str = "UTF-8", id: str = "") -> bool:
    """A text as Kannel brings it."""
    body = said if isinstance(said, bytes) else said.encode()
    fields = {"from": sender, "to": "+12175550100", "charset": charset, "coding": coding, "udh": "", "body": body}
    return services.store("sms", "kannel", id or str(uuid4()), fields)


def route() -> str:
    """Route what waits; what became of the last."""
    while route_next():
        pass
    return Arrival.objects.order_by("-id")[0].code


def text(said: str | bytes, sender: str = KID, **more: str) -> str:
    assert kannel(said, sender, **more)
    return route()


def dialogue(tip: Tip) -> list[tuple[str, str]]:
    return [(said.sender, said.text) for said in intake.dialogue(tip.id)]


def told() -> list[str]:
    """The automatic answers that are owed, in order."""
    owed = Delivery.objects.filter(purpose="prompt").order_by("id")
    rendered = [prompts.render(one.subject_id) for one in owed]
    assert all(answer is not None and answer.to == KID for answer in rendered)
    return [answer.text for answer in rendered if answer]


@pytest.mark.req("D-II.E")
def test_a_text_is_a_tip_and_its_number_is_sealed_to_whom_it_is_left():
    assert text("There is a knife in locker 12") == "tip"
    tip = Tip.objects.get()
    assert (tip.channel, tip.wants_answer) == ("sms", True)
    assert dialogue(tip) == [("reporter", "There is a knife in locker 12")]
    assert open_for_relay(tip.id).phone == KID
    (answer,) = told()
    assert "911" in answer and "988" in answer and "knife" not in answer


def test_several_texts_are_one_tip_with_one_answer_also_when_they_come_at_once():
    for said in ("he said", "he will do it", "tomorrow"):
        kannel(said)
    route()
    assert [said for _, said in dialogue(Tip.objects.get())] == ["he said", "he will do it", "tomorrow"]
    assert len(told()) == 1
    assert text("from somebody else", "+12175550999") == "tip"
    assert Tip.objects.count() == 2


def test_a_text_after_the_tip_was_closed_reopens_it_within_a_week_and_is_a_new_one_later(clock):
    text("first")
    tip = Tip.objects.get()
    close(tip.id, the_clock.now())
    assert text("one thing more") == "reply"
    tip.refresh_from_db()
    assert tip.closed_at is None
    close(tip.id, the_clock.now())
    clock(8 * 24 * 3600)
    assert text("something else") == "tip"
    assert Tip.objects.count() == 2


def test_the_same_text_brought_twice_is_one():
    assert kannel("once", id="m1") and not kannel("once", id="m1")
    route()
    assert not kannel("once", id="m1")
    assert len(dialogue(Tip.objects.get())) == 1


@pytest.mark.parametrize(
    ("body", "coding", "charset", "said"),
    [
        ("¿qué pasó? 😟🔪".encode("utf-16-be"), "2", "UTF-16BE", "¿qué pasó? 😟🔪"),
        ("él tiene un arma".encode(), "0", "UTF-8", "él tiene un arma"),
        ("él".encode("latin-1"), "1", "8-BIT", "él"),
        ("él".encode(), "1", "8-BIT", "él"),
        (("x" * 1500).encode(), "0", "UTF-8", "x" * 1500),
        ("Ω".encode("utf-16-be"), "2", "", "Ω"),
        (b"a\x00b", "0", "no-such-charset", "a\ufffdb"),
        ("half \ud83d".encode("utf-16-be", "surrogatepass"), "2", "UTF-16BE", "half \ufffd"),
    ],
)
def test_every_alphabet_is_read(body, coding, charset, said):
    text(body, coding=coding, charset=charset)
    assert dialogue(Tip.objects.get())[0][1] == said


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=600),
    st.sampled_from(["", "0", "1", "2", "9", "x"]),
    st.one_of(st.sampled_from(["UTF-8", "UTF-16BE", "8-BIT", "base64", "utf-7", "hex", "idna", ""]), st.text(max_size=20)),
    st.one_of(st.just(KID), st.text(max_size=30)),
)
@example(b"help", "0", "\x00", KID)
def test_whatever_comes_is_a_tip_a_word_or_nothing_and_never_stays(body, coding, charset, sender):
    text(body, sender, coding=coding, charset=charset)
    assert not Arrival.objects.exclude(state="routed").exists(), list(Arrival.objects.values_list("state", "code"))


def test_fields_that_are_no_texts_are_refused_with_their_reason():
    services.store("sms", "kannel", "1", {"from": 3})
    services.store("sms", "kannel", "2", {"from": KID, "body": "not bytes"})
    services.store("sms", "kannel", "3", b"\xc1")
    route()
    assert set(Arrival.objects.values_list("state", "code")) == {("refused", "not_a_text"), ("refused", "not_fields")}
    assert queries.waiting(the_clock.now()).refused == 3


class TestWhatCarriersDemand:
    @pytest.mark.parametrize("word", ["STOP", "stop", " Stop. ", "STOPALL", "unsubscribe", "Cancel", "END", "quit!"])
    def test_stop_is_obeyed_told_once_and_read_at_the_desk(self, word):
        text("he has a gun")
        assert text(word) == "stop"
        tip, thread = Tip.objects.get(), Thread.objects.get()
        assert thread.stopped_at is not None and threads.wants_none(KID)
        assert dialogue(tip)[-1] == ("reporter", word.strip())
        assert "START" in told()[-1]

    def test_who_has_stopped_gets_no_answer_but_is_heard(self):
        text("STOP")
        assert not Tip.objects.exists()
        assert text("he has a gun") == "tip"
        assert len(told()) == 1, "of the stop only"
        assert Thread.objects.get().stopped_at is not None

    @pytest.mark.parametrize("word", ["START", "unstop", "YES"])
    def test_start_begins_again(self, word):
        text("words")
        text("STOP")
        assert text(word) == "start"
        assert Thread.objects.get().stopped_at is None and not threads.wants_none(KID)
        assert "STOP" in told()[-1]

    def test_a_yes_of_who_has_not_stopped_is_an_answer(self):
        text("words")
        assert text("yes") == "reply"
        assert dialogue(Tip.objects.get())[-1] == ("reporter", "yes")

    def test_a_bare_help_is_answered_and_taken_as_the_cry_that_it_may_be(self):
        assert text("help") == "tip"
        assert dialogue(Tip.objects.get()) == [("reporter", "help")]
        (answer,) = told()
        assert "911" in answer and "988" in answer and "STOP" in answer

    @pytest.mark.parametrize("said", ["please stop him", "it will end badly", "help me", "i want to quit life", "yes he did"])
    def test_in_a_sentence_they_are_words_like_others(self, said):
        assert keyword(said) == ""
        assert text(said) == "tip"

    def test_two_machines_that_answer_each_other_come_to_an_end(self):
        for _ in range(20):
            text("HELP")
        assert len(told()) == prompts.A_DAY


def test_our_own_number_and_names_that_nobody_can_answer(monkeypatch):
    assert text("You have won", "BANK") == "tip" and text("again", "BANK") == "tip"
    assert not Thread.objects.exists() and not Prompt.objects.exists() and not Tip.objects.filter(wants_answer=True).exists()
    put(monkeypatch, sms_number="217-555-0100")
    assert text("echo", "+12175550100") == "loop"


def test_an_empty_text_is_nothing_and_pictures_are_told_of():
    assert text("") == "empty"
    services.store("sms", "twilio", "1", {"from": KID, "to": "", "text": "look", "media": "2"})
    assert route() == "tip"
    assert dialogue(Tip.objects.get())[0][1].startswith("look\n(2 pictures")


class TestTheDesksAnswer:
    def test_it_leaves_by_text_with_priority_opened_by_the_threads_receipt(self):
        text("he has a gun")
        tip = Tip.objects.get()
        message = say(tip.id, Message.From.DESK, "Where is he now?")
        owed = Delivery.objects.get(purpose="answer")
        assert (owed.channel, owed.priority, owed.subject_id) == ("sms", 1, message)
        assert answers.render(message) == Text(KID, "Where is he now?")

    def test_notes_and_answers_to_other_tips_do_not(self, tell_by_web):
        text("he has a gun")
        say(Tip.objects.get(channel="sms").id, Message.From.NOTE, "a note")
        say(tell_by_web, Message.From.DESK, "to the website")
        assert not Delivery.objects.filter(purpose="answer").exists()

    def test_to_who_has_stopped_none_leaves_and_the_desk_is_told(self):
        text("he has a gun")
        tip = Tip.objects.get()
        message = say(tip.id, Message.From.DESK, "Where is he now?")
        text("STOP")
        assert answers.render(message) is None, "also one that waits"
        say(tip.id, Message.From.DESK, "Are you there?")
        assert Delivery.objects.filter(purpose="answer").count() == 1
        assert dialogue(tip)[-1][0] == "note" and "STOP" in dialogue(tip)[-1][1]

    def test_where_the_address_is_gone_none_leaves(self):
        text("he has a gun")
        message = say(Tip.objects.get().id, Message.From.DESK, "Where is he now?")
        from upstander.vault.models import ReporterAddress

        ReporterAddress.objects.update(sealed_relay=None)
        assert answers.render(message) is None
        answers.forget()
        assert not Thread.objects.exists()


@pytest.fixture
def tell_by_web():
    from upstander.intake.services import Submission, receive

    return receive(Submission(channel="web", text="words"), "Zx-" * 8).tip_id


def test_automatic_answers_are_cleared_after_a_day(clock: Callable[[float], None]):
    text("words")
    prompts.clear()
    assert Prompt.objects.count() == 1
    clock(timedelta(days=1, minutes=1).total_seconds())
    prompts.clear()
    assert not Prompt.objects.exists()


@pytest.mark.req("D-II.F")
def test_the_number_stands_nowhere_in_clear(caplog):
    text(f"call me at {KID[2:]}")
    text("STOP")
    text("x", "217 555 01 23 45 67 89 10 11")
    assert KID[2:] not in caplog.text
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for spelled in (KID[2:], KID[2:].encode().hex()):
                cursor.execute(f'SELECT count(*) FROM "{table}" AS r WHERE r::text LIKE %s', [f"%{spelled}%"])
                assert cursor.fetchone() == (0,), table


def test_each_login_can_do_its_part(as_login, clock):  # noqa: F811
    for second, (said, sender) in enumerate([("he has a gun", KID), ("STOP", KID), ("START", KID), ("help", "+12175550777")]):
        clock(second)  # (what comes in the same millisecond has no order)
        kannel(said, sender)
    as_login("router")
    route()
    assert [code for (code,) in Arrival.objects.order_by("id").values_list("code")] == ["tip", "stop", "start", "tip"]


def test_a_code_is_read_from_one_and_five_characters():
    assert notice_code("1 ab3de") == "AB3DE" == notice_code("1AB3DE.") == notice_code(" 1: AB3DE ")
    for other in ("1", "12345", "2 AB3DE", "1 AB3D", "1 AB3DEF", "one AB3DE", "yes 1 AB3DE"):
        assert notice_code(other) == "", other


def test_twilio_gives_text_as_text():
    assert words_of({"text": " words\x00 "}) == "words\ufffd"
