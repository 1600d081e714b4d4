"""Days of a calendar from an iCalendar file: read within bounds whatever it holds, shown first, kept when a person says so."""

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.directory.world import county, enrol, org
from tests.people.conftest import organisation, origin, quick_passwords  # noqa: F401 - fixtures
from tests.response.conftest import ADMINISTRATOR, SITE, enter, person  # noqa: F401 - fixtures
from upstander.audit.models import Entry
from upstander.directory import calendars_rule
from upstander.directory.calendars_ics import LARGEST, Found, NotACalendar, read
from upstander.directory.models import CalendarSpan, Organisation

ZONE, TODAY, UNTIL = "America/Chicago", date(2026, 11, 22), date(2028, 7, 1)


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def said(*events: str) -> Found:
    return read(ics(*events), ZONE, TODAY, UNTIL)


def spans(*events: str) -> list[tuple[date, date, str, str]]:
    return [(p.first, p.last, p.name, p.kind) for p in said(*events).days]


BREAK = "UID:1\nDTSTART;VALUE=DATE:20261221\nDTEND;VALUE=DATE:20270102\nSUMMARY:Winter Break"


class TestReading:
    def test_whole_days_with_their_name_and_what_they_probably_are(self):
        meeting = "UID:2\nDTSTART;VALUE=DATE:20270210\nSUMMARY:Science fair"
        assert spans(BREAK, meeting) == [
            (date(2026, 12, 21), date(2027, 1, 1), "Winter Break", "closed"),
            (date(2027, 2, 10), date(2027, 2, 10), "Science fair", ""),
        ]

    @pytest.mark.parametrize(
        "times",
        [
            "DTSTART:20261225T060000Z\nDTEND:20261226T060000Z",
            "DTSTART;TZID=America/Chicago:20261225T000000\nDTEND;TZID=America/Chicago:20261226T000000",
            "DTSTART;TZID=America/New_York:20261225T010000\nDTEND;TZID=America/New_York:20261226T010000",
            "DTSTART:20261225T000000\nDURATION:P1D",
            "DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225",
            "DTSTART;VALUE=DATE:20261225",
        ],
    )
    def test_from_midnight_to_midnight_on_the_programmes_wall_is_a_whole_day(self, times):
        assert [(a, b) for a, b, *_ in spans(f"{times}\nSUMMARY:Holiday")] == [
            (date(2026, 12, 25), date(2026, 12, 25))
        ]

    def test_over_the_change_of_clocks_a_day_is_a_day(self):
        times = "DTSTART:20270314T060000Z\nDTEND:20270315T050000Z"  # 23 hours
        assert [(a, b) for a, b, *_ in spans(times)] == [(date(2027, 3, 14), date(2027, 3, 14))]

    def test_what_is_left_out_is_counted_by_its_reason(self):
        found = said(
            "DTSTART:20261201T180000Z\nDTEND:20261201T190000Z\nSUMMARY:Board", "DTSTART;VALUE=DATE:20200101",
            "DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20280101", "DTSTART;VALUE=DATE:20270101\nSTATUS:CANCELLED",
            "DTSTART:rubbish", "SUMMARY:no day", "DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=SECONDLY",
            "DTSTART;VALUE=DATE:20270101\nDTSTART;VALUE=DATE:20270102",
        )  # fmt: skip
        assert found.days == () and found.left_out == {
            "hours": 1,
            "over": 1,
            "long": 1,
            "cancelled": 1,
            "unread": 4,
        }

    def test_a_repeated_day_with_exceptions_and_one_that_was_moved(self):
        found = spans(
            "UID:1\nDTSTART;VALUE=DATE:20261207\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20261214\nSUMMARY:No school",
            "UID:1\nRECURRENCE-ID;VALUE=DATE:20261221\nDTSTART;VALUE=DATE:20261222\nSUMMARY:No school",
            "UID:2\nDTSTART;VALUE=DATE:20250901\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO\nSUMMARY:Labor Day",
        )
        assert [a for a, *_ in found] == [
            date(2026, 12, 7),
            date(2026, 12, 22),
            date(2026, 12, 28),
            date(2027, 9, 6),
        ]

    def test_single_days_of_one_name_are_one_break_also_over_a_weekend(self):
        days = [
            f"DTSTART;VALUE=DATE:{day}\nSUMMARY:Spring Break" for day in ("20270325", "20270326", "20270329")
        ]
        assert [(a, b) for a, b, *_ in spans(*days)] == [(date(2027, 3, 25), date(2027, 3, 29))]

    def test_nothing_else_of_an_event_is_read(self):
        event = f"{BREAK}\nDESCRIPTION:secret\nATTENDEE:mailto:a@b\nBEGIN:VALARM\nSUMMARY:other\nDTSTART:20270101\nEND:VALARM"
        assert spans(event) == spans(BREAK)

    def test_folded_lines_odd_ends_and_a_mark_at_the_begin_are_read(self):
        content = b"\xef\xbb\xbf" + ics(BREAK).replace(b"SUMMARY:Winter", b"SUMM\r\n ARY:Wint\r\n\ter")
        assert read(content, ZONE, TODAY, UNTIL) == said(BREAK)
        assert read(content.replace(b"\r\n", b"\n"), ZONE, TODAY, UNTIL) == said(BREAK)


