"""What is told about a student is recorded with its ground; an emergency before it; the parents' notice, its clock, after it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.assessment.conftest import told
from tests.disclosure.conftest import FACTORS
from upstander import clock
from upstander.assessment import reach
from upstander.assessment.models import Case, Member
from upstander.disclosure import acting, gate, log
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.gate import Shared
from upstander.disclosure.models import Disclosure, Emergency
from upstander.ids import new_id
from upstander.people.models import Designation
from upstander.sharing.advise import Facts

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-privacy")]
CHICAGO = ZoneInfo("America/Chicago")
RELEASE = Facts("police", "education", "safety", "threat", frozenset(FACTORS))
OWN = Facts("own_staff", "education", "support", "none")


def shared(facts: Facts = RELEASE, emergency=None, **more) -> Shared:
    return Shared(facts, "Sergeant Plover", "Her address and class list", more.pop("at", None) or clock.now(), emergency, **more)


def emergency(who, student) -> Emergency:
    with acting.acting(who) as mine:
        return gate.record_emergency(mine, student, "Heron threat", FACTORS, "He has the key")


def test_an_emergency_release_rests_on_an_emergency_that_was_recorded_before(cast, student):
    with acting.acting(cast.principal) as mine:
        with pytest.raises(CannotDo) as why:
            gate.record(mine, student, shared())
        assert why.value.field == "emergency"
    found = emergency(cast.principal, student)
    with acting.acting(cast.principal) as mine:
        with pytest.raises(CannotDo):
            gate.record(mine, student, shared(emergency=found.id, at=found.at - timedelta(minutes=2)))
        gate.record(mine, student, shared(emergency=found.id))
        line = log.of(student)[0]
    assert line.recipient == "Sergeant Plover" and line.row.emergency_id == found.id and line.row.notice_due_at is not None
    assert "105 ILCS 10/6(a)(7)" in line.row.cites and line.row.verdict in ("conditions", "permitted")
    raw = bytes(line.row.sealed_words) + bytes(found.sealed_words)
    assert b"Plover" not in raw and b"address" not in raw and b"Heron" not in raw


@pytest.mark.parametrize("lacks", FACTORS)
def test_an_emergency_without_one_of_the_four_factors_is_none(cast, student, lacks):
    rest = tuple(one for one in FACTORS if one != lacks)
    with acting.acting(cast.principal) as mine:
        with pytest.raises(CannotDo) as why:
            gate.record_emergency(mine, student, "x", rest, "y")
        assert why.value.field == "factors"
        row = Emergency(id=new_id(), student=student, at=clock.now(), made_by=mine.account_id, sealed_words=b"")
        row.factors = list(rest)
        with pytest.raises(IntegrityError, match="all four factors"), transaction.atomic():
            row.save(force_insert=True)


def test_what_no_rule_permits_is_recorded_only_where_it_was_told_already_and_stands_out(cast, student):
    to_press = Facts("other", "education", "other", "none")
    with acting.acting(cast.principal) as mine:
        with pytest.raises(CannotDo):
            gate.record(mine, student, shared(to_press))
        with pytest.raises(CannotDo) as why:
            gate.record(mine, student, shared(to_press, done=True))
        assert why.value.field == "decided"
        gate.record(mine, student, shared(to_press, done=True, decided="A clerk, by mistake"))
    page = cast.sign_in("principal").get(f"/students/{student.id}/").content.decode()
    assert "told against the rules" in page and "A clerk, by mistake" in page


@pytest.mark.parametrize(
    ("told_on", "due"),
    [  # the end of that day, on the wall where the school is
        ("2026-10-14T22:30", "2026-10-16"), ("2026-10-16T09:00", "2026-10-20"),  # Wednesday; Friday
        ("2026-10-31T23:59", "2026-11-03"),  # the night in which clocks go back
        ("2027-03-12T12:00", "2027-03-16"),  # the weekend on which they go forward
    ],
)  # fmt: skip
def test_the_parents_know_by_the_end_of_the_next_school_day(cast, told_on, due):
    at = datetime.fromisoformat(told_on).replace(tzinfo=CHICAGO)
    found = gate.notice_due(cast.town.school.pk, at).astimezone(CHICAGO)
    assert found == datetime.fromisoformat(f"{due}T00:00").replace(tzinfo=CHICAGO)


def test_a_break_of_the_school_stops_the_clock(cast):
    from upstander.directory.models import CalendarSpan

    at = datetime(2026, 10, 14, 12, tzinfo=CHICAGO)
    before = gate.notice_due(cast.town.school.pk, at)
    CalendarSpan.objects.create(
        organisation=cast.town.school, kind=CalendarSpan.Kind.CLOSED, name="Fall break", first_day="2026-10-15",
        last_day="2026-10-18",
    )  # fmt: skip
    assert gate.notice_due(cast.town.school.pk, at) == before + timedelta(days=4)


# ---- the officer's lock -------------------------------------------------------------------------------
@pytest.fixture
def case(cast):
    return told(cast.principal, cast.town.school.pk)


def raw(student_id, by: int, record: str = "education", emergency_id=None) -> Disclosure:
    return Disclosure(
        id=new_id(), student_id=student_id, at=clock.now(), made_at=clock.now(), made_by=by, who="police", record=record,
        why="safety", urgency="threat", verdict="permitted", rules="1", walled=record != "seen",
        emergency_id=emergency_id, sealed_words=b"",
    )  # fmt: skip


@pytest.mark.req("R-ta")
def test_an_officer_on_the_team_passes_a_record_on_only_in_an_emergency_recorded_before(cast, case, as_login):
    found = Case.objects.get()
    student = found.student
    as_login("school")
    for by_hand in ("education", "health", "mental"):
        with reach.acting(cast.officer), pytest.raises(IntegrityError, match="an officer passes on"), transaction.atomic():
            raw(student.id, cast.officer.pk, by_hand).save(force_insert=True)
    with reach.acting(cast.officer) as mine:
        with pytest.raises(CannotDo):
            gate.record(mine.school, student, shared(), officer=True, case_id=case)
        with pytest.raises(NotTheirs):
            gate.record_emergency(mine.school, student, "x", FACTORS, "y")
        raw(student.id, cast.officer.pk, "seen").save(force_insert=True)
    made = emergency(cast.principal, student)
    with reach.acting(cast.officer) as mine:
        gate.record(mine.school, student, shared(emergency=made.id), officer=True, case_id=case)
    with acting.acting(cast.principal):
        assert {line.who for line in log.of(student)} == {"Officer Osei"}


@pytest.mark.req("R-ta")
def test_an_officer_by_their_part_on_the_team_is_locked_as_well(cast, case):
    """Somebody whom the district designates, and who is on the team as its officer."""
    Member.objects.filter(account_id=cast.teacher.pk).update(officer=True, part="sro")
    with reach.acting(cast.teacher), pytest.raises(IntegrityError, match="an officer passes on"), transaction.atomic():
        raw(Case.objects.get().student_id, cast.teacher.pk).save(force_insert=True)


@pytest.mark.req("R-ta")
def test_the_emergency_of_another_student_or_one_recorded_later_opens_nothing(cast, case, student):
    other = emergency(cast.principal, student)
    mine_ = Case.objects.get().student_id
    with pytest.raises(IntegrityError, match="same student"), transaction.atomic():
        raw(mine_, cast.officer.pk, emergency_id=other.id).save(force_insert=True)
    Emergency.objects.update(student=mine_, at=clock.now() + timedelta(hours=1))
    with pytest.raises(IntegrityError, match="recorded before"), transaction.atomic():
        raw(mine_, cast.officer.pk, emergency_id=other.id).save(force_insert=True)


# ---- by the pages -------------------------------------------------------------------------------------
def form(**more) -> dict:
    return {
        "who": "police", "record": "education", "why": "safety", "urgency": "threat", "holds": list(FACTORS),
        "recipient": "Sergeant Plover", "content": "Her address",
        "at": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "decided": "", "emergency": "", "entry": str(new_id()),
    } | more  # fmt: skip


def test_a_day_of_the_gate_from_the_advice_to_the_letter(cast, student):
    client = cast.sign_in("principal")
    answers = {"who": "police", "record": "education", "why": "safety", "urgency": "threat", "holds": list(FACTORS)}
    page = client.post("/students/from-advice/", answers).content.decode()
    assert "Robin Quill, grade 9" in page
    page = client.post("/students/from-advice/", answers | {"student": str(student.id)}).content.decode()
    assert '<option value="police" selected>' in page and f"/students/{student.id}/record/" in page
    where = f"/students/{student.id}/"
    answer = client.post(f"{where}record/", form())
    assert answer.status_code == 422 and "Record it first" in answer.content.decode() and "Her address" in answer.content.decode()
    threat = {"threat": "Heron threat", "factors": list(FACTORS), "why": "He has the key"}
    assert client.post(f"{where}emergency/", threat | {"factors": FACTORS[:3]}).status_code == 422
    assert client.post(f"{where}emergency/", threat).status_code == 302
    made = Emergency.objects.get()
    Emergency.objects.update(at=clock.now() - timedelta(minutes=5))
    said = form(emergency=str(made.id))
    for _press in range(2):
        assert client.post(f"{where}record/", said).status_code == 302
    line = Disclosure.objects.get()
    page = client.get(where).content.decode()
    assert "Sergeant Plover" in page and "The parents are told by the end of" in page
    assert "105 ILCS 10/6(a)(7)" in page and "Heron threat" in page
    assert "Robin Quill" in client.get("/students/").content.decode().partition("Parents to be told")[2].partition("Find")[0]
    letter = client.get(f"/students/told/{line.id}/notice/es/")
    assert letter["Content-Type"] == "application/pdf" and letter.content.startswith(b"%PDF")
    assert "no-store" in letter["Cache-Control"]
    assert client.get(f"/students/told/{line.id}/notice/xx/").status_code == 404
    assert client.post(f"/students/told/{line.id}/notified/", {"how": ""}).status_code == 422
    assert client.post(f"/students/told/{line.id}/notified/", {"how": "Letter to the aunt"}).status_code == 302
    page = client.get(where).content.decode()
    assert "Letter to the aunt" in page and b"aunt" not in bytes(Disclosure.objects.get().sealed_notice)
    assert "Parents to be told" not in client.get("/students/").content.decode()
    assert client.post(f"/students/emergencies/{made.id}/over/").status_code == 302
    assert "over since" in client.get(where).content.decode()
    assert str(made.id) not in client.get(f"{where}record/").content.decode(), "nothing new rests on it"


def test_a_notice_that_is_late_is_red(cast, student):
    found = emergency(cast.principal, student)
    with acting.acting(cast.principal) as mine:
        gate.record(mine, student, shared(emergency=found.id))
    Disclosure.objects.update(notice_due_at=clock.now() - timedelta(minutes=1))
    assert "Overdue" in cast.sign_in("principal").get("/students/").content.decode()
    assert "1 notice to parents" in cast.sign_in("principal").get("/today/").content.decode()


def test_the_list_of_files_does_not_say_about_whom_the_team_has_a_case(cast, case):
    client = cast.sign_in("district")
    assert "Quill" not in client.get("/students/").content.decode() + client.get("/team/tell/").content.decode()
    assert "Robin Quill" in client.post("/students/", {"words": "robin quill"}).content.decode()
    emergency(cast.principal, Case.objects.get().student)
    assert "Robin Quill" in client.get("/students/").content.decode()


def test_files_are_found_by_posted_words(cast, student):
    client = cast.sign_in("principal")
    assert "Robin Quill" in client.post("/students/", {"words": "quill"}).content.decode()
    assert "No file has these words." in client.post("/students/", {"words": "nobody"}).content.decode()
    made = {"place": cast.town.school.pk, "name": "Ash Pine", "language": "en"}
    assert client.post("/students/new/", made | {"place": cast.town.far_school.pk}).status_code == 422
    assert client.post("/students/new/", made).status_code == 302
    assert "Ash Pine" in client.get("/students/").content.decode()


@pytest.mark.req("R-ta")
def test_the_officer_is_told_on_the_page_of_the_case_why_not(cast, case):
    client = cast.sign_in("officer")
    answer = client.post(f"/team/cases/{case}/disclose/", form())
    assert answer.status_code == 422 and "An officer passes this on only in an emergency" in answer.content.decode()
    answer = client.post(f"/team/cases/{case}/disclose/", form(record="seen", holds=[]))
    assert answer.status_code == 302 and Disclosure.objects.get().case_id == case
    assert client.get(f"/students/{Case.objects.get().student_id}/").status_code == 404, "the log is the school's"


# ---- wrong people --------------------------------------------------------------------------------------
KEEP = ("principal", "district", "counselor", "teacher", "unsigned")
OTHERS = ("other_principal", "far", "clinician", "officer")


@pytest.mark.parametrize("who", [*KEEP, *OTHERS, "former"])
def test_the_database_shows_each_their_own_files_and_no_more(cast, student, as_login, who):
    found = emergency(cast.principal, student)
    with acting.acting(cast.principal) as mine:
        gate.record(mine, student, shared(emergency=found.id))
    as_login("school")
    with acting.acting(getattr(cast, who)) as mine:
        seen = (Emergency.objects.count(), Disclosure.objects.count(), len(log.notices(mine)))
        assert seen == ((1, 1, 1) if who in KEEP else (0, 0, 0))


@pytest.mark.parametrize("who", OTHERS)
def test_every_page_of_a_file_is_absent_for_everybody_else(cast, student, who):
    found = emergency(cast.principal, student)
    with acting.acting(cast.principal) as mine:
        line = gate.record(mine, student, shared(emergency=found.id))
    client = cast.sign_in(who)
    for page in (
        f"{student.id}/", f"{student.id}/emergency/", f"{student.id}/record/", f"told/{line}/notified/",
        f"told/{line}/notice/en/",
    ):  # fmt: skip
        assert client.get(f"/students/{page}").status_code == 404
    assert client.post(f"/students/{student.id}/record/", form()).status_code == 404
    assert client.post(f"/students/told/{line}/notified/", {"how": "x"}).status_code == 404
    assert client.post(f"/students/emergencies/{found.id}/over/").status_code == 404
    assert "Robin" not in client.get("/students/").content.decode()


def test_a_student_of_two_districts_has_a_log_in_each_and_neither_reads_the_others(cast, student, person, as_login):
    from tests.response.conftest import END_USER
    from upstander.disclosure import files

    there = person("there@farfield.example", (cast.town.far_school, END_USER))
    with acting.acting(there) as mine:
        second = files.new(mine.account_id, cast.town.far_school.pk, "Robin Quill", "grade 9, half days")
        gate.record(mine, second, shared(OWN))
    with acting.acting(cast.principal) as mine:
        gate.record(mine, student, shared(OWN))
    as_login("school")
    for who, own, other in ((there, second, student), (cast.principal, student, second)):
        with acting.acting(who) as mine:
            assert [line.row.student_id for line in log.of(own)] == [own.id] and log.of(other) == []
            with pytest.raises(NotTheirs):
                gate.theirs(mine, other.id)


def test_nobody_changes_what_is_recorded_and_nobody_removes_it(cast, student, as_login):
    from tests.people.conftest import refused

    found = emergency(cast.principal, student)
    with acting.acting(cast.principal) as mine:
        gate.record(mine, student, shared(emergency=found.id))
    as_login("school")
    with acting.acting(cast.principal):
        assert refused(lambda: Disclosure.objects.update(who="other"))
        assert refused(lambda: Emergency.objects.update(sealed_words=b""))
        assert refused(lambda: Disclosure.objects.all()._raw_delete("default"))


def test_who_has_left_the_school_records_nothing_any_more(cast, student):
    Designation.objects.filter(account=cast.principal).update(ends_at=clock.now())
    with acting.acting(cast.principal) as mine:
        with pytest.raises(NotTheirs):
            gate.theirs(mine, student.id)
