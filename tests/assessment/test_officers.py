"""Who works for the police by any designation is an officer on a team and at the gate, whichever way they came there."""

import pytest
from django.db import IntegrityError, transaction

from tests.assessment.conftest import put, told, wrote
from tests.disclosure.conftest import FACTORS
from tests.response.conftest import END_USER
from upstander import clock
from upstander.assessment import moving, queries, reach, teams
from upstander.assessment.models import Case, Entry, HandOver
from upstander.disclosure import acting, gate
from upstander.disclosure.errors import CannotDo
from upstander.disclosure.models import Emergency, Student
from upstander.ids import new_id
from upstander.people.models import Designation

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-ta", "R-privacy")]


@pytest.fixture
def both(cast, person):
    """Somebody designated at the school and at the agency."""
    here = (cast.town.school, END_USER)
    return person("both@police.example", here, (cast.town.police, END_USER), name="B. Oth")


def refused_by_trigger(student: Student, by: int) -> bool:
    """Whether the database refuses an emergency that this account records, whatever the verbs say."""
    row = Emergency(id=new_id(), student=student, at=clock.now(), made_by=by, factors=list(FACTORS), sealed_words=b"")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        assert "no officer" in str(error)
        return True
    return False


def test_an_officer_who_is_designated_at_the_school_too_records_no_emergency(cast, both, as_login):
    case = told(cast.principal, cast.town.school.pk)
    student = Case.objects.get(pk=case).student
    as_login("school")
    with acting.acting(both) as mine:
        assert mine.officer and cast.town.school.pk in mine.keeps
        with pytest.raises(CannotDo):
            gate.record_emergency(mine, student, "Heron threat", FACTORS, "why")
        assert refused_by_trigger(student, both.pk)


def test_an_officer_by_their_part_alone_records_none_either(cast, as_login):
    put(cast.district, cast.team, "sro", cast.principal)
    case = told(cast.principal, cast.town.school.pk)
    student = Case.objects.get(pk=case).student
    as_login("school")
    with acting.acting(cast.principal) as mine:
        assert not mine.officer
        with pytest.raises(CannotDo):
            gate.record_emergency(mine, student, "Heron threat", FACTORS, "why")
        assert not Emergency.objects.exists() and refused_by_trigger(student, cast.principal.pk)


def test_who_works_for_the_police_gets_no_other_part_by_a_second_designation(cast, both):
    at_school = Designation.objects.get(account=both, organisation=cast.town.school).pk
    with reach.acting(cast.district) as mine:
        with pytest.raises(CannotDo) as why:
            teams.name_member(mine, cast.team, "counselor", designation_id=at_school)
        assert why.value.field == "part"


def test_a_member_who_joins_the_police_reads_no_student_record_from_then_on(cast, as_login):
    case = told(cast.principal, cast.town.school.pk)
    for shelf in ("school", "education", "care"):
        wrote(cast.counselor, case, shelf)
    Designation.objects.create(
        account=cast.counselor, organisation=cast.town.police, kind=END_USER, designated_by="account:1", starts_at=clock.now()
    )
    as_login("school")
    with reach.acting(cast.counselor) as mine:
        assert mine.seats[cast.team].officer
        assert set(Entry.objects.values_list("shelf", flat=True)) == {"school"}


def test_what_another_district_says_of_somebody_takes_nothing_from_them_here(cast, as_login):
    """Its administrator can list anybody's address as an officer's, with an agency that they narrow to themselves."""
    case = told(cast.principal, cast.town.school.pk)
    wrote(cast.counselor, case, "education")
    Designation.objects.create(
        account=cast.counselor, organisation=cast.town.police, kind=END_USER, designated_by="account:1", starts_at=clock.now(),
        within_id=cast.town.far_district.pk,
    )  # fmt: skip
    as_login("school")
    with reach.acting(cast.counselor) as mine:
        assert not mine.seats[cast.team].officer and Entry.objects.filter(shelf="education").exists()
        assert gate.record_emergency(mine.school, Case.objects.get().student, "Heron threat", FACTORS, "why")


def test_an_officer_of_the_new_team_reads_nothing_of_a_hand_over(cast, person, as_login):
    case = told(cast.principal, cast.town.school.pk)
    with reach.acting(cast.far) as mine:
        team = teams.set_up(mine, cast.town.far_district.pk, "own", "kind").id
    people = {
        part: person(f"{part}@farfield.example", (cast.town.far_school, END_USER)) for part in ("counselor", "sro")
    }
    for part, who in people.items():
        put(cast.far, team, part, who)
    with reach.acting(cast.counselor) as mine:
        moving.offer(mine, case, team, "Heron record")
    as_login("school")
    with reach.acting(cast.officer) as mine:
        assert not HandOver.objects.exists() and moving.of_case(Case.objects.get()) is None
    with reach.acting(people["sro"]) as mine:
        assert not HandOver.objects.exists() and moving.offered(mine) == []
    with reach.acting(people["counselor"]) as mine:
        new = moving.take_over(mine, moving.offered(mine)[0].row.id, cast.town.far_school.pk)
    with reach.acting(people["sro"]):
        assert Case.objects.get().id == new and not Entry.objects.exists()
        assert "Heron" not in queries.opened(Case.objects.all())[0].tells
