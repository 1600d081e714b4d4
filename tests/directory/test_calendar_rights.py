"""Every form of the calendars and of a contact's reach works under the login of the process that serves it, mistakes too.

The other tests of these pages run as the database's owner, who may everything: a right that a login lacks shows only here.
"""


import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.directory.test_calendar_file import BREAK, ics
from tests.directory.test_calendars import DAYS, place  # noqa: F401 - a fixture
from tests.directory.world import contact
from tests.people.conftest import as_login, origin, quick_passwords, refused  # noqa: F401 - fixtures
from tests.response.conftest import ADMINISTRATOR, SITE, enter, person  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.directory.models import Absence, CalendarSpan, OnCall, Organisation, QuietHours, SchoolHours

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.A")]
QUIET = {"do": "quiet", "email_when": "any", "sms_when": "between", "sms_starts": "21:00", "sms_ends": "06:30",
         "call_when": "never", "push_when": "any"}  # fmt: skip


def walk(client: Client, root: str, place: Organisation, head: int, deputy: int) -> None:  # noqa: F811
    """Press every form once rightly and with each mistake; whatever was typed wrongly is said, none breaks."""
    calendar, today = f"{root}/organizations/{place.pk}/calendar/", the_clock.today().isoformat()
    for wrong in ({"last_day": "2026-12-01"}, {"last_day": "2037-01-01"}, {"kind": "feast"}, {"first_day": "soon"}):
        answer = client.post(calendar, DAYS | wrong)
        assert answer.status_code == 400 and "Winter break" in answer.content.decode(), wrong
    hours = {"do": "hours", "opens_0": "08:00", "closes_0": "15:00"}
    assert client.post(calendar, hours | {"opens_0": "15:00", "closes_0": "08:00"}).status_code == 400
    assert client.post(calendar, DAYS).status_code == 302
    assert client.post(calendar, DAYS).status_code == 400, "these days stand there already"
    for _ in range(2):
        assert client.post(calendar, hours).status_code == 302
    assert SchoolHours.objects.count() == 1
    file = f"{root}/calendar-file/{place.pk}/"
    shown = client.post(file, {"file": SimpleUploadedFile("year.ics", ics(BREAK.replace("20261221", "20261222")))})
    (row,) = shown.context["rows"]
    assert client.post(file, {"do": "keep", f"row_{row.n}": row.value, f"kind_{row.n}": "closed"}).status_code == 302
    assert CalendarSpan.objects.count() == 2
    for span in CalendarSpan.objects.all():
        assert client.post(calendar, {"do": "remove", "span": span.pk}).status_code == 302
    assert not CalendarSpan.objects.exists()

    reached = f"{root}/contacts/{head}/reached/"
    away = {"do": "away", "first_day": today, "last_day": today, "deputy": deputy}
    assert client.post(reached, away | {"last_day": "2020-01-01"}).status_code == 400
    assert client.post(reached, away).status_code == 302
    assert client.post(reached, {"do": "back", "absence": Absence.objects.get().pk}).status_code == 302
    assert client.post(reached, QUIET | {"sms_ends": ""}).status_code == 400
    for _ in range(2):
        assert client.post(reached, QUIET).status_code == 302
    assert QuietHours.objects.count() == 2

    week = {"do": "add", "holder": deputy, "first_day": today, "weeks": 1}
    on_call = f"{root}/organizations/{place.parent_id}/on-call/"
    assert client.post(on_call, week | {"weeks": 9}).status_code == 400
    assert client.post(on_call, week).status_code == 302
    assert client.post(on_call, {"do": "remove", "shift": OnCall.objects.get().pk}).status_code == 302


def test_an_administrator_keeps_a_schools_calendar_under_the_schools_login(origin, person, place, as_login):  # noqa: F811
    head, deputy = contact(place, "P. Okafor"), contact(place.parent, "Ana Rivera")
    boss = person("dana@payson.example", (place.parent, ADMINISTRATOR))
    origin("school", SITE)
    as_login("school")
    walk(enter(boss), "", place, head.pk, deputy.pk)
    assert refused(lambda: Organisation.objects.filter(pk=place.pk).update(name="Another"))


def test_the_programme_keeps_it_under_the_desks_login(desk, place, as_login):  # noqa: F811
    head, deputy = contact(place, "P. Okafor"), contact(place.parent, "Ana Rivera")
    admin = desk("programme_admin")
    as_login("desk")
    walk(admin, "/directory", place, head.pk, deputy.pk)
    boss = admin.post("/directory/on-call/", {"do": "add", "holder": 0, "first_day": "", "weeks": ""})
    assert boss.status_code == 400
    assert refused(lambda: Organisation.objects.filter(pk=place.pk).update(name="Another"))
