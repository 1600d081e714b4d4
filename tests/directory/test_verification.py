"""Who of the contacts is to be verified again, and why; whoever is stays on the list."""

from datetime import date, timedelta

import pytest

from tests.directory.test_calendars import move_to
from tests.directory.world import contact, org
from upstander import clock as the_clock
from upstander.directory import calendars_services, queries, services, verification
from upstander.directory.models import Contact
from upstander.packs.current import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(clock) -> Contact:
    move_to(clock, "2026-11-18T10:00")
    school = org("school", "Lincoln Elementary", org("district", "Payson CUSD 1"))
    return contact(school, "P. Okafor", verified_on=date(2026, 11, 1))


def reasons(of: Contact | None = None) -> tuple[str, ...]:
    found = verification.due(the_clock.today())
    return next((d.reasons for d in found if of is None or d.contact == of), ())


def test_nobody_is_due_who_was_verified_lately(head):
    assert verification.due(the_clock.today()) == []


def test_whoever_was_never_verified_is_overdue(head):
    stranger = contact(head.listed_for, "R. Haas")
    (due,) = verification.due(the_clock.today())
    assert (due.contact, due.reasons, due.overdue, due.since) == (stranger, ("never",), True, None)


def test_after_the_packs_days_somebody_is_due_and_two_weeks_later_overdue(head, clock):
    days = current().limits.contact_check_days
    for later, known in ((-1, None), (0, False), (13, False), (14, True)):
        move_to(clock, f"{date(2026, 11, 1) + timedelta(days=days + later)}T12:00")
        found = verification.due(the_clock.today())
        assert [d.overdue for d in found] == ([] if known is None else [known]), later


def test_at_the_beginning_of_a_term_everybody_is_due_who_was_not_verified_shortly_before(head, clock):
    calendars_services.add_span(head.listed_for.parent_id, "term", "Spring", date(2027, 1, 5), date(2027, 5, 28), "account:1")
    move_to(clock, "2027-01-04T10:00")
    assert reasons() == ()
    move_to(clock, "2027-01-05T10:00")
    assert reasons() == ("term",)
    services.verify_contact(head.pk, "account:1")
    assert reasons() == ()


def test_a_bounce_and_a_wrong_number_make_due_until_somebody_has_verified(head, clock):
    head.points.filter(kind="email").update(bounced_at=the_clock.now())
    assert reasons() == ("bounced",)
    verification.wrong_number(head.pk, "", "account:1")
    assert set(reasons()) == {"wrong_number", "bounced"}
    (due,) = verification.due(the_clock.today())
    assert not due.reachable and queries.unreachable() == {head.pk}
    assert [p.contact_id for p in queries.poc_list(head.listed_for_id)] == [head.pk], "and stays listed"
    move_to(clock, "2026-11-20T10:00")
    services.verify_contact(head.pk, "account:1")
    assert reasons() == ()
    assert queries.unreachable() == set(), "the number was said to be right; what a mail server refuses it refuses still"


def test_which_of_two_numbers_was_wrong_is_not_guessed(head):
    head.points.create(kind="phone", value="217-555-0188", position=3)
    verification.wrong_number(head.pk, "", "account:1")
    assert queries.unreachable() == set() and not head.points.exclude(bounced_at=None).exists()
    verification.wrong_number(head.pk, "217-555-0188", "account:1")
    assert [p.value for p in head.points.exclude(bounced_at=None)] == ["217-555-0188"]


def test_who_cannot_be_reached_stands_first_and_who_has_left_not_at_all(head):
    late = contact(head.listed_for, "A. Late", verified_on=date(2020, 1, 1))
    gone = contact(head.listed_for, "B. Gone", verified_on=date(2020, 1, 1))
    services.end_contact(gone.pk, "account:1")
    head.points.update(bounced_at=the_clock.now())
    assert [d.contact for d in verification.due(the_clock.today())] == [head, late]


def test_the_desks_page_and_its_spreadsheet(desk, head):
    contact(head.listed_for, "=HAAS()")
    head.points.update(bounced_at=the_clock.now())
    admin = desk("programme_admin")
    page = admin.get("/directory/verification/").content.decode()
    assert "cannot be reached at all" in page and "an address refuses mail" in page and "P. Okafor" in page
    assert "P. Okafor" not in admin.get("/directory/verification/?overdue").content.decode()
    sheet = admin.get("/directory/verification/?format=csv")
    assert sheet["Content-Type"].startswith("text/csv")
    lines = sheet.content.decode().splitlines()
    assert len(lines) == 3 and lines[1].startswith("P. Okafor,") and "'=HAAS()" in lines[2]


def test_an_empty_list_says_what_it_is_for(desk, clock):
    assert "Nobody is due" in desk("programme_admin").get("/directory/verification/").content.decode()


@pytest.mark.parametrize("role", ["call_taker", "supervisor", "auditor", None])
def test_nobody_else_reads_it(desk, role):
    somebody = desk(role)
    for page in ("/directory/verification/", "/directory/verification/?format=csv"):
        assert somebody.get(page).status_code == (403 if role else 302)
