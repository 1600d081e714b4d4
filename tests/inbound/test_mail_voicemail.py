"""What the telephone system's voicemail box mails is a voicemail, not a letter: its sound is the tip, its words are not kept."""

from email.message import EmailMessage

import pytest

from tests.inbound.test_mail_receiver import TIPS
from tests.inbound.test_mail_take import arrive
from tests.people.conftest import as_login  # noqa: F401 - a fixture
from tests.support import sounds
from upstander.config import config
from upstander.evidence.models import CustodyEvent, File
from upstander.inbound import mail_address, mail_doctor
from upstander.inbound.models import Thread
from upstander.intake import queries, voicemail
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Tip

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.E")]
BOX, PBX = "voicemail@upstander.example", "pbx@phones.example"


@pytest.fixture(autouse=True)
def box(monkeypatch) -> None:
    monkeypatch.setattr(config(), "voicemail_to", BOX)
    monkeypatch.setattr(config(), "voicemail_from", PBX)


def recorded(
    to: str = BOX,
    sender: str = "anything@phones.example",
    data: bytes | None = None,
    text: str = "",
    automatic: bool = True,
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = sender, to, "<vm-7@phones.example>"
    mail["Subject"] = "New message 7 from ALVAREZ PAT (217) 555-0144"
    if automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text or "ALVAREZ PAT left a message of 0:03. Preview: I sauce a gun.")
    mail.add_attachment(
        sounds.speech() if data is None else data, maintype="audio", subtype="x-wav", filename="msg0007.wav"
    )
    return mail


@pytest.mark.parametrize(
    ("to", "sender"), [(BOX, "anything@phones.example"), (TIPS, PBX), (BOX.upper(), PBX.upper())]
)
def test_a_sound_from_the_box_is_a_tip_that_nobody_has_heard(to, sender):
    arrival = arrive(recorded(to, sender), to=to, sender=sender)
    tip = Tip.objects.get()
    assert (arrival.state, arrival.code, arrival.tip_id) == ("routed", "voicemail", tip.id)
    assert tip.channel == "voicemail" and list(voicemail.unheard()) == [tip.id]
    file = File.objects.get()
    assert (file.tip_id, file.kind, file.state) == (tip.id, "wav", "quarantined")
    assert CustodyEvent.objects.get().actor == "system:voicemail"
    assert not Thread.objects.exists(), "no mail is answered"


def test_the_callers_number_is_sealed_and_nothing_of_the_mails_words_is_kept():
    arrive(recorded(), to=BOX)
    [said] = queries.dialogue(Tip.objects.get().id)
    assert said.text == voicemail.words()
    contact = open_for_relay(Tip.objects.get().id)
    assert contact is not None and (contact.phone, contact.email, contact.name) == ("(217) 555-0144", "", "")


def test_what_holds_no_sound_is_a_letter_as_any_other():
    arrive(recorded(data=b"\xff\xd8\xff\xe0 a picture", automatic=False), to=BOX)
    assert Tip.objects.get().channel == "email" and not voicemail.unheard()


def test_a_sound_in_a_letter_to_the_tip_line_stays_a_letter():
    arrive(recorded(TIPS, "kim@family.example", automatic=False), to=TIPS)
    assert Tip.objects.get().channel == "email"


def test_whatever_else_hangs_on_it_it_is_a_tip():
    """More files that cannot be taken than a tip has room to tell of."""
    mail = recorded()
    for n in range(299):
        mail.add_attachment(b"x", maintype="application", subtype="x-nothing", filename=f"{n}-{'long' * 45}.bin")
    assert (arrive(mail, to=BOX).code, len(voicemail.unheard())) == ("voicemail", 1)


def test_a_sound_that_cannot_be_taken_is_told_and_still_waits_for_somebody(monkeypatch):
    from upstander.evidence import receiving

    monkeypatch.setattr(receiving, "room", lambda: 10)
    arrive(recorded(), to=BOX)
    [said] = queries.dialogue(Tip.objects.get().id)
    assert (
        "A file was not taken: msg0007.wav" in said.text and voicemail.unheard() and not File.objects.exists()
    )


def test_the_routers_login_may_do_this(as_login):  # noqa: F811
    as_login("router")
    assert arrive_as_router().code == "voicemail"


def arrive_as_router():
    from upstander.clock import now
    from upstander.ids import new_id
    from upstander.inbound import mail_voicemail, mime_letter
    from upstander.inbound.routing import Arrived

    letter = mime_letter.read(recorded().as_bytes())
    return mail_voicemail.take(Arrived(new_id(), "email", "smtp", now(), b""), letter)


def test_the_box_s_address_is_ours_and_no_conversation_s():
    assert mail_address.is_ours(BOX, config()) and not mail_address.is_ours(
        "other@upstander.example", config()
    )


def test_doctor_says_that_no_voicemail_can_come_where_no_mail_does():
    found = list(mail_doctor.checks(config(), at_work=False))
    assert any(grade == "fail" and "voicemail" in words for grade, words in found)
