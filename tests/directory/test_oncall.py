"""Who is on call: as the calendar says, and everybody while it says nothing."""

from datetime import timedelta

import pytest

from tests.directory.world import contact, org
from tests.people.conftest import origin, quick_passwords  # noqa: F401 - fixtures
from tests.response.conftest import ADMINISTRATOR, SITE, enter, person  # noqa: F401 - a fixture
from tests.support.people import holding
from upstander import clock as the_clock
from upstander.directory import calendars_services, queries
from upstander.directory.models import OnCall
from upstander.directory.services import Invalid, NotNow, end_contact
from upstander.people import queries as people
from upstander.people.models import Account

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def supervisor(name: str) -> Account:
    return holding(Account.objects.create_user(f"{name}@desk.example", name=name), "supervisor")


def on_call(holder: int, organisation_id: int | None = None, begins: timedelta = timedelta(0)) -> int:
    starts = the_clock.now() + begins
    return calendars_services.add_shift(organisation_id, holder, starts, starts + WEEK, "account:1")


def test_everybody_who_supervises_while_nobody_is_named_and_then_who_is(clock):
    ana, ben = supervisor("ana"), supervisor("ben")
    assert people.supervisors_on_call() == [ana, ben]
    on_call(ben.pk)
    on_call(ana.pk, begins=WEEK)
    assert people.supervisors_on_call() == [ben]
    clock(WEEK.total_seconds() + 60)
    assert people.supervisors_on_call() == [ana]
    clock(2 * WEEK.total_seconds() + 60)
    assert people.supervisors_on_call() == [ana, ben]


def test_who_supervises_no_longer_is_not_on_call_whatever_the_calendar_says():
    ana, ben = supervisor("ana"), supervisor("ben")
    on_call(ben.pk)
    ben.role_grants.update(ends_at=the_clock.now())
    assert people.supervisors_on_call() == [ana]


def test_a_district_has_its_own_weeks():
    district, other = org("district", "Payson CUSD 1"), org("district", "Farfield SD 3")
    head, stranger = contact(district, "P. Okafor"), contact(other, "M. Stone")
    on_call(head.pk, district.pk)
    assert queries.on_call(district.pk, the_clock.now()) == [head.pk]
    assert queries.on_call(other.pk, the_clock.now()) == [] and queries.accounts_on_call(the_clock.now()) == []
    with pytest.raises(Invalid, match="holder"):
        on_call(stranger.pk, district.pk)
    end_contact(head.pk, "account:1")
    assert queries.on_call(district.pk, the_clock.now()) == []


def test_a_week_that_is_over_stays_on_record(clock):
    shift = on_call(supervisor("ana").pk)
    clock(WEEK.total_seconds() + 60)
    with pytest.raises(NotNow):
        calendars_services.remove_shift(None, shift, "account:1")
    assert OnCall.objects.filter(pk=shift).exists()


def test_a_supervisor_and_an_administrator_keep_the_programmes_weeks_at_the_desk(desk):
    ana = supervisor("ana")
    page, form = "/directory/on-call/", {"do": "add", "holder": ana.pk, "first_day": the_clock.today().isoformat(), "weeks": 1}
    for role in ("supervisor", "programme_admin"):
        assert desk(role).get(page).status_code == 200
    boss = desk("supervisor", "call_taker")
    assert boss.post(page, form | {"weeks": "9"}).status_code == 400
    assert boss.post(page, form | {"holder": 0}).status_code == 400
    assert boss.post(page, form).status_code == 302
    shift = OnCall.objects.get()
    assert "ana" in boss.get(page).content.decode()
    assert boss.post(page, {"do": "remove", "shift": shift.pk}).status_code == 302
    assert not OnCall.objects.exists()


@pytest.mark.parametrize("role", ["call_taker", "stic_staff", "auditor", None])
def test_nobody_else_reads_or_keeps_them(desk, role):
    somebody = desk(role)
    refused = 403 if role else 302
    assert somebody.get("/directory/on-call/").status_code == refused
    assert somebody.post("/directory/on-call/", {"do": "add"}).status_code == refused


def test_an_administrator_keeps_the_districts_weeks(origin, person):  # noqa: F811
    origin("school", SITE)
    district = org("district", "Payson CUSD 1")
    head, school = contact(district, "P. Okafor"), org("school", "Lincoln", district)
    boss = enter(person("dana@payson.example", (district, ADMINISTRATOR)))
    page = f"/organizations/{district.pk}/on-call/"
    form = {"do": "add", "holder": head.pk, "first_day": the_clock.today().isoformat(), "weeks": 2}
    assert boss.post(page, form).status_code == 302
    assert OnCall.objects.get().contact == head
    assert boss.get(f"/organizations/{school.pk}/on-call/").status_code == 404, "a school has its district's"


class TestWhoIsAwayAndOnCall:
    @pytest.fixture
    def boss(self, origin, person):  # noqa: F811
        origin("school", SITE)
        self.district = org("district", "Payson CUSD 1")
        self.head = contact(self.district, "P. Okafor")
        self.week = f"/organizations/{self.district.pk}/on-call/"
        self.reached = f"/contacts/{self.head.pk}/reached/"
        return enter(person("dana@payson.example", (self.district, ADMINISTRATOR)))

    def put(self, boss, begins: int, weeks: int = 2) -> str:
        first = the_clock.today() + timedelta(days=begins)
        form = {"do": "add", "holder": self.head.pk, "first_day": first.isoformat(), "weeks": weeks}
        return boss.post(self.week, form, follow=True).content.decode()

    def away(self, boss, first: int, last: int) -> str:
        days = [(the_clock.today() + timedelta(days=n)).isoformat() for n in (first, last)]
        form = {"do": "away", "first_day": days[0], "last_day": days[1], "deputy": ""}
        return boss.post(self.reached, form, follow=True).content.decode()

    @pytest.mark.req("D-II.A")
    def test_whoever_puts_somebody_on_call_who_is_away_is_told(self, boss):
        self.away(boss, 3, 7)
        said = self.put(boss, 0)
        assert "away on some of these days" in said and "badge--soon" in said
        assert OnCall.objects.count() == 1, "it is said, not forbidden"

    @pytest.mark.req("D-II.A")
    def test_whoever_notes_an_absence_of_somebody_on_call_is_told(self, boss):
        self.put(boss, 0)
        assert "on call on these days" in self.away(boss, 3, 7)
        assert "badge--soon" in boss.get(self.week).content.decode()

    @pytest.mark.req("D-II.A")
    def test_days_beside_each_other_are_no_conflict(self, boss):
        self.put(boss, 0, weeks=1)
        assert "on call on these days" not in self.away(boss, 7, 9), "at 8 in the morning the next takes over"
        assert "badge--soon" not in boss.get(self.week).content.decode()
        assert "away on some of these days" not in self.put(boss, 10)

    def test_how_many_weeks_is_said_before_and_after(self, boss):
        assert "At most 8 weeks at once." in boss.get(self.week).content.decode()
        for weeks in (0, 9, "x", ""):
            said = self.put(boss, 0, weeks)
            assert "Write a number from 1 to 8." in said and "Ensure" not in said
