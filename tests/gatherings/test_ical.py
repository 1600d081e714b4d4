"""An invitation is read, updated and taken away by a calendar; what somebody typed is never more than words in it."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from upstander.delivery.mail import CalendarPart, Mail, Sender, compose
from upstander.gatherings import ical
from upstander.gatherings.ical import Occasion, Person

pytestmark = pytest.mark.req("S-products")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 8, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
DESK = Person("Illinois School Safety", "tips@upstander.example")
RIVERA = Person("Ana Rivera", "ana.rivera@payson.example")
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from('\r\n\x00\x85\u2028;:,"\\^=😀')), max_size=300)


def occasion(**more) -> Occasion:
    given = {
        "uid": "019ab7c4-0000-7000-8000-000000000001", "sequence": 0, "title": "Reunification after an evacuation",
        "text": "Bring your plan.", "place": "https://meet.example/room", "page": "https://network.example/gatherings/1/",
        "starts": STARTS, "ends": STARTS + timedelta(hours=1),
    }  # fmt: skip
    return Occasion(**given | more)


def event_of(content: bytes):
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_a_request_holds_all_that_a_calendar_asks_for():
    part = ical.request(occasion(), DESK, RIVERA, NOW)
    calendar = Calendar.from_ical(part.content)
    event = event_of(part.content)
    assert (part.method, str(calendar["METHOD"]), str(calendar["VERSION"])) == ("REQUEST", "REQUEST", "2.0")
    assert str(event["UID"]) == occasion().uid and event["SEQUENCE"] == 0
    assert event["DTSTART"].dt == STARTS.astimezone(UTC) and b"DTSTART:20261208T160000Z" in part.content
    assert event["DTSTAMP"].dt == NOW
    assert str(event["ORGANIZER"]) == "mailto:tips@upstander.example"
    attendee = event["ATTENDEE"]
    assert str(attendee) == "mailto:ana.rivera@payson.example"
    assert attendee.params["PARTSTAT"] == "ACCEPTED" and attendee.params["RSVP"] == "FALSE"
    assert str(event["CLASS"]) == "PRIVATE" and str(event["STATUS"]) == "CONFIRMED"


def test_a_change_and_a_cancellation_have_the_same_name_and_a_higher_number():
    first = event_of(ical.request(occasion(), DESK, RIVERA, NOW).content)
    later = event_of(
        ical.request(occasion(sequence=1, starts=STARTS - timedelta(hours=2)), DESK, RIVERA, NOW).content
    )
    gone = ical.cancel(occasion(sequence=2), DESK, RIVERA, NOW, whole=True)
    last = event_of(gone.content)
    assert {str(e["UID"]) for e in (first, later, last)} == {occasion().uid}
    assert [e["SEQUENCE"] for e in (first, later, last)] == [0, 1, 2]
    assert gone.method == "CANCEL" and b"METHOD:CANCEL" in gone.content and str(last["STATUS"]) == "CANCELLED"


def test_who_gives_a_place_back_loses_the_entry_while_the_event_is_not_called_cancelled():
    gone = ical.cancel(occasion(sequence=1), DESK, RIVERA, NOW, whole=False)
    assert b"METHOD:CANCEL" in gone.content and b"STATUS" not in gone.content


def test_in_the_mail_the_method_stands_in_the_parts_type_and_the_calendar_is_an_alternative_of_the_text():
    part = ical.request(occasion(title="Réunion 🏫"), DESK, RIVERA, NOW)
    mail = Mail(
        RIVERA.address, RIVERA.name, "Your place", "Words", calendar=CalendarPart(part.method, part.content)
    )
    sent = compose(
        mail, Sender(DESK.name, DESK.address), message_id="<1@x.example>", at=NOW, critical=False
    ).as_bytes()
    read = message_from_bytes(sent, policy=policy.default)
    both, file = read.iter_parts()
    text, calendar = both.iter_parts()
    assert both.get_content_type() == "multipart/alternative" and text.get_content_type() == "text/plain"
    assert calendar.get_content_type() == "text/calendar"
    assert (
        calendar["Content-Type"].params["method"] == "REQUEST"
        and calendar["Content-Type"].params["charset"] == "utf-8"
    )
    assert calendar.get_payload(decode=True).rstrip() == part.content.rstrip()
    assert file.get_filename() == "invite.ics" and file.get_content() == part.content
    assert b"\n" not in sent.replace(b"\r\n", b"")


def test_what_begins_after_it_ends_or_nowhere_is_refused():
    with pytest.raises(ValueError, match="ends after"):
        ical.request(occasion(ends=STARTS), DESK, RIVERA, NOW)
    with pytest.raises(ValueError, match="zone"):
        ical.request(
            occasion(starts=STARTS.replace(tzinfo=None), ends=STARTS.replace(tzinfo=None) + timedelta(1)),
            DESK,
            RIVERA,
            NOW,
        )


def test_a_feed_invites_nobody():
    content = ical.feed([occasion(), occasion(uid="2", certain=False)], "Programme", NOW)
    assert b"METHOD:PUBLISH" in content and b"ATTENDEE" not in content and b"ORGANIZER" not in content
    assert [str(e["STATUS"]) for e in Calendar.from_ical(content).walk("VEVENT")] == [
        "CONFIRMED",
        "TENTATIVE",
    ]


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_whatever_is_typed_stays_in_its_own_value(title, text, place, name):
    part = ical.request(
        occasion(title=title, text=text, place=place), DESK, Person(name, RIVERA.address), NOW
    )
    lines = part.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and not any(
        b"\n" in line or b"\r" in line for line in lines
    )
    calendar = Calendar.from_ical(part.content)
    assert [c.name for c in calendar.walk()] == ["VCALENDAR", "VEVENT", "VALARM"]
    (event,) = calendar.walk("VEVENT")
    assert str(event.get("SUMMARY", "")) == ical.line(title)
    assert str(event.get("DESCRIPTION", "")) == ical.lines(text)
    assert str(event.get("LOCATION", "")) == ical.line(place)
    assert (
        str(event["ATTENDEE"]) == f"mailto:{RIVERA.address}"
        and str(event["ORGANIZER"]) == f"mailto:{DESK.address}"
    )
    assert set(event) <= {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CLASS", "TRANSP",
        "ORGANIZER", "ATTENDEE", "STATUS",
    }  # fmt: skip


@given(HOSTILE)
def test_an_address_ends_no_line_and_begins_no_other_value(address):
    part = ical.request(occasion(), DESK, Person("", "a" + address), NOW)
    (event,) = Calendar.from_ical(part.content).walk("VEVENT")
    assert str(event["ATTENDEE"]).startswith("mailto:a") and len(event.errors) == 0
