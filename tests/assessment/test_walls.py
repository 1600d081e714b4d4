"""Whose rows are whose: by pages, by verbs, and in the database under each process's own login."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from tests.assessment.conftest import EVERYBODY, Cast, put, told, wrote
from tests.people.conftest import refused
from upstander import clock
from upstander.assessment import cases, reach, teams
from upstander.assessment.cases import Said, Told
from upstander.assessment.models import Agreement, Case, Entry, Member, Team
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.models import Emergency, Student
from upstander.ids import new_id
from upstander.ops.grants import LOGINS
from upstander.people.models import Designation

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-ta")]
SHELVES = ("school", "education", "care", "police")


def walled(act: Callable[[], object]) -> bool:
    """Whether the row's own wall refused it."""
    try:
        with transaction.atomic():
            act()
    except ProgrammingError as error:
        assert "row-level security" in str(error)
        return True
    return False


@pytest.fixture
def case(cast: Cast):
    """A case of the team with an entry on each shelf."""
    found = told(cast.principal, cast.town.school.pk)
    for shelf in SHELVES[:3]:
        wrote(cast.counselor, found, shelf)
    wrote(cast.officer, found, "police")
    return found


SEEN = {  # team, members, signatures, cases, students
    "counselor": (1, 5, 4, 1, 1),
    "teacher": (1, 5, 4, 1, 1),
    "officer": (1, 5, 4, 1, 1),
    "unsigned": (1, 5, 4, 0, 1),  # works at the school, and keeps its students' files; no case
    "district": (1, 5, 4, 0, 1),  # keeps the roster, reads no case
    "principal": (1, 5, 4, 0, 1),
    "other_principal": (1, 5, 4, 0, 0),
    "far": (0, 0, 0, 0, 0),
    "clinician": (0, 0, 0, 0, 0),
    "former": (0, 0, 0, 0, 0),
}
READ = {"counselor": set(SHELVES), "teacher": {"school", "education"}, "officer": {"school", "police"}}


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_database_shows_each_their_own_and_no_more(case, cast, as_login, who):
    as_login("school")
    with reach.acting(getattr(cast, who)):
        assert tuple(model.objects.count() for model in (Team, Member, Agreement, Case, Student)) == SEEN[who]
        assert set(Entry.objects.values_list("shelf", flat=True)) == READ.get(who, set())


def test_who_names_nobody_sees_nothing(case, cast, as_login):
    as_login("school")
    assert not any(model.objects.exists() for model in (Team, Member, Agreement, Case, Entry, Student))


@pytest.mark.parametrize("login", [one for one in LOGINS if one != "school"])
def test_no_other_process_reads_a_row(case, as_login, login):
    as_login(login)
    for model in (Team, Member, Agreement, Case, Entry, Student, Emergency):
        assert refused(lambda model=model: list(model.objects.all()[:1]))


def test_an_officer_reads_the_students_record_only_while_an_emergency_is_recorded(case, cast, as_login):
    student = Case.objects.get(pk=case).student_id
    as_login("school")
    with reach.acting(cast.district):
        made = Emergency.objects.create(
            id=new_id(), student_id=student, at=clock.now(), made_by=cast.district.pk,
            factors=["seriousness", "need", "able", "time"], sealed_words=b"",
        )  # fmt: skip
    with reach.acting(cast.officer):
        assert set(Entry.objects.values_list("shelf", flat=True)) == {"school", "education", "police"}
    with reach.acting(cast.district):
        assert Emergency.objects.filter(pk=made.pk).update(ended_at=clock.now(), ended_by=cast.district.pk) == 1
    with reach.acting(cast.officer):
        assert set(Entry.objects.values_list("shelf", flat=True)) == {"school", "police"}


@pytest.mark.parametrize("who", [w for w in EVERYBODY if w not in ("counselor", "teacher", "officer")])
def test_nobody_else_writes_into_a_case(case, cast, as_login, who):
    account = getattr(cast, who)
    as_login("school")
    with reach.acting(account) as mine:
        for act in (
            lambda: cases.write(mine, case, Said("note", "school", clock.today(), "x")),
            lambda: cases.step(mine, case, "safe"),
            lambda: cases.read(mine, case),
        ):
            with pytest.raises(NotTheirs):
                act()
        entry = Entry(
            id=new_id(), case_id=case, made_at=clock.now(), made_by=account.pk, kind="note", shelf="school", day=clock.today(),
            sealed_text=b"",
        )  # fmt: skip
        assert walled(lambda: entry.save(force_insert=True))
        assert Case.objects.filter(pk=case).update(closing="settled") == 0


def test_nobody_writes_in_anothers_name_or_onto_a_shelf_that_is_not_theirs(case, cast, as_login):
    as_login("school")
    with reach.acting(cast.teacher) as mine:
        with pytest.raises(NotTheirs):
            cases.write(mine, case, Said("note", "care", clock.today(), "x"))
        for by, shelf in ((cast.teacher.pk, "care"), (cast.counselor.pk, "school")):
            entry = Entry(
                id=new_id(), case_id=case, made_at=clock.now(), made_by=by, kind="note", shelf=shelf, day=clock.today(),
                sealed_text=b"",
            )  # fmt: skip
            assert walled(lambda entry=entry: entry.save(force_insert=True))


@pytest.mark.parametrize("who", ["other_principal", "far", "clinician", "former"])
def test_nobody_tells_a_team_of_a_school_that_is_not_theirs(cast, as_login, who):
    account = getattr(cast, who)
    as_login("school")
    with reach.acting(account) as mine:
        with pytest.raises(NotTheirs):
            cases.report(mine, Told(cast.town.school.pk, "outsider", "somebody", "x"))


