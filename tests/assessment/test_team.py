"""The roster, the agreement, telling the team, and the first steps of a case, by their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.assessment.conftest import told, wrote
from tests.response.conftest import ADMINISTRATOR, enter
from tests.support.town import organisation
from upstander.assessment import reach, teams
from upstander.assessment.models import Case, Entry, Member, Team
from upstander.audit.models import Entry as Audited
from upstander.directory.models import Kind
from upstander.disclosure.models import Student
from upstander.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-ta")]


def test_a_roster_shows_whom_the_law_names_and_who_is_missing(cast):
    client = cast.sign_in("district")
    page = client.get(f"/team/{cast.team}/").content.decode()
    assert "The roster is not complete" in page and "School social worker" in page
    assert "Administrator <span" in page, "whose designation has ended counts no more"
    assert "Law-enforcement official <span" not in page, "the school's officer counts for it"
    assert "Nobody is named as: Officer of the local police" in page
    for part, name in (("social_worker", "S. Finch"), ("administrator", "A. Heron"), ("local_police", "Officer Crane")):
        assert client.post(f"/team/{cast.team}/", {"part": part, "name": name, "who": ""}).status_code == 302
    page = client.get(f"/team/{cast.team}/").content.decode()
    assert all(b"Finch" not in bytes(m.sealed_name or b"") for m in Member.objects.all())
    assert "every member that the law names" in page and "S. Finch" in page and "does not sign in here" in page


def test_a_district_without_a_team_sets_one_up_and_chooses_its_scale(cast, person):
    client = enter(person("head@ida.example", (cast.town.private_school, ADMINISTRATOR)))
    assert "Set up the team of Saint Ida Academy" in client.get("/team/").content.decode()
    where = f"/team/of/{cast.town.private_school.pk}/"
    assert client.post(where, {"kind": "regional"}).status_code == 422
    assert client.post(where, {"kind": "regional", "scale": "kind"}).status_code == 302
    team = Team.objects.get(place=cast.town.private_school)
    page = client.get(f"/team/{team.id}/").content.decode()
    assert "A regional team" in page and "Mental-health professional" in page and "Transient, serious" in page


def test_a_wrong_entry_on_the_roster_comes_back_with_why(cast):
    client = cast.sign_in("district")
    answer = client.post(f"/team/{cast.team}/", {"part": "teacher", "name": "", "who": ""})
    assert answer.status_code == 422 and "Choose somebody, or write a name." in answer.content.decode()
    answer = client.post(f"/team/{cast.team}/", {"part": "", "name": "Kept Name", "who": ""})
    assert answer.status_code == 422 and "Kept Name" in answer.content.decode()


def test_a_member_signs_before_they_read(cast):
    case = told(cast.principal, cast.town.school.pk)
    client = cast.sign_in("unsigned")
    assert "Read and sign the agreement" in client.get("/team/").content.decode()
    assert client.get(f"/team/cases/{case}/").status_code == 404
    where = f"/team/{cast.team}/agreement/"
    assert "I tell it to nobody" in client.get(where).content.decode()
    assert client.post(where).status_code == 422
    assert client.post(where, {"agreed": "on"}).status_code == 302
    page = client.get("/team/").content.decode()
    assert "Robin Quill" in page and client.get(f"/team/cases/{case}/").status_code == 200


def test_somebody_of_the_school_tells_the_team_and_reads_no_case(cast):
    client = cast.sign_in("principal")
    assert "Robin" not in client.get("/team/").content.decode()
    said = {
        "place": cast.town.school.pk, "subject": "student", "about": "Robin Quill", "tells": "A list of names",
        "source": "a friend", "entry": str(new_id()),
    }  # fmt: skip
    for _press in range(2):
        answer = client.post("/team/tell/", said)
        assert answer.status_code == 200 and "The team has it" in answer.content.decode()
    case = Case.objects.get()
    assert case.origin == "hallway" and str(case.id) == said["entry"] and Student.objects.count() == 1
    assert client.get(f"/team/cases/{case.id}/").status_code == 404
    raw = b"".join(bytes(x) for x in (case.sealed_words, Student.objects.get().sealed_words))
    assert b"Quill" not in raw and b"list of names" not in raw
    assert "Quill" not in str(list(Audited.objects.values())) and "friend" not in str(list(Audited.objects.values()))
    again = client.get("/team/tell/").content.decode()
    assert "Robin Quill, Millbrook High School" in again, "a student who has a file is chosen, not typed anew"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tells": " "}, "Write something first."), ({"about": ""}, "Write who it is."),
        ({"subject": "ghost"}, "Choose one of these."),
    ],  # fmt: skip
)
def test_what_is_told_wrong_comes_back_with_why(cast, wrong, words):
    client = cast.sign_in("principal")
    said = {"place": cast.town.school.pk, "subject": "student", "about": "Kept Name", "tells": "kept words"} | wrong
    answer = client.post("/team/tell/", said)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and ("kept words" in page or "Kept Name" in page)
    assert not Case.objects.exists()


def test_a_tip_becomes_a_case_in_the_words_of_who_reads_it(cast, tell_of):
    referral = tell_of(cast.town.school).referrals[cast.town.school.name]
    client = cast.sign_in("principal")
    page = client.get(f"/tips/{referral.id}/").content.decode()
    assert "Tell your threat-assessment team" in page
    where = f"/tips/{referral.id}/team/"
    said = {"place": cast.town.school.pk, "subject": "outsider", "about": "A man at the gate", "tells": "Said he would be back"}
    assert client.post(where, said).status_code == 200
    case = Case.objects.get()
    assert case.origin == "tip" and case.referral_id == referral.id
    assert f"/tips/{referral.id}/" in cast.sign_in("counselor").get(f"/team/cases/{case.id}/").content.decode()
    for wrong in ("far", "clinician", "other_principal"):
        assert cast.sign_in(wrong).get(where).status_code == 404


def test_a_case_goes_step_by_step_and_holds_what_is_known_by_day(cast):
    case = told(cast.principal, cast.town.school.pk)
    client = cast.sign_in("counselor")
    where = f"/team/cases/{case}/"
    page = client.get(where).content.decode()
    assert "Robin Quill" in page and "Make it safe" in page and "the bus driver" in page
    assert client.post(f"{where}step/", {"step": "safe"}).status_code == 302
    said = {
        "kind": "interview", "shelf": "school", "day": "2026-01-02", "text": "Talked with Robin", "theme": "said",
        "entry": str(new_id()),
    }  # fmt: skip
    for _press in range(2):
        assert client.post(f"{where}write/", said).status_code == 302
    wrote(cast.counselor, case, "care", "A therapist helps", "protective")
    page = client.get(where).content.decode()
    assert page.index("Talked with Robin") < page.index("A therapist helps") and "Health and mental health" in page
    assert "Talked with Robin" in cast.sign_in("officer").get(where).content.decode()
    assert "A therapist helps" not in cast.sign_in("officer").get(where).content.decode()
    entry = Entry.objects.get(kind="interview")
    assert b"Robin" not in bytes(entry.sealed_text)
    assert cast.sign_in("teacher").post(f"{where}entries/{entry.id}/withdraw/").status_code == 404
    assert client.post(f"{where}entries/{entry.id}/withdraw/").status_code == 302
    assert "Taken back by who wrote it." in client.get(where).content.decode()


def test_a_wrong_entry_of_a_case_comes_back_with_why(cast):
    case = told(cast.principal, cast.town.school.pk)
    client = cast.sign_in("officer")
    right = {"kind": "note", "shelf": "police", "day": "2026-01-02", "text": "kept words", "theme": ""}
    for wrong, words in (
        ({"day": "2126-01-01"}, "still to come"), ({"shelf": "care"}, "Choose one of these."), ({"kind": ""}, "Choose one."),
    ):  # fmt: skip
        answer = client.post(f"/team/cases/{case}/write/", right | wrong)
        assert answer.status_code == 422 and words in answer.content.decode() and "kept words" in answer.content.decode()
    assert not Entry.objects.exists()


def test_thirty_teams_of_a_district_cost_as_many_queries_as_two(cast):
    def teams_of(*names: str) -> None:
        places = [organisation(Kind.SCHOOL, name, parent=cast.town.district, county=cast.town.county) for name in names]
        with reach.acting(cast.district) as mine:
            made = [teams.set_up(mine, place.pk, "own", "risk").id for place in places]
        with reach.acting(cast.district) as mine:
            for team in made:
                teams.name_member(mine, team, "teacher", name="T. Vale")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert "Who is on the team" in client.get("/team/").content.decode()
        return len(caught)

    client = cast.sign_in("district")
    teams_of("Finch School")
    client.get("/team/")
    few = queries()
    teams_of(*(f"School {n}" for n in range(30)))
    assert queries() == few


def test_who_is_on_no_team_is_told_so_and_shown_nothing(cast):
    told(cast.principal, cast.town.school.pk)
    page = cast.sign_in("clinician").get("/team/").content.decode()
    assert "You are on no team" in page and "Robin" not in page and "/team/tell/" not in page and "/team/of/" not in page


@pytest.mark.parametrize("who", ["district", "principal", "officer"])
def test_the_menu_is_the_same_on_every_page_of_the_school(cast, who):
    def menu(page: str) -> str:
        return client.get(page, follow=True).content.decode().partition('<nav aria-label="Pages">')[2].partition("</nav>")[0]

    client = cast.sign_in(who)
    menus = {menu(page) for page in ("/today/", "/team/", "/preparedness/", "/officers/", "/resources/")}
    assert len(menus) == 1
    (only,) = menus
    assert "Drills and plans" in only and ("What we told" in only) is (who != "officer")
    if who != "officer":
        assert menu("/students/") == only
