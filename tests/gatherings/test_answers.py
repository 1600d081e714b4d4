"""*Decline* in a calendar comes back as a mail: it frees the seat, and no word of a person in it is lost (S-peer)."""

from email.message import EmailMessage

import pytest
from django.db import DatabaseError, transaction

from tests.gatherings.conftest import behind, kinds, published, state_of
from tests.inbound.mailserver import put
from tests.inbound.test_mail_take import arrive
from tests.network.support import make_member, played
from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.config import config
from upstander.gatherings import answers, letters, seats
from upstander.gatherings.models import CalendarAnswer, Letter
from upstander.ids import new_id
from upstander.inbound import mail_calendar
from upstander.intake.models import Tip

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.req("S-peer")]

ENTRY = f"""BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:01890000-0000-7000-8000-000000000000
ORGANIZER;CN=Upstander:mailto:{config().mail_from}
ATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:mailto:ana@school.example
BEGIN:VALARM
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def seated(gathering, member) -> str:
    """They have a seat; the entry that was mailed to them."""
    with behind(member) as who:
        seats.register(gathering.id, who)
    letter = Letter.objects.filter(member=member, kind=Letter.Kind.SEATED).latest("at")
    with played("relay"):
        return letters.render(letter.id).calendar.content.decode()


def reply(entry: str, who: str, says: str = "DECLINED", *, text: str = "", sender: str = "", **more: str) -> EmailMessage:
    """As Outlook, Google and Apple answer: the same entry with METHOD:REPLY and the press."""
    said = entry.replace("METHOD:REQUEST", "METHOD:REPLY").replace("PARTSTAT=ACCEPTED", f"PARTSTAT={says}")
    said = said.replace("BEGIN:VALARM", "".join(f"{name}:{value}\r\n" for name, value in more.items()) + "BEGIN:VALARM")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = who, config().mail_from, "Declined: an event"
    if sender:
        mail["Sender"] = sender
    mail.set_content(text)
    mail.add_alternative(said.encode(), "text", "calendar", params={"method": "REPLY"})
    return mail


def works() -> None:
    with played("worker"):
        answers.turn()


def test_a_decline_frees_the_seat_for_whoever_waits_and_is_no_tip():
    ana, ben = make_member("Ana Rivera"), make_member("Ben Osei")
    gathering = published(capacity=1)
    entry = seated(gathering, ana)
    with behind(ben) as who:
        seats.register(gathering.id, who)
    assert arrive(reply(entry, f"Ana <{ana.account.email.upper()}>")).code == "calendar_answer"
    works()
    works()
    assert (state_of(gathering, ana), state_of(gathering, ben)) == ("given_up", "seat")
    assert kinds(gathering, ana)[-1] == "gone" and kinds(gathering, ben)[-1] == "moved_up"
    assert CalendarAnswer.objects.get().became == "freed" and not Tip.objects.exists()


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("I cannot come. A boy in my class said that he will bring a gun.", {}),
        ("", {"COMMENT": "A boy in my class said that he will bring a gun."}),
    ],
)
def test_what_a_person_writes_beside_it_becomes_a_tip(text, more):
    ana, gathering = make_member("Ana Rivera"), published()
    arrived = arrive(reply(seated(gathering, ana), ana.account.email, text=text, **more))
    assert arrived.code == "tip" and Tip.objects.count() == 1
    works()
    assert state_of(gathering, ana) == "given_up"


def test_what_google_writes_about_the_event_is_nobodys_words():
    ana, gathering = make_member("Ana Rivera"), published()
    about = "Ana Rivera has declined this invitation.\n\nInvitation from Google Calendar: https://calendar.google.com/"
    google = "Google Calendar <calendar-notification@google.com>"
    assert arrive(reply(seated(gathering, ana), ana.account.email, text=about, sender=google)).code == "calendar_answer"
    assert not Tip.objects.exists()


def test_an_answer_of_somebody_else_and_an_unknown_event_are_kept_apart_and_free_nothing():
    ana, ben = make_member("Ana Rivera"), make_member("Ben Osei")
    gathering = published()
    entry = seated(gathering, ana)
    assert arrive(reply(entry, ben.account.email)).code == "calendar_answer"
    assert arrive(reply(entry.replace(str(gathering.id), "01890000-0000-7000-8000-000000000000"), ana.account.email)).code
    works()
    assert state_of(gathering, ana) == "seat"
    assert list(CalendarAnswer.objects.values_list("became", flat=True)) == ["nobodys", "nobodys"]


def test_accepting_there_changes_nothing_and_what_was_taken_since_stands(clock):
    ana, gathering = make_member("Ana Rivera"), published()
    entry = seated(gathering, ana)
    arrive(reply(entry, ana.account.email, "ACCEPTED"))
    arrive(reply(entry, ana.account.email))
    clock(60)
    with behind(ana) as who:
        seats.give_up(gathering.id, who)
        seats.register(gathering.id, who)
    works()
    assert state_of(gathering, ana) == "seat"
    assert set(CalendarAnswer.objects.values_list("became", flat=True)) == {"noted"}


def test_what_our_own_mail_server_did_not_find_to_be_from_them_frees_nothing(monkeypatch):
    ana, gathering = make_member("Ana Rivera"), published()
    put(monkeypatch, mail_checked_by="mx.example.gov")
    mail = reply(seated(gathering, ana), ana.account.email)
    mail["Authentication-Results"] = "mx.example.gov; spf=fail; dkim=none"
    arrive(mail)
    works()
    assert state_of(gathering, ana) == "seat" and CalendarAnswer.objects.get().became == "unproven"


@pytest.mark.parametrize("change", [("METHOD:REPLY", "METHOD:COUNTER"), ("ORGANIZER", "X-ORGANIZER"), ("UID:", "UID:x")])
def test_any_other_calendar_in_a_mail_goes_the_way_of_every_mail(change):
    mail = reply(ENTRY, "ana@school.example")
    assert mail_calendar.answer(mail.as_bytes()) is not None
    other = ENTRY.replace("METHOD:REQUEST", "METHOD:REPLY").replace(*change)
    assert mail_calendar.answer(reply(other, "a@b.example").as_bytes()) is None


def test_the_routers_login_adds_an_answer_and_reads_none(as_login):  # noqa: F811
    found = mail_calendar.answer(reply(ENTRY, "ana@school.example").as_bytes())
    assert found is not None and found.says == "declined" and not found.words
    as_login("router")
    mail_calendar.tell(found, new_id(), "ana@school.example", the_clock.now(), proven=True)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        CalendarAnswer.objects.values_list("sender", flat=True)[0]


@pytest.mark.parametrize("line", ["ATTENDEE" + ";" * 9000, "ATTENDEE" + ';""' * 9000, "A;" + '"x' * 9000, "A" + ";CN=" * 9000])
def test_a_line_that_is_none_is_read_once_and_keeps_no_tip_waiting(line):
    """Anybody can mail us a calendar: if its lines could be read in many ways, one mail would hold the router for ever."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "somebody@example.com", config().mail_from, "Re"
    mail.set_content("There is a gun at school.")
    mail.add_alternative(ENTRY.replace("METHOD:REQUEST", line).encode(), "text", "calendar", params={"method": "REPLY"})
    assert mail_calendar.answer(mail.as_bytes()) is None
    assert arrive(mail).code != "calendar_answer" and Tip.objects.count() == 1
