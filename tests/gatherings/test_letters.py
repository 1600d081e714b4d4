"""Mail that calendars follow: a seat, a change, a cancellation; written for who may still read it (S-products, S-levels)."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.gatherings.conftest import MEET, behind, kinds, mail, plan, published
from tests.network.support import make_member, played
from upstander.delivery.models import Delivery
from upstander.gatherings import chores, dates, feeds, letters, seats, services
from upstander.gatherings.models import Letter
from upstander.markings import Level
from upstander.network import bounced, standing, walls
from upstander.network.models import Entitlement, Member
from upstander.packs.current import current

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-products"), pytest.mark.usefixtures("network")]


def event(part):
    (found,) = Calendar.from_ical(part.content).walk("VEVENT")
    return found


def register(gathering, member) -> None:
    with behind(member) as who:
        seats.register(gathering.id, who)


def change(gathering, **more) -> None:
    known = {"starts_at": gathering.starts_at, "level": gathering.level} | more
    with walls.reading(walls.STAFF):
        services.change(gathering.id, plan(**known), 1)


def cancel(gathering) -> None:
    with walls.reading(walls.STAFF):
        services.cancel(gathering.id, "The speaker is ill.", 1)


def test_a_seat_a_change_and_a_cancellation_are_one_entry_in_the_calendar():
    gathering, ana = published(), make_member("Ana Rivera")
    register(gathering, ana)
    with played("relay"):
        first = mail(gathering, ana, "seated")
    assert first.to_address == ana.account.email and MEET in first.text and gathering.title in first.subject
    change(gathering, starts_at=gathering.starts_at + timedelta(hours=2))
    with played("relay"):
        second = mail(gathering, ana, "changed")
    cancel(gathering)
    with played("relay"):
        third = mail(gathering, ana, "cancelled")
        assert mail(gathering, ana, "seated") is None and mail(gathering, ana, "changed") is None
    assert "The speaker is ill." in third.text and MEET not in third.text
    assert [one.calendar.method for one in (first, second, third)] == ["REQUEST", "REQUEST", "CANCEL"]
    entries = [event(one.calendar) for one in (first, second, third)]
    assert {str(entry["UID"]) for entry in entries} == {str(gathering.id)}
    assert [entry["SEQUENCE"] for entry in entries] == [0, 1, 2]
    assert entries[1]["DTSTART"].dt == gathering.starts_at + timedelta(hours=2)
    assert str(entries[0]["ATTENDEE"]) == f"mailto:{ana.account.email}"


def test_who_gives_a_seat_back_and_takes_one_again_has_a_newer_entry_each_time():
    gathering, ana = published(), make_member()
    register(gathering, ana)
    with behind(ana) as who:
        seats.give_up(gathering.id, who)
    gone = mail(gathering, ana, "gone")
    register(gathering, ana)
    again = mail(gathering, ana, "seated")
    assert mail(gathering, ana, "gone") is None  # overtaken: it would take the new entry away
    numbers = [event(part)["SEQUENCE"] for part in (gone.calendar, again.calendar)]
    assert numbers == [1, 2] and "STATUS" not in event(gone.calendar)


def test_words_that_stand_in_no_calendar_write_to_nobody_and_a_change_twice_writes_once():
    gathering, ana = published(), make_member()
    register(gathering, ana)
    change(gathering, text="Another word.")
    assert kinds(gathering, ana) == ["seated"]
    for _ in range(2):
        change(gathering, text="Another word.", title="Reunification, again")
    assert kinds(gathering, ana) == ["seated", "changed"]


def test_who_waits_is_told_that_it_changed_and_has_no_entry():
    gathering, ana, ben = published(capacity=1), make_member(), make_member()
    register(gathering, ana)
    register(gathering, ben)
    assert mail(gathering, ben, "waits").calendar is None
    change(gathering, title="Another title", capacity=1)
    told = mail(gathering, ben, "changed")
    assert told.calendar is None and MEET not in told.text
    cancel(gathering)
    assert mail(gathering, ben, "cancelled").calendar is None


@pytest.mark.parametrize("level", [Level.OPEN, Level.LES])
def test_a_mail_greets_by_name_and_says_whose_it_is_and_whom_one_may_ask(level):
    gathering, ana = published(level=level), make_member("Ana Rivera", level=Level.LES)
    register(gathering, ana)
    with played("relay"):
        sent = mail(gathering, ana, "seated")
    programme = current().programme
    assert sent.text.startswith("Ana Rivera,\n\nyou are registered.") and sent.subject.endswith(f" - {programme.name}")
    assert sent.text.rstrip().endswith(f"{programme.name}. Questions: {programme.desk_phone}")


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("kind", ["seated", "reminder", "changed", "cancelled", "invited"])
def test_nothing_leaves_to_who_may_not_read_it_any_more(kind):
    les = published(level=Level.LES, title="Officer safety at open houses")
    officer = make_member(level=Level.LES, sworn=True)
    register(les, officer)
    with walls.reading(walls.STAFF):
        seats.owe(
            les.id, [officer.pk], kind, les.starts_at if kind == "reminder" else None
        ) if kind != "seated" else None
    if kind == "cancelled":
        cancel(les)
    if kind == "invited":
        les.registrations.all().delete()
    with played("relay"):
        assert mail(les, officer, kind) is not None
    Entitlement.objects.filter(member=officer, level=Level.LES).update(level=Level.FOUO)
    with played("relay"):
        assert mail(les, officer, kind) is None
    Member.objects.filter(pk=officer.pk).update(state=Member.State.SUSPENDED)
    with played("relay"):
        assert mail(les, officer, kind) is None


@pytest.mark.req("S-geo")
def test_everybody_for_whom_it_is_meant_is_invited_once_and_nobody_else():
    wanted, statewide = make_member(regions=[7]), make_member(regions=[])
    made = published(regions=(7,), disciplines=("administrator",), level=Level.FOUO)
    others = [
        make_member(regions=[8]), make_member(regions=[7], discipline="mental_health"),
        make_member(level=Level.OPEN, regions=[7]),
        make_member(level=None, regions=[7]), make_member(regions=[7], state=Member.State.SUSPENDED),
    ]  # fmt: skip
    comes = make_member(regions=[7])
    register(made, comes)
    with played("worker"):
        chores.invitations()
    assert not Letter.objects.filter(kind="invited").exists()  # published without mail
    with walls.reading(walls.STAFF):
        services.invite(made.id, 1)
    for _ in range(2):
        with played("worker"):
            assert chores.invitations() is False
    invited = Letter.objects.filter(kind="invited").values_list("member", flat=True)
    assert set(invited) == {wanted.pk, statewide.pk} and len(invited) == 2
    with played("relay"):
        sent = mail(made, wanted, "invited")
    assert (
        "Register by one press" in sent.text
        and str(made.id) in sent.text
        and MEET not in sent.text
        and sent.calendar is None
    )
    assert all(kinds(made, one) == [] for one in others)
    assert Delivery.objects.get(subject_id=Letter.objects.get(kind="invited", member=wanted).id).priority == 9


def test_many_are_invited_by_parts(monkeypatch):
    monkeypatch.setattr(chores, "PART", 3)
    members = [make_member() for _ in range(7)]
    made = published()
    with walls.reading(walls.STAFF):
        services.invite(made.id, 1)
    turns = 1
    with played("worker"):
        while chores.invitations():
            turns += 1
    assert turns == 3 and Letter.objects.filter(kind="invited").count() == len(members)


def test_a_reminder_comes_once_the_day_before_and_again_only_for_another_time(at):
    gathering, ana, waits = published(capacity=1), make_member(), make_member()
    register(gathering, ana)
    register(gathering, waits)
    with played("worker"):
        chores.reminders()
    assert kinds(gathering, ana) == ["seated"]
    at(gathering.starts_at - timedelta(hours=23))
    for _ in range(2):
        with played("worker"):
            assert chores.reminders() is False
    assert kinds(gathering, ana) == ["seated", "reminder"] and kinds(gathering, waits) == ["waits"]
    with played("relay"):
        assert MEET in mail(gathering, ana, "reminder").text
    later = gathering.starts_at + timedelta(hours=20)
    change(gathering, starts_at=later, capacity=1)
    with played("relay"):
        assert mail(gathering, ana, "reminder") is None  # of a time that is no more
    at(later - timedelta(hours=22))
    with played("worker"):
        chores.reminders()
    assert kinds(gathering, ana) == ["seated", "reminder", "changed", "reminder"]


@pytest.mark.req("S-levels")
def test_of_what_is_for_the_sworn_mail_and_calendar_say_that_there_is_an_event_and_when(at):
    words = ("Controlled purchase at open houses", "Bring the case file.", "Annex 4", MEET, "The speaker is ill.")
    les = published(level=Level.LES, title=words[0], text=words[1], place=words[2], join_address=MEET)
    officer = make_member("Ola Reyes", level=Level.LES)
    register(les, officer)
    with walls.reading(walls.STAFF):
        seats.owe(les.id, [officer.pk], "reminder", les.starts_at)
        seats.owe(les.id, [officer.pk], "changed")
    with behind(officer) as who:
        token = feeds.make(who)
    with played("relay"):
        mails = [mail(les, officer, kind) for kind in ("seated", "reminder", "changed")]
    with played("network"):
        fed = feeds.of(token)
    cancel(les)
    with played("relay"):
        mails.append(mail(les, officer, "cancelled"))
    for one in mails:
        said = f"{one.subject} {one.text} {one.calendar.content.decode() if one.calendar else ''}".replace("\r\n ", "")
        assert not [word for word in (*words, "Webinar") if word.lower() in said.lower()]
        assert "an event, read after sign-in" in said.lower() and letters.page_of(les.id) in said
        assert dates.spoken(les.starts_at, les.ends_at, les.zone) in one.text
    for content in (mails[0].calendar.content, mails[-1].calendar.content, fed):
        (entry,) = Calendar.from_ical(content).walk("VEVENT")
        assert entry["SUMMARY"] == "An event, read after sign-in" and "LOCATION" not in entry
        assert str(entry["UID"]) == str(les.id) and entry["DTSTART"].dt == les.starts_at
        assert not [word for word in words if word.encode() in content.replace(b"\r\n ", b"")]
    vetted = published(level=Level.FOUO)
    register(vetted, officer)
    with played("relay"):
        assert vetted.title in mail(vetted, officer, "seated").subject  # what may be mailed is mailed to the sworn, too


@pytest.mark.req("S-membership")
def test_mail_about_events_that_came_back_for_good_counts_as_every_other():
    ana = make_member()
    for _ in range(standing.pack.network().limits.bounces_suspend):
        assert standing.level_of(ana.pk) == Level.FOUO
        register(published(), ana)
        owed = Delivery.objects.filter(purpose=letters.PURPOSE).latest("created_at", "pk")
        Delivery.objects.filter(pk=owed.pk).update(state="failed", last_error="smtp-550")
        with played("relay"):
            bounced.failed(delivery_id=owed.pk)
    assert standing.level_of(ana.pk) is None


def test_a_letter_that_is_no_letter_says_nothing():
    from upstander.ids import new_id

    assert letters.render(new_id()) is None