VALUES = [
    "20270101", "20270101T000000Z", "P1D", "-P9999999D", "FREQ=DAILY", "VEVENT", "99999999", "00010101", "00010101T000000Z",
    "99991231T235959", "FREQ=MONTHLY;UNTIL=20270101T000000Z", "20270101/P1D", "\x00", "é,;\\n",
]  # fmt: skip


class TestHostile:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "kind"),
            (b"%PDF-1.7", "kind"),
            (b"PK\x03\x04", "kind"),
            (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "events"),
            (b"BEGIN:VCALENDAR\n" + b"x" * LARGEST, "size"),
            (ics(*["SUMMARY:x"] * 1501), "size"),
            (ics(*["DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=DAILY"] * 201), "repeated"),
        ],
    )
    def test_a_file_that_is_none_or_too_much_is_refused_with_its_reason(self, content, code):
        with pytest.raises(NotACalendar) as fault:
            read(content, ZONE, TODAY, UNTIL)
        assert fault.value.code == code

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYSETPOS=9", "FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=300",
            "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=99999999", "FREQ=DAILY;UNTIL=99991231", "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=1,2,3", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;INTERVAL=400", "FREQ=", "INTERVAL=2",
            "FREQ=YEARLY;BYEASTER=1", "FREQ=DAILY;INTERVAL=-1",
        ],
    )  # fmt: skip
    def test_no_rule_is_looked_for_for_ever(self, rule):
        said(*[f"UID:{n}\nDTSTART;VALUE=DATE:20240102\nRRULE:{rule}\nSUMMARY:x" for n in range(50)])

    def test_a_time_zone_of_its_own_is_not_even_looked_at(self):
        lines = ("BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD", "DTSTART:19700101T000000", "RRULE:FREQ=SECONDLY", "END:STANDARD")
        zone = "\r\n".join([*lines, "END:VTIMEZONE", ""]).encode()
        assert read(
            ics(BREAK).replace(b"BEGIN:VEVENT", zone + b"BEGIN:VEVENT", 1), ZONE, TODAY, UNTIL
        ) == said(BREAK)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.sampled_from(["DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "DURATION", "RECURRENCE-ID", "BEGIN", "END"])
                    .flatmap(lambda name: st.tuples(st.just(name), st.sampled_from([":", ";VALUE=DATE:", ";TZID=X:", ";"]),
                             st.sampled_from(VALUES))),
                    max_size=8))  # fmt: skip
    @example([("DTSTART", ";VALUE=DATE:", "00010101"), ("DTEND", ":", "20270101T000000Z")])
    def test_whatever_lines_there_are_it_is_read_or_refused(self, lines):
        try:
            said("\n".join("".join(line) for line in lines), BREAK)
        except NotACalendar:
            pass


