"""From a mail that came in to what the desk reads and what the person who wrote is told."""

from email.message import EmailMessage
from uuid import UUID

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inbound.mailserver import put
from tests.inbound.test_mail_hostile import MAIL
from tests.inbound.test_mail_nature import bounce
from tests.inbound.test_mail_receiver import TIPS, letter
from upstander import clock
from upstander.config import config
from upstander.delivery import envelopes
from upstander.delivery.mail import Mail
from upstander.delivery.models import Attempt, Delivery
from upstander.evidence.models import File
from upstander.ids import new_id
from upstander.inbound import answers, mail_answers, routing, services
from upstander.inbound.mail_server import arriving
from upstander.inbound.mail_take import take
from upstander.inbound.models import Arrival, Thread
from upstander.inbound.routing import Arrived
from upstander.intake import queries
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Message, Tip
from upstander.intake.services import say
from upstander.vault.keys import keyring
from upstander.vault.models import ReporterAddress
from upstander.vault.services import expunge

pytestmark = pytest.mark.django_db

PICTURE = b"\xff\xd8\xff\xe0" + b"a picture" * 50_000  # two chunks


def arrive(
    message: EmailMessage | bytes,
    *,
    to: str = TIPS,
    sender: str | None = "kim@family.example",
    whole: bool = True,
) -> Arrival:
    """A mail comes in and is routed."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    what = arriving("smtp", raw, [to], sender, whole=whole)
    assert services.store(what.channel, what.carrier, what.external_id, what.payload)
    while routing.route_next():
        pass
    return Arrival.objects.latest("id")


def said(tip_id: UUID) -> list[tuple[str, str]]:
    return [(u.sender, u.text) for u in queries.dialogue(tip_id)]


def thread() -> Thread:
    return Thread.objects.get()


def reply_address() -> str:
    mail = mail_answers.greeting(thread().id)
    assert mail is not None
    return mail.headers["Reply-To"]


def test_a_mail_is_a_tip_with_its_subject_its_words_and_its_sender_s_address_sealed() -> None:
    row = arrive(letter("He has a list of names.", Subject="on the bus"))
    tip = Tip.objects.get()
    assert (row.state, row.code, row.tip_id, row.sealed_payload) == ("routed", "tip", tip.id, None)
    assert (tip.channel, tip.language, tip.wants_answer) == ("email", "en", True)
    assert said(tip.id) == [("reporter", "on the bus\n\nHe has a list of names.")]
    assert open_for_relay(tip.id).email == "kim@family.example"


def test_a_mail_in_spanish_is_answered_in_spanish() -> None:
    arrive(
        letter("Mi hermano dice que no quiere vivir y que va a hacerse daño en la escuela.", Subject="ayuda")
    )
    assert Tip.objects.get().language == "es"
    answer = mail_answers.greeting(thread().id)
    assert answer is not None and "911" in answer.text and "mensaje" in answer.text


def test_its_files_lie_in_quarantine_and_what_cannot_be_taken_is_told() -> None:
    message = letter("See.")
    message.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="wall.jpg")
    message.add_attachment(
        b"PK\x03\x04 a document", maintype="application", subtype="msword", filename="plan.docx"
    )
    arrive(message)
    file = File.objects.get()
    assert (file.state, file.kind, file.size, file.chunks) == ("quarantined", "jpeg", len(PICTURE), 2)
    [(_, words)] = said(Tip.objects.get().id)
    assert words.startswith("bus\n\nSee.") and "plan.docx" in words and "wall.jpg" not in words


def test_files_without_words_and_a_mail_without_anything_are_tips_too() -> None:
    message = EmailMessage()
    message["From"] = "kim@family.example"
    message.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="wall.jpg")
    arrive(message)
    arrive(b"")
    assert [len(said(id)) for id in Tip.objects.values_list("id", flat=True)] == [1, 1]


def test_a_long_mail_goes_on_in_the_dialogue_and_no_word_is_lost() -> None:
    text = "\n".join(f"line {n} of what happened" for n in range(3_000))
    arrive(letter(text, Subject="long"))
    words = said(Tip.objects.get().id)
    assert len(words) > 1 and all(sender == "reporter" for sender, _ in words)
    assert "".join("".join(w for _, w in words).split()) == "".join(("long" + text).split())


def test_a_mail_whose_end_is_missing_says_so() -> None:
    arrive(letter("The beginning"), whole=False)
    assert "[The e-mail was larger" in said(Tip.objects.get().id)[0][1]


def test_there_is_one_automatic_answer_and_it_says_how_to_go_on_without_the_receipt() -> None:
    arrive(letter())
    owed = Delivery.objects.get()
    assert (owed.purpose, owed.channel) == (mail_answers.GREETING, "email")
    answer = mail_answers.greeting(owed.subject_id)
    assert answer is not None
    assert (answer.to_address, answer.submitted) == ("kim@family.example", "auto-replied")
    assert "answer this message" in answer.text and "911" in answer.text and "988" in answer.text
    arrive(letter("More."), to=reply_address())
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-generated"},
        {"Precedence": "list"},
        {"List-Id": "<a.example>"},
        {"X-Auto-Response-Suppress": "All"},
    ],
)
def test_a_machine_that_has_something_to_say_is_a_tip_and_gets_no_automatic_answer(
    headers: dict[str, str],
) -> None:
    arrive(letter("An alarm of the school's filter.", **headers))
    assert Tip.objects.count() == 1 and not Delivery.objects.exists()


def test_a_sender_in_whose_name_many_mails_come_is_not_answered_for_ever() -> None:
    for n in range(8):
        arrive(letter(f"mail {n}"))
    assert Tip.objects.count() == 8 and Delivery.objects.count() == 5


def test_whom_an_automatic_answer_goes_to_is_whoever_wrote_and_nobody_they_name() -> None:
    arrive(letter("one", **{"Reply-To": "victim@elsewhere.example"}))
    assert Tip.objects.count() == 1 and not Delivery.objects.exists()
    arrive(letter("two", **{"Reply-To": "Kim <KIM@family.example>"}))
    assert Delivery.objects.count() == 1


def test_where_the_mail_server_checks_senders_only_a_proven_one_is_answered_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(monkeypatch, mail_checked_by="mx.example.gov")
    arrive(letter("one"))
    arrive(letter("two", **{"Authentication-Results": "mx.example.gov; spf=fail; dkim=none"}))
    arrive(letter("three", **{"Authentication-Results": "evil.example; spf=pass"}))
    assert Tip.objects.count() == 3 and not Delivery.objects.exists()
    arrive(letter("four", **{"Authentication-Results": "mx.example.gov; spf=softfail; dkim=pass"}))
    assert Delivery.objects.count() == 1


def test_all_together_get_so_many_automatic_answers_an_hour_and_no_tip_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_answers, "AN_HOUR", 3)
    for n in range(5):
        arrive(letter(f"mail {n}", From=f"kim{n}@family.example"))
    assert Tip.objects.count() == 5 and Delivery.objects.count() == 3


@pytest.mark.parametrize("how", ["the relay's copy goes", "the tip is expunged"])
def test_the_conversation_goes_with_the_address_and_with_the_tip(how: str, as_login) -> None:
    arrive(letter("one"))
    arrive(letter("two", From="lee@family.example"))
    tip = Thread.objects.order_by("id").values_list("tip_id", flat=True)[0]
    if how == "the tip is expunged":
        expunge(tip)
    else:
        ReporterAddress.objects.filter(holder=tip).update(sealed_relay=None)
    as_login("worker")
    assert answers.forget() is False
    left = list(Thread.objects.values_list("tip_id", flat=True))
    assert len(left) == 1 and tip not in left


def test_words_are_not_thrown_away_because_a_program_passed_them_on() -> None:
    arrive(letter("He has a list."))
    row = arrive(
        letter("Friday, I think.", **{"Auto-Submitted": "auto-generated", "In-Reply-To": "<x@phone.example>"}),
        to=reply_address(),
    )
    assert (row.code, said(thread().tip_id)[1][1]) == ("reply", "Friday, I think.")
    away = letter("I am away.", **{"Auto-Submitted": "auto-replied", "In-Reply-To": "<x@phone.example>"})
    assert arrive(away, to=reply_address()).code == "auto_reply"
    assert arrive(letter("More.", **{"X-Autoreply": "no"})).code == "tip"


def test_nothing_of_who_wrote_stands_in_the_outbox() -> None:
    arrive(letter("one"))
    arrive(letter("two"))
    one, two = Delivery.objects.values_list("address_key", flat=True)
    assert one != two and {one, two} == {f"thread:{t.id.hex[:20]}" for t in Thread.objects.all()}


def test_whoever_answers_adds_to_the_dialogue() -> None:
    arrive(letter("He has a list."))
    tip = Tip.objects.get()
    say(tip.id, Message.From.DESK, "Which day?")
    row = arrive(letter("Friday.\n\nOn Monday, Us <tips@x.example> wrote:\n> Which day?"), to=reply_address())
    assert (row.code, row.tip_id) == ("reply", tip.id)
    assert said(tip.id)[1:] == [
        ("desk", "Which day?"),
        ("reporter", "Friday.\n\n> On Monday, Us <tips@x.example> wrote:\n> Which day?"),
    ]


def test_it_is_known_by_the_address_in_any_header_and_from_any_sender() -> None:
    arrive(letter("He has a list."))
    address = reply_address()
    arrive(
        letter("from my other mailbox", From="kim@other.example", Cc=f"Us <{address.upper()}>"),
        sender="kim@other.example",
    )
    assert Tip.objects.count() == 1
    assert (
        said(Tip.objects.get().id)[1][1]
        == "from my other mailbox\n\n[This came from another address than the first e-mail.]"
    )


def test_where_the_address_is_lost_the_mail_that_is_answered_tells_and_only_to_the_person_who_got_it() -> (
    None
):
    arrive(letter("He has a list."))
    ours = Delivery.objects.get().message_id
    arrive(letter("Friday.", **{"In-Reply-To": ours}))
    assert Tip.objects.count() == 1
    arrive(letter("Somebody else.", From="eve@other.example", References=ours))
    assert Tip.objects.count() == 2


def test_a_made_up_address_is_no_way_into_a_dialogue() -> None:
    arrive(letter("He has a list."))
    mark = reply_address().partition("+")[2]
    wrong = f"tips+{'0' if mark[0] != '0' else '1'}{mark[1:]}"
    arrive(letter("Let me in."), to=wrong)
    assert Tip.objects.count() == 2


def test_a_second_mail_of_the_same_person_is_a_second_tip() -> None:
    arrive(letter("one"))
    arrive(letter("two"))
    assert Tip.objects.count() == 2 and Thread.objects.count() == 2


def test_files_come_with_a_later_word_too_and_too_many_are_told() -> None:
    arrive(letter("He has a list."))
    message = letter("the list")
    for n in range(40):
        message.add_attachment(PICTURE[:5_000], maintype="image", subtype="jpeg", filename=f"{n}.jpg")
    arrive(message, to=reply_address())
    words = said(Tip.objects.get().id)[1][1]
    assert 0 < File.objects.count() < 40 and "39.jpg" in words and "0.jpg" not in words.split("[")[0]
    again = letter("once more")
    again.add_attachment(PICTURE[:5_000], maintype="image", subtype="jpeg", filename="last.jpg")
    assert arrive(again, to=reply_address()).code == "reply"
    assert "last.jpg" in said(Tip.objects.get().id)[2][1]


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (
            "mx.example.gov; dkim=pass header.d=x.example; spf=fail (dkim=fail) smtp.mailfrom=x; arc=none",
            "dkim=pass spf=fail arc=none",
        ),
        ("mx.example.gov 1; dkim=fail; dkim=pass; dmarc=pass", "dkim=pass dmarc=pass"),
        ("elsewhere.example; dkim=pass", ""),
        ("", ""),
    ],
)
def test_what_our_mail_server_found_of_the_sender_is_a_fact_for_staff(
    header: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, mail_checked_by="mx.example.gov")
    arrive(letter("Help.", **({"Authentication-Results": header} if header else {})))
    [(_, words)] = said(Tip.objects.get().id)
    assert words == "bus\n\nHelp." + (
        f"\n\n[The mail server's check of the sender: {shown}.]" if shown else ""
    )


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"X-Autoreply": "yes"}, "auto_reply"),
        (
            {"Message-ID": f"<019aa000-0000-7000-8000-000000000001@{config().mail_from.partition('@')[2]}>"},
            "loop",
        ),
    ],
)
def test_automatic_answers_and_our_own_mails_are_no_tips(headers: dict[str, str], code: str) -> None:
    assert arrive(letter("I am away.", **headers)).code == code
    assert not Tip.objects.exists() and not Delivery.objects.exists()


def test_a_mail_of_ours_that_comes_back_is_told_to_the_outbox_once() -> None:
    arrive(letter())
    owed = Delivery.objects.get()
    Delivery.objects.update(state="sent", sent_at=owed.created_at)
    raw = bounce().replace(b"019aa000-0000-7000-8000-000000000001", str(owed.id).encode())
    assert arrive(raw, sender="").code == "bounce_unproven"
    back = envelopes.sender_of(owed.id, config().model_copy(update={"mail_in": "lmtp"}), keyring())
    assert arrive(raw, to=back, sender="").code == "bounce_of_ours"
    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == ("failed", "returned-5.1.1")
    assert Attempt.objects.get(delivery=owed).permanent
    assert arrive(raw + b"\r\n", to=back, sender="").code == "bounce_unknown"
    assert Tip.objects.count() == 1


def test_a_bounce_of_a_mail_that_nobody_sent_changes_nothing() -> None:
    raw = bounce().replace(b"019aa000-0000-7000-8000-000000000001", str(id := new_id()).encode())
    back = envelopes.sender_of(id, config().model_copy(update={"mail_in": "lmtp"}), keyring())
    assert arrive(raw, to=back, sender="").code == "bounce_unknown"
    assert arrive(bounce().replace(b"upstander.example", b"elsewhere.example"), sender="").code == "bounce"


def test_the_same_mail_again_after_it_was_routed_is_no_second_tip() -> None:
    raw = letter().as_bytes()
    arrive(raw)
    what = arriving("smtp", raw, [TIPS], "kim@family.example")
    assert not services.store(what.channel, what.carrier, what.external_id, what.payload)
    assert Tip.objects.count() == 1


def test_an_address_of_ours_as_sender_is_never_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(letter(From=TIPS))
    put(monkeypatch, mail_to="help@upstander.example")
    arrive(letter("x", From="help@upstander.example"), to="help@upstander.example")
    assert Tip.objects.count() == 2 and not Delivery.objects.exists() and not Thread.objects.exists()


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MAIL | st.binary(max_size=300), st.sampled_from([None, "", "kim@family.example", "x" * 500]))
def test_no_mail_is_poison_whatever_is_in_it_is_routed(db: None, raw: bytes, sender: str | None) -> None:
    with transaction.atomic():
        fields = {"raw": raw, "to": [TIPS], "from": sender, "whole": True}
        arrived = Arrived(new_id(), "email", "smtp", clock.now(), msgspec.msgpack.encode(fields))
        outcome = take(arrived)
        assert outcome.code in ("tip", "loop", "auto_reply", "bounce", "bounce_unknown")
        transaction.set_rollback(True)


def test_what_is_no_mail_at_all_is_refused_and_stays() -> None:
    services.store("email", "smtp", "x", {"raw": 7})
    while routing.route_next():
        pass
    row = Arrival.objects.get()
    assert (row.state, row.code) == ("refused", "not_a_mail") and row.sealed_payload


def test_the_desk_s_words_leave_in_the_thread_of_the_first_answer() -> None:
    arrive(letter())
    greeting = Delivery.objects.get()
    message = say(thread().tip_id, Message.From.DESK, "Which day?")
    say(thread().tip_id, Message.From.NOTE, "a note")
    owed = Delivery.objects.get(purpose="answer")
    assert (owed.subject_id, owed.channel) == (message, "email")
    answer = answers.render(message)
    assert isinstance(answer, Mail)
    assert answer.text.startswith("Which day?") and answer.thread == greeting.message_id
    assert answer.headers["Reply-To"] == reply_address()
