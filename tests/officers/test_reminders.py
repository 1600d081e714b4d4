"""Before a certificate ends, its owner hears of it: once a step, without a word of which one."""

from datetime import timedelta

import pytest

from tests.officers.conftest import agreed, learned
from upstander import clock as the_clock
from upstander.delivery.models import Delivery
from upstander.officers import queries, reach, reminders, reviews, services
from upstander.officers.models import Agreement, Reminder, ReviewReminder
from upstander.people.models import Designation

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-climate")]


def owed() -> list[int]:
    assert reminders.turn() is False
    return sorted(Reminder.objects.values_list("days", flat=True))


def test_each_step_is_mailed_once_and_what_was_missed_is_not_made_up_for(cast, clock, as_login):
    learned(cast.officer, "threats", the_clock.today() + timedelta(100))
    as_login("worker")
    assert owed() == []
    clock(45 * 86_400)  # 55 days before
    assert owed() == owed() == [60]
    clock(96 * 86_400)  # 4 days before: the step of 30 days is over
    assert owed() == [7, 60]
    clock(101 * 86_400)
    assert owed() == [7, 60]


def test_the_mail_says_nothing_of_it(cast, as_login):
    learned(cast.officer, "youth_mental_health", the_clock.today() + timedelta(20), words="Heron Academy")
    as_login("worker")
    assert owed() == [30]
    sent = Reminder.objects.get()
    assert sent.days == 30


def test_the_relay_renders_it_and_takes_back_what_is_withdrawn(cast, as_login):
    mine = learned(cast.officer, "youth_mental_health", the_clock.today() + timedelta(20))
    reminders.turn()
    assert Delivery.objects.get(purpose="reminder_certificate").address_key == f"account:{cast.officer.pk}"
    id = Reminder.objects.get().pk
    with reach.acting(cast.officer) as who:
        assert queries.certificates(who)[0].state == "expiring"
    as_login("relay")
    mail = reminders.render(id)
    assert mail.to_address == "osei@police.example" and "/officers/certificates/" in mail.text
    assert "mental" not in (mail.text + mail.subject).lower()
    assert mine


def test_who_renewed_took_back_or_left_is_not_written_to(cast):
    soon, far = the_clock.today() + timedelta(20), the_clock.today() + timedelta(800)
    learned(cast.officer, "threats", soon)
    learned(cast.officer, "threats", far)
    back = learned(cast.officer, "vulnerability", soon)
    with reach.acting(cast.officer) as who:
        services.withdraw_certificate(who, back)
    learned(cast.colleague, "threats", soon)
    Designation.objects.filter(account=cast.colleague).update(ends_at=the_clock.now())
    assert owed() == []


def reviewed() -> list[tuple[str, int]]:
    assert reviews.turn() is False
    return sorted(ReviewReminder.objects.values_list("account__email", "days"))


def test_who_administers_the_place_is_written_to_before_a_review_and_on_its_day(cast, clock, as_login):
    today = the_clock.today()
    where = cast.town.district.pk
    agreed(cast.district, where, cast.town.police.pk, today - timedelta(300), today + timedelta(40))
    ana = cast.district.email
    as_login("worker")
    assert reviewed() == reviewed() == [(ana, 60)]
    clock(35 * 86_400)
    assert reviewed() == [(ana, 7), (ana, 60)]
    clock(60 * 86_400)
    assert reviewed() == reviewed() == [(ana, 0), (ana, 7), (ana, 60)]


def test_the_relay_says_that_an_agreement_is_due_and_not_which(cast, as_login):
    today, where = the_clock.today(), cast.town.district.pk
    agreed(cast.district, where, cast.town.police.pk, today - timedelta(300), today + timedelta(5))
    assert reviewed() == [(cast.district.email, 7)]
    owed = Delivery.objects.get(purpose="reminder_review")
    assert owed.address_key == f"account:{cast.district.pk}"
    as_login("relay")
    mail = reviews.render(owed.subject_id)
    assert mail.to_address == cast.district.email and f"/officers/of/{where}/agreements/" in mail.text
    assert "Millbrook" not in mail.text + mail.subject


def test_a_new_version_ends_what_was_owed_of_the_old_one(cast):
    today = the_clock.today()
    place, police = cast.town.district.pk, cast.town.police.pk
    agreed(cast.district, place, police, today - timedelta(300), today + timedelta(5))
    assert [days for _who, days in reviewed()] == [7]
    old = ReviewReminder.objects.get().pk
    agreed(cast.district, place, police, today, today + timedelta(300))
    assert reviews.render(old) is None and [days for _who, days in reviewed()] == [7]
    assert Agreement.objects.count() == 2
