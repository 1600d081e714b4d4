"""Invitations that calendars understand: written, updated under the same name, cancelled. Pure: times are arguments.

What the standards ask, and what real clients need beyond them:

- One UID for ever; a change has the same UID and a higher SEQUENCE, and so has a cancellation (RFC 5546, 2.1.4; [MS-OXOCAL]
  3.1.4: the number is greater than that of any request, update or cancellation before). Without it Outlook and Google keep the
  old entry. The UID is the bare UUID (RFC 7986, 5.3: no host name).
- METHOD stands in the calendar *and* in the part's Content-Type, the same in both and in capitals (RFC 6047, 2.4): Outlook
  refuses a mismatch (maevsi/vibetype 2368), others read only one of the two (tutao/tutanota 2960). Without METHOD:REQUEST
  Outlook shows "not supported calendar message.ics" (sebbo2002/ical-generator 534); STATUS:CANCELLED alone removes nothing from
  any calendar, METHOD:CANCEL does (calcom 29706).
- REQUEST needs ORGANIZER, ATTENDEE, DTSTAMP, DTSTART, SUMMARY and UID (RFC 5546, 3.2.2), and the ATTENDEE must be the address to
  which the mail goes, or the client does not offer it (CalConnect's guide to iMIP). Each person's entry names them alone:
  who else comes is nobody's business. An organizer who is the recipient makes Outlook throw the mail away (makandracards 18127).
- Times are UTC, with a Z. Each client shows its own zone, and a single event needs no VTIMEZONE (RFC 5545, 3.6.5); Outlook reads
  those poorly that icalendar writes, with RDATE instead of one yearly rule ([MS-OXCICAL] 2.1.3.1.1.19.2.1: "MAY convert").
- Who was removed from an event that takes place gets CANCEL *without* STATUS; STATUS:CANCELLED is for the whole (RFC 5546,
  3.2.5).
- CLASS:PRIVATE: colleagues with whom somebody shares a calendar see "busy" and no more, in Outlook and Google alike.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
_PRODUCT = "-//Upstander//Gatherings//EN"
_ALARM = timedelta(minutes=-15)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_BUT_LINES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NO_ADDRESS = re.compile('[\\s\x00-\x20\x7f-\x9f\ud800-\udfff"<>:;,\\\\]+')


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name and address; an address that could end a line or begin another value loses what could."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an entry says. `place` may be the address under which one joins; `page` is ours."""

    uid: str
    sequence: int
    title: str
    text: str
    place: str
    page: str
    starts: datetime
    ends: datetime
    private: bool = True  # before colleagues who share the calendar
    certain: bool = True  # False: seen in the feed, but not registered, or waiting


@dataclass(frozen=True, slots=True)
class Part:
    """A calendar as it leaves in a mail: `method` belongs into the part's Content-Type, too."""

    method: str
    content: bytes


def request(what: Occasion, organizer: Person, to: Person, at: datetime) -> Part:
    """The entry, new or changed: which of the two the calendar sees by UID and SEQUENCE. `at`: when it is written.

    Who gets it has answered by registering: PARTSTAT is ACCEPTED, and no reply is asked for (RSVP=FALSE), for a reply by mail
    would free no seat. Raises ValueError where it ends before it begins, or a time has no zone.
    """
    event = _event(what, at)
    _people(event, organizer, to, "ACCEPTED")
    event.add("status", "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", _ALARM)
    alarm.add("description", line(what.title))
    event.add_component(alarm)
    return Part(REQUEST, _calendar(REQUEST, [event]))


def cancel(what: Occasion, organizer: Person, to: Person, at: datetime, *, whole: bool) -> Part:
    """The entry is gone: the gathering itself (`whole`), or this person's place in it. Raises ValueError as `request` does."""
    event = _event(what, at)
    _people(event, organizer, to, None)
    if whole:
        event.add("status", "CANCELLED")
    return Part(CANCEL, _calendar(CANCEL, [event]))


def feed(occasions: Iterable[Occasion], name: str, at: datetime) -> bytes:
    """A calendar to subscribe to, under `name`: nobody is invited by it (RFC 5546, 3.2.1: PUBLISH has no attendees)."""
    events = []
    for what in occasions:
        event = _event(what, at)
        event.add("status", "CONFIRMED" if what.certain else "TENTATIVE")
        events.append(event)
    return _calendar(PUBLISH, events, name)


def _calendar(method: str, events: list[Event], name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", line(name))  # what Google, Apple and Outlook call a subscribed calendar
        calendar.add(
            "refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"}
        )  # RFC 7986, 5.7
        calendar.add("x-published-ttl", "PT1H")  # Outlook's word for the same
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def _event(what: Occasion, at: datetime) -> Event:
    if what.ends <= what.starts:
        raise ValueError("a gathering ends after it begins")
    event = Event()
    event.add("uid", line(what.uid))
    event.add("sequence", what.sequence)
    event.add("dtstamp", _utc(at))
    event.add("dtstart", _utc(what.starts))
    event.add("dtend", _utc(what.ends))
    event.add("summary", line(what.title))
    event.add("description", lines(what.text))
    if place := line(what.place):
        event.add("location", place)
    event.add("url", line(what.page))
    event.add("class", "PRIVATE" if what.private else "PUBLIC")
    event.add("transp", "OPAQUE" if what.certain else "TRANSPARENT")
    return event


def _people(event: Event, organizer: Person, to: Person, answer: str | None) -> None:
    event.add("organizer", _address(organizer), encode=False)
    guest = _address(to)
    guest.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"})
    if answer:
        guest.params["PARTSTAT"] = answer
    event.add("attendee", guest, encode=False)


def _address(person: Person) -> vCalAddress:
    address = vCalAddress("mailto:" + _NO_ADDRESS.sub("", person.address))
    # A quotation mark is written as ^' (RFC 6868), which Outlook shows as it stands.
    address.params["CN"] = line(person.name).replace('"', "'").replace("^", "") or address.removeprefix(
        "mailto:"
    )
    return address


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone is no moment")
    return at.astimezone(UTC).replace(microsecond=0)


def line(text: str) -> str:
    """`text` on one line, without controls."""
    return " ".join(_CONTROL.sub(" ", text).split())


def lines(text: str) -> str:
    """`text` with its lines, without any other control."""
    return _CONTROL_BUT_LINES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
