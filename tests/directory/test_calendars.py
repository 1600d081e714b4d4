"""School days, hours, days away and quiet hours: as the wall shows them, whatever the clocks do."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from tests.directory.world import contact, county, enrol, org
from tests.people.conftest import organisation, origin, quick_passwords, sign_in  # noqa: F401 - fixtures
from tests.response.conftest import ADMINISTRATOR, END_USER, SITE, enter, person  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.actions.facts import gather
from upstander.audit.models import Entry
from upstander.directory import calendars, calendars_services, queries
from upstander.directory.calendars import CLOSED, IN, OPEN, OUT, TERM, UNKNOWN, Calendar, Day, Quiet, Span
from upstander.directory.models import Absence, CalendarSpan, Organisation, QuietHours, SchoolHours
from upstander.directory.services import Invalid, end_contact
from upstander.packs.current import current
from upstander.protocol import clocks

CHICAGO = "America/Chicago"
FALL = Span(TERM, date(2026, 8, 17), date(2026, 12, 18), "Fall term")
BREAK = Span(CLOSED, date(2026, 11, 23), date(2026, 11, 27), "Thanksgiving break")
HOURS = {day: (time(8), time(15, 10)) for day in range(5)}
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
times = st.times().map(lambda t: t.replace(microsecond=0))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(CHICAGO))


class TestSchoolDays:
    def test_nobody_has_entered_anything(self):
        assert calendars.school_day(Calendar(), date(2026, 11, 18)) == Day(UNKNOWN)
        assert calendars.school_day(Calendar(), date(2026, 11, 21)) == Day(OUT), "a Saturday"
        assert calendars.school_day(Calendar(), date(2026, 11, 18), {date(2026, 11, 18)}) == Day(OUT)

    def test_a_term_and_a_break_within_it(self):
        known = Calendar(own=(FALL, BREAK))
        assert calendars.school_day(known, date(2026, 11, 20)) == Day(IN, "Fall term")
        assert calendars.school_day(known, date(2026, 11, 24)) == Day(OUT, "Thanksgiving break")
        assert calendars.school_day(known, date(2026, 12, 19)) == Day(OUT)

    def test_a_school_takes_its_districts_days_and_overrules_them(self):
        made_up = Span(OPEN, date(2026, 11, 23), date(2026, 11, 23), "Make-up day")
        assert calendars.school_day(Calendar(above=(FALL, BREAK)), date(2026, 11, 23)).state == OUT
        assert calendars.school_day(Calendar((made_up,), (FALL, BREAK)), date(2026, 11, 23)) == Day(IN, "Make-up day")
        own = Span(TERM, date(2026, 9, 1), date(2026, 12, 4))
        assert calendars.school_day(Calendar((own,), (FALL,)), date(2026, 8, 20)).state == OUT

    def test_the_programmes_closed_days_hold_unless_the_calendar_says_otherwise(self):
        day = date(2026, 11, 11)
        assert calendars.school_day(Calendar((FALL,)), day, {day}).state == OUT
        assert calendars.school_day(Calendar((FALL, Span(OPEN, day, day))), day, {day}).state == IN

    def test_hours_say_when_of_the_day(self):
        known = Calendar((FALL,), hours=HOURS)
        for moment, state in (("2026-11-18T07:59", OUT), ("2026-11-18T08:00", IN), ("2026-11-18T15:10", OUT)):
            assert calendars.session(known, at(moment), CHICAGO).state == state
        assert calendars.session(Calendar((FALL,)), at("2026-11-18T23:00"), CHICAGO).state == IN, "no hours are known"

    @given(day=days, first=days, length=st.integers(0, 200))
    @example(date(2027, 1, 1), date(2026, 12, 24), 10)
    def test_a_break_over_the_turn_of_the_year_is_one(self, day, first, length):
        span = Span(CLOSED, first, first + timedelta(days=length))
        known = Calendar((Span(TERM, date(2019, 1, 1), date(2036, 12, 31)), span))
        assert (calendars.school_day(known, day).state == OUT) == (span.holds(day) or day.weekday() >= 5)

    @given(moment=moments)
    def test_in_session_is_what_the_wall_shows_on_days_on_which_clocks_change_too(self, moment):
        known = Calendar((Span(TERM, date(2019, 1, 1), date(2036, 12, 31)),), hours=HOURS)
        local = moment.astimezone(ZoneInfo(CHICAGO))
        inside = local.weekday() < 5 and time(8) <= local.time() < time(15, 10)
        assert (calendars.session(known, moment, CHICAGO).state == IN) == inside


class TestQuietHours:
    def test_over_midnight(self):
        night = Quiet(time(21), time(6, 30))
        assert [night.at(t) for t in (time(20, 59), time(21), time(0), time(6, 29), time(6, 30))] == [
            False, True, True, True, False,
        ]  # fmt: skip

    def test_from_and_until_the_same_is_any_hour_and_never_ends(self):
        never = Quiet(time(), time())
        assert never.at(time(12)) and calendars.quiet_until(never, at("2026-11-18T12:00"), CHICAGO) is None

    @given(moment=moments, starts=times, ends=times)
    @example(datetime(2026, 3, 8, 7, 30, tzinfo=UTC), time(22), time(2, 30))  # the hour that spring leaves out
    @example(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), time(22), time(1, 30))  # the hour that autumn shows twice
    def test_they_end_when_the_wall_says_so_and_within_a_day(self, moment, starts, ends):
        quiet, where = Quiet(starts, ends), ZoneInfo(CHICAGO)
        until = calendars.quiet_until(quiet, moment, CHICAGO)
        if until is None:
            assert starts == ends or not quiet.at(moment.astimezone(where).time())
            return
        assert moment < until <= moment + timedelta(hours=25)
        local = until.astimezone(where)
        jumped = (until - timedelta(seconds=1)).astimezone(where).utcoffset() != local.utcoffset()
        assert local.time() == ends or jumped, "a time that the wall never shows is the moment of the jump"

    @given(first=days, count=st.integers(1, 8))
    def test_an_on_call_week_begins_at_eight_whatever_the_clocks_do_and_ends_where_the_next_begins(self, first, count):
        starts, ends = calendars.weeks(first, count, CHICAGO)
        assert {m.astimezone(ZoneInfo(CHICAGO)).time() for m in (starts, ends)} == {calendars.SHIFT_BEGINS}
        assert calendars.weeks(first + timedelta(weeks=count), 1, CHICAGO)[0] == ends


@pytest.fixture
def place(db) -> Organisation:
    prairie = county("Prairie")
    district = org("district", "Payson CUSD 1", city="Payson", county=prairie)
    enrol(district)
    return org("school", "Lincoln Elementary", district, city="Payson", county=prairie)


def move_to(clock, moment: str) -> None:
    clock(0)
    clock((at(moment) - the_clock.now()).total_seconds())


class TestWhatIsKnown:
    def test_a_judgement_knows_from_the_schools_own_calendar_whether_it_is_in_session(self, place, clock):
        move_to(clock, "2026-11-18T10:00")
        facts = lambda: gather(current(), place.pk, ["bullying"], False, [])[0].session  # noqa: E731
        assert facts() == "unknown"
        calendars_services.add_span(place.parent_id, "term", "Fall", FALL.first, FALL.last, "account:1")
        assert facts() == "in"
        calendars_services.set_hours(place.pk, {2: (time(8), time(9))}, "account:1")
        assert facts() == "out"
        move_to(clock, "2026-11-21T10:00")
        assert facts() == "out"

    def test_school_days_are_counted_by_the_schools_own_calendar(self, place, clock):
        move_to(clock, "2026-11-20T10:00")
        duty = next(d for d in current().clocks.duties if d.due.unit == "school_days")
        before = clocks.due_at(current(), duty, the_clock.now(), queries.closed_days(place.pk, the_clock.now()))
        calendars_services.add_span(place.parent_id, "closed", "Break", date(2026, 11, 23), date(2026, 11, 27), "account:1")
        found = queries.closed_days(place.pk, the_clock.now())
        assert date(2026, 11, 24) in found
        assert clocks.due_at(current(), duty, the_clock.now(), found) > before

    def test_who_is_away_and_who_stands_in(self, place, clock):
        move_to(clock, "2026-11-18T10:00")
        head, deputy = contact(place, "P. Okafor"), contact(place.parent, "Ana Rivera")
        calendars_services.add_absence(head.pk, date(2026, 11, 18), date(2026, 11, 20), deputy.pk, "account:1")
        away = queries.away([head.pk, deputy.pk], date(2026, 11, 19))
        assert {pk: (a.until, a.deputy) for pk, a in away.items()} == {head.pk: (date(2026, 11, 20), "Ana Rivera")}
        end_contact(deputy.pk, "account:1")
        assert queries.away([head.pk], date(2026, 11, 19))[head.pk].deputy_id is None
        assert queries.away([head.pk], date(2026, 11, 21)) == {}

    def test_nobody_of_another_list_stands_in(self, place):
        head, stranger = contact(place, "P. Okafor"), contact(org("district", "Farfield SD 3"), "M. Stone")
        today = the_clock.today()
        for deputy in (stranger.pk, head.pk):
            with pytest.raises(Invalid, match="deputy"):
                calendars_services.add_absence(head.pk, today, today, deputy, "account:1")
        assert not Absence.objects.exists()

    @pytest.mark.parametrize(("first", "last"), [(2, 1), (0, 600)])
    def test_days_that_cannot_be_are_refused(self, place, first, last):
        today = the_clock.today()
        days = (today + timedelta(days=first), today + timedelta(days=last))
        with pytest.raises(Invalid, match="last_day"):
            calendars_services.add_span(place.pk, "term", "", *days, "account:1")
        with pytest.raises(Invalid, match="last_day"):
            calendars_services.add_absence(contact(place, "P. Okafor").pk, *days, None, "account:1")


class TestOnRecord:
    def said(self, act: str) -> dict[str, object]:
        return Entry.objects.filter(act=f"directory.{act}").latest("id").detail

    def test_what_is_taken_out_of_a_calendar_stands_in_the_record_as_it_was_and_no_name(self, place):
        span = calendars_services.add_span(place.pk, "closed", "Wake of J. Doe", BREAK.first, BREAK.last, "account:1")
        calendars_services.remove_span(place.pk, span, "account:1")
        was = {"span": span, "span_kind": "closed", "first": "2026-11-23", "last": "2026-11-27"}
        assert self.said("calendar_added") == self.said("calendar_removed") == was
        entries = Entry.objects.count()
        calendars_services.remove_span(place.pk, span, "account:1")
        assert Entry.objects.count() == entries, "somebody was quicker"

    def test_hours_that_change_stand_there_before_and_after(self, place):
        calendars_services.set_hours(place.pk, {0: (time(8), time(15, 10)), 4: (time(8), time(12))}, "account:1")
        calendars_services.set_hours(place.pk, {0: (time(9), time(15))}, "account:1")
        before = [[0, "08:00", "15:10"], [4, "08:00", "12:00"]]
        assert self.said("hours_set") == {"before": before, "after": [[0, "09:00", "15:00"]]}

    def test_a_contacts_days_away_and_quiet_hours_do_too(self, place):
        head, deputy, today = contact(place, "P. Okafor"), contact(place, "Ana Rivera"), the_clock.today()
        absence = calendars_services.add_absence(head.pk, today, today, deputy.pk, "account:1")
        calendars_services.remove_absence(head.pk, absence, "account:1")
        day = today.isoformat()
        was = {"absence": absence, "first": day, "last": day, "deputy": deputy.pk}
        assert self.said("absence_added") == self.said("absence_removed") == was
        calendars_services.set_quiet(head.pk, {"sms": (time(21), time(6, 30))}, "account:1")
        calendars_services.set_quiet(head.pk, {}, "account:1")
        assert self.said("quiet_hours_set") == {"before": [["sms", "21:00", "06:30"]], "after": []}

    def test_so_does_a_week_on_call(self, place):
        head, starts = contact(place.parent, "P. Okafor"), the_clock.now()
        ends = starts + timedelta(weeks=1)
        shift = calendars_services.add_shift(place.parent_id, head.pk, starts, ends, "account:1")
        calendars_services.remove_shift(place.parent_id, shift, "account:1")
        was = {"shift": shift, "holder": head.pk, "starts": starts.isoformat(), "ends": ends.isoformat()}
        assert self.said("on_call_added") == self.said("on_call_removed") == was


DAYS = {"do": "add", "kind": "closed", "name": "Winter break", "first_day": "2026-12-21", "last_day": "2027-01-01"}


class TestPagesAtTheSchool:
    @pytest.fixture
    def school(self, origin) -> None:  # noqa: F811
        origin("school", SITE)

    def test_an_administrator_keeps_days_and_hours(self, school, place, person):  # noqa: F811
        boss = enter(person("dana@payson.example", (place.parent, ADMINISTRATOR)))
        page = f"/organizations/{place.pk}/calendar/"
        assert boss.post(page, DAYS).status_code == 302
        assert "Winter break" in boss.get(page).content.decode()
        assert boss.post(page, DAYS).status_code == 400, "twice is said, not kept"
        wrong = boss.post(page, DAYS | {"first_day": "soon"})
        assert wrong.status_code == 400 and "Winter break" in wrong.content.decode()
        hours = {"do": "hours", "opens_0": "08:00", "closes_0": "15:10"}
        assert boss.post(page, hours).status_code == 302
        assert boss.post(page, hours | {"closes_0": ""}).status_code == 400
        assert boss.post(page, hours | {"closes_0": "07:00"}).status_code == 400
        assert [h.weekday for h in SchoolHours.objects.all()] == [0]
        span = CalendarSpan.objects.get()
        assert boss.post(page, {"do": "remove", "span": span.pk}).status_code == 302
        assert not CalendarSpan.objects.exists()

    def test_a_contact_says_when_they_are_reached_and_nobody_elses(self, school, place, person):  # noqa: F811
        head, colleague = contact(place, "P. Okafor"), contact(place, "R. Haas")
        mine = enter(person("okafor@payson.example", (place, END_USER), contact_id=head.pk))
        page, today = f"/contacts/{head.pk}/reached/", the_clock.today().isoformat()
        assert page in mine.get("/").content.decode()
        away = {"do": "away", "first_day": today, "last_day": today, "deputy": colleague.pk}
        assert mine.post(page, away).status_code == 302
        assert "R. Haas stands in" in mine.get(page).content.decode()
        quiet = {"do": "quiet", "email_when": "any", "sms_when": "between", "sms_starts": "21:00", "sms_ends": "06:30",
                 "call_when": "never", "push_when": "any"}  # fmt: skip
        assert mine.post(page, quiet).status_code == 302
        assert set(QuietHours.objects.values_list("channel", "starts", "ends")) == {
            ("sms", time(21), time(6, 30)), ("call", time(), time()),
        }  # fmt: skip
        assert mine.post(page, quiet | {"sms_ends": ""}).status_code == 400
        assert mine.post(page, {"do": "back", "absence": Absence.objects.get().pk}).status_code == 302
        assert mine.get(f"/contacts/{colleague.pk}/reached/").status_code == 404
        assert mine.post(f"/contacts/{colleague.pk}/reached/", away).status_code == 404
        assert mine.get(f"/organizations/{place.pk}/calendar/").status_code == 404

    def test_hours_that_do_not_go_with_the_choice_are_not_thrown_away_without_a_word(self, school, place, person):  # noqa: F811
        head = contact(place, "P. Okafor")
        mine = enter(person("okafor@payson.example", (place, END_USER), contact_id=head.pk))
        page = f"/contacts/{head.pk}/reached/"
        any_hour = {"do": "quiet", **{f"{c}_when": "any" for c in ("email", "sms", "call", "push")}}
        hours = {"sms_starts": "22:00", "sms_ends": "06:00"}
        for chosen in ("any", "never"):
            answer = mine.post(page, any_hour | hours | {"sms_when": chosen})
            text = answer.content.decode()
            assert answer.status_code == 400 and "You have written hours." in text and 'value="22:00"' in text
            assert text.count("between--open") == 1, "the hours are seen beside what is said of them"
        assert not QuietHours.objects.exists()
        assert mine.post(page, any_hour | hours | {"sms_when": "between"}).status_code == 302
        assert mine.post(page, any_hour | hours).status_code == 302, "hours that stood there go with the choice"
        assert not QuietHours.objects.exists()

    def test_an_absence_that_comes_stands_beside_the_contact(self, school, place, person):  # noqa: F811
        head, deputy, today = contact(place, "P. Okafor"), contact(place, "R. Haas"), the_clock.today()
        boss = enter(person("dana@payson.example", (place.parent, ADMINISTRATOR)))
        page = f"/organizations/{place.pk}/"
        assert "R. Haas stands in" not in boss.get(page).content.decode()
        tomorrow = today + timedelta(days=1)
        calendars_services.add_absence(head.pk, tomorrow, tomorrow, deputy.pk, "account:1")
        assert "R. Haas stands in" in boss.get(page).content.decode()

    def test_the_administrator_of_another_district_finds_nothing(self, school, place, person):  # noqa: F811
        other = org("district", "Farfield SD 3")
        head = contact(place, "P. Okafor")
        stranger = enter(person("far@farfield.example", (other, ADMINISTRATOR)))
        for page in (
            f"/organizations/{place.pk}/calendar/", f"/organizations/{place.parent_id}/on-call/", f"/contacts/{head.pk}/reached/",
        ):  # fmt: skip
            assert stranger.get(page).status_code == 404
            assert stranger.post(page, DAYS).status_code == 404
        assert not CalendarSpan.objects.exists()

    def test_a_stranger_is_led_to_the_sign_in(self, school, place):
        for page in (f"/organizations/{place.pk}/calendar/", f"/organizations/{place.pk}/on-call/", "/contacts/1/reached/"):
            assert Client().get(page)["Location"].startswith("/sign-in/")

    def test_the_programmes_on_call_page_is_not_there(self, school, place, person):  # noqa: F811
        boss = enter(person("dana@payson.example", (place.parent, ADMINISTRATOR)))
        assert boss.get("/on-call/").status_code == 404


class TestPagesAtTheDesk:
    def test_an_administrator_keeps_everybodys(self, desk, place):
        admin, head = desk("programme_admin"), contact(place, "P. Okafor")
        assert admin.post(f"/directory/organizations/{place.pk}/calendar/", DAYS).status_code == 302
        assert admin.get(f"/directory/contacts/{head.pk}/reached/").status_code == 200
        calendars_services.add_absence(head.pk, the_clock.today(), the_clock.today() + timedelta(days=9), None, "account:1")
        shown = admin.get(f"/directory/organisations/{place.pk}/").content.decode()
        assert re.search(r"away\s*</span>", shown)
        assert f"/directory/organizations/{place.pk}/calendar/" in shown

    @pytest.mark.parametrize("role", ["call_taker", "supervisor", "auditor", "outreach"])
    def test_nobody_else_does(self, desk, place, role):
        somebody, head = desk(role), contact(place, "P. Okafor")
        for page in (f"organizations/{place.pk}/calendar/", f"organizations/{place.parent_id}/on-call/",
                     f"contacts/{head.pk}/reached/"):  # fmt: skip
            assert somebody.get(f"/directory/{page}").status_code == 403
            assert somebody.post(f"/directory/{page}", DAYS).status_code == 403