@pytest.mark.parametrize("who", ["counselor", "principal", "far", "officer", "former"])
def test_only_its_administrators_change_a_roster(cast, as_login, who):
    account = getattr(cast, who)
    member = Member.objects.filter(team=cast.team).first()
    as_login("school")
    with reach.acting(account) as mine:
        for act in (
            lambda: teams.name_member(mine, cast.team, "other", name="A friend"),
            lambda: teams.end_member(mine, member.id),
            lambda: teams.set_up(mine, cast.town.district.pk, "own", "kind"),
        ):
            with pytest.raises(NotTheirs):
                act()
        row = Member(
            id=new_id(), team_id=cast.team, part="other", officer=False, shelves=["school"], made_at=clock.now(),
            made_by=account.pk, designation_id=Designation.objects.filter(account=account).first().pk, account_id=account.pk,
        )  # fmt: skip
        assert walled(lambda: row.save(force_insert=True))


def test_an_administrator_puts_nobody_of_another_district_on_the_roster(cast, as_login):
    theirs = Designation.objects.filter(account=cast.far).first().pk
    as_login("school")
    with reach.acting(cast.district) as mine:
        with pytest.raises(NotTheirs):
            teams.name_member(mine, cast.team, "other", designation_id=theirs)
        row = Member(
            id=new_id(), team_id=cast.team, part="other", officer=False, shelves=["school"], made_at=clock.now(),
            made_by=cast.district.pk, designation_id=theirs, account_id=cast.far.pk,
        )  # fmt: skip
        assert walled(lambda: row.save(force_insert=True))


def test_nobody_signs_for_somebody_else(cast, as_login):
    member = Member.objects.get(account_id=cast.unsigned.pk)
    as_login("school")
    with reach.acting(cast.counselor):
        row = Agreement(member_id=member.pk, version="1", signed_at=clock.now())
        assert walled(lambda: row.save(force_insert=True))


def test_who_leaves_the_team_or_the_school_reads_nothing_any_more(case, cast, as_login):
    as_login("school")
    with reach.acting(cast.district) as mine:
        teams.end_member(mine, Member.objects.get(account_id=cast.teacher.pk).id)
    with reach.acting(cast.teacher) as mine:
        assert not mine.reads and not Case.objects.exists() and not Entry.objects.exists()


def test_a_member_whom_a_case_is_about_reads_nothing_of_it(case, cast, as_login):
    seat = Member.objects.get(account_id=cast.teacher.pk).id
    with reach.acting(cast.principal) as mine:
        told_ = Told(cast.town.school.pk, "staff", "T. Stone", "Shouted at a parent", kept_from=(seat,))
        about_them = cases.report(mine, told_)
    with reach.acting(cast.counselor) as mine:
        with pytest.raises(CannotDo):
            cases.keep_from(mine, case, (mine.seats[cast.team].member_id,))
        cases.keep_from(mine, case, (seat,))
        wrote(cast.counselor, about_them, "school")
    client = cast.sign_in("teacher")
    assert all(client.get(f"/team/cases/{one}/").status_code == 404 for one in (case, about_them))
    assert "No case is open" in client.get("/team/").content.decode()
    assert "Kept from: T. Stone" in cast.sign_in("counselor").get(f"/team/cases/{case}/").content.decode()
    as_login("school")
    with reach.acting(cast.teacher):
        assert not Case.objects.exists() and not Entry.objects.exists()
        assert Case.objects.filter(pk=case).update(kept_from=[]) == 0
    with reach.acting(cast.officer):
        assert Case.objects.count() == 2


def test_a_person_off_the_team_who_is_put_on_again_signs_again(case, cast):
    with reach.acting(cast.district) as mine:
        teams.end_member(mine, Member.objects.get(account_id=cast.teacher.pk).id)
    put(cast.district, cast.team, "teacher", cast.teacher, sign=False)
    with reach.acting(cast.teacher) as mine:
        assert not mine.reads


PAGES = ("", "write/")
POSTS = ("step/", "entries/{entry}/withdraw/")


@pytest.mark.parametrize("who", [w for w in EVERYBODY if w not in ("counselor", "teacher", "officer")])
def test_every_page_of_a_case_is_absent_for_everybody_else(case, cast, who):
    if who == "former":
        return  # cannot sign in any more: test_nobody_is_asked_to_sign_in
    client = cast.sign_in(who)
    entry = Entry.objects.filter(case=case).first().pk
    for page in PAGES:
        assert client.get(f"/team/cases/{case}/{page}").status_code == 404
        assert client.post(f"/team/cases/{case}/{page}").status_code in (404, 405)
    for page in POSTS:
        assert client.post(f"/team/cases/{case}/{page.format(entry=entry)}").status_code == 404
    assert client.get(f"/team/cases/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("who", ["far", "clinician"])
def test_the_teams_pages_are_absent_for_who_has_nothing_to_do_with_it(cast, who):
    client = cast.sign_in(who)
    assert client.get(f"/team/{cast.team}/").status_code == 404
    assert client.post(f"/team/{cast.team}/", {"part": "other", "name": "X"}).status_code == 404
    assert client.get(f"/team/{cast.team}/agreement/").status_code == 404
    assert client.get(f"/team/of/{cast.town.district.pk}/").status_code == 404
    assert client.get("/team/tell/").status_code == 404


def test_nobody_is_asked_to_sign_in(case, cast):
    for page in ("/team/", f"/team/{cast.team}/", f"/team/cases/{case}/", "/team/tell/"):
        answer = Client().get(page)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