rules = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 4).map(str), "COUNT": st.integers(1, 40).map(str), "WKST": st.sampled_from(["MO", "SU"]),
        "BYMONTH": st.sets(st.integers(1, 12), min_size=1, max_size=3).map(lambda s: ",".join(map(str, sorted(s)))),
        "BYMONTHDAY": st.sampled_from(["1", "15", "-1", "31", "1,2,3", "-3,7"]),
        "BYDAY": st.sampled_from(["MO", "MO,TU,FR", "SU", "1MO", "-1FR", "2TU,4TH", "5WE"]),
        "BYSETPOS": st.sampled_from(["1", "-1", "2", "1,-1"]),
    },
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(rules, st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_a_rule_gives_the_days_that_another_program_gives(parts, first):
    """Where ours reads it; the other one is bounded by hand, since it looks for ever for what never comes."""
    given_ = {name: value.split(",") for name, value in parts.items()}
    try:
        rule = calendars_rule.rule(given_)
    except calendars_rule.NotRead:
        return
    if rule.positions and not (rule.weekdays or rule.month_days or rule.months):
        return  # the standard wants another part beside BYSETPOS
    if rule.every == "WEEKLY" and rule.positions:  # the other one's first week begins with the event, whatever WKST says
        first -= timedelta((first.weekday() - rule.week_begins) % 7)
    last = first + timedelta(days=900)
    ours = list(calendars_rule.days(rule, first, last))
    text = (
        ";".join(f"{name}={value}" for name, value in parts.items() if name != "COUNT")
        + f";UNTIL={last:%Y%m%d}"
    )
    theirs = rrulestr(text, dtstart=datetime.combine(first, datetime.min.time()))
    # (a rule without any day in the bounds would keep the other one busy until the year 9999)
    if ours:
        assert ours == [m.date() for m in islice(theirs, min(rule.count, len(ours)))]


@pytest.mark.django_db
class TestThePage:
    @pytest.fixture
    def school(self, origin) -> Organisation:  # noqa: F811
        origin("school", SITE)
        district = org("district", "Payson CUSD 1", county=county("Prairie"))
        enrol(district)
        return org("school", "Lincoln Elementary", district)

    @pytest.fixture
    def boss(self, school, person) -> Client:  # noqa: F811
        return enter(person("dana@payson.example", (school.parent, ADMINISTRATOR)))

    def send(self, who: Client, school: Organisation, content: bytes):
        return who.post(
            f"/calendar-file/{school.pk}/", {"do": "read", "file": SimpleUploadedFile("year.ics", content)}
        )

    def test_it_is_shown_first_and_kept_when_somebody_says_so(self, school, boss, clock):
        assert (
            f"/calendar-file/{school.pk}/"
            in boss.get(f"/organizations/{school.pk}/calendar/").content.decode()
        )
        meeting = "UID:9\nDTSTART;VALUE=DATE:20270210\nSUMMARY:Science <fair>"
        answer = self.send(
            boss, school, ics(BREAK, meeting, "DTSTART:20261201T180000Z\nDTEND:20261201T190000Z")
        )
        page = answer.content.decode()
        assert (
            answer.status_code == 200
            and "Winter Break" in page
            and "Science &lt;fair&gt;" in page
            and "1 have hours" in page
        )
        assert not CalendarSpan.objects.exists(), "nothing is kept yet"
        rows = [row for row in answer.context["rows"]]
        form = {
            "do": "keep",
            **{f"row_{r.n}": r.value for r in rows},
            **{f"kind_{r.n}": r.days.kind for r in rows},
        }
        assert boss.post(f"/calendar-file/{school.pk}/", form).status_code == 302
        span = CalendarSpan.objects.get()
        assert (span.kind, span.name, span.first_day, span.last_day) == (
            "closed", "Winter Break", date(2026, 12, 21), date(2027, 1, 1),
        )  # fmt: skip
        assert Entry.objects.filter(act="directory.calendar_added").count() == 1
        assert "Stands in the calendar already" in self.send(boss, school, ics(BREAK)).content.decode()
        assert (
            boss.post(f"/calendar-file/{school.pk}/", form).status_code == 302
            and CalendarSpan.objects.count() == 1
        )

    @pytest.mark.parametrize(
        "content", [b"%PDF", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"BEGIN:VCALENDAR\n" + b"x" * LARGEST]
    )
    def test_what_is_no_calendar_is_said_in_words(self, school, boss, content):
        answer = self.send(boss, school, content)
        assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()

    def test_no_file_and_rows_that_somebody_made_up(self, school, boss):
        page = f"/calendar-file/{school.pk}/"
        assert boss.post(page, {"do": "read"}).status_code == 400
        for row, kind in (("rubbish", "closed"), ("2027-01-01|soon|x", "closed"), ("2027-01-05|2027-01-01|x", "closed"),
                          ("2027-01-01|2027-01-01|x", "party"), ("2027-01-01|2032-01-01|x", "closed")):  # fmt: skip
            good = {"row_1": "2027-02-01|2027-02-01|Day off", "kind_1": "closed"}
            assert boss.post(page, {"do": "keep", **good, "row_2": row, "kind_2": kind}).status_code == 400, (
                row
            )
        assert not CalendarSpan.objects.exists(), "all or none"

    def test_nobody_else_gets_there(self, school, person, boss):  # noqa: F811
        far = enter(person("far@farfield.example", (org("district", "Farfield SD 3"), ADMINISTRATOR)))
        page = f"/calendar-file/{school.pk}/"
        assert far.get(page).status_code == self.send(far, school, ics(BREAK)).status_code == 404
        assert (
            far.post(page, {"do": "keep", "row_1": "2027-02-01|2027-02-01|x", "kind_1": "closed"}).status_code
            == 404
        )
        assert (
            Client().get(page)["Location"].startswith("/sign-in/")
            and boss.get("/calendar-file/999999/").status_code == 404
        )
        assert not CalendarSpan.objects.exists()


@pytest.mark.django_db
def test_at_the_desk_the_administrator_does_it_and_nobody_else(desk):
    district = org("district", "Payson CUSD 1", county=county("Prairie"))
    page = f"/directory/calendar-file/{district.pk}/"
    assert desk("programme_admin").get(page).status_code == 200
    assert desk("call_taker", "supervisor").get(page).status_code in (403, 404)
    assert desk(None).get(page)["Location"].startswith("/sign-in/")
