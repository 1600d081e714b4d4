"""What an officer, a principal and a district's administrator do on these pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.officers.conftest import PDF, Cast, agreed, learned, worked
from upstander import clock
from upstander.audit.models import Entry
from upstander.ids import new_id
from upstander.officers.models import Activity, Agreement, Certificate, Note, Paper

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-climate")]


def form(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "kind": "lesson", "minutes": "30", "place": cast.town.school.pk, "day": clock.today().isoformat(), "entry": str(new_id()),
    } | more  # fmt: skip


def test_work_is_entered_by_one_form_once_and_taken_back(cast, as_login):
    as_login("school")
    client = cast.sign_in("officer")
    page = client.get("/officers/").content.decode()
    assert "Talked with a student" in page and "Emergency manager" in page and "Never write a student" in page
    said = form(cast, outcomes=["talked", "counselor"])
    for _press in range(2):
        assert client.post("/officers/", said).status_code == 302
    page = client.get("/officers/").content.decode()
    assert page.count("Take it back") == 1 and "Brought to a counselor" in page
    assert client.post(f"/officers/entries/{said['entry']}/withdraw/").status_code == 302
    assert "Take it back" not in client.get("/officers/").content.decode()
    assert client.post(f"/officers/entries/{said['entry']}/withdraw/").status_code == 404


def test_what_is_done_often_takes_one_press(cast):
    worked(cast.officer, cast.town.school.pk, "talk", ("talked",))
    worked(cast.officer, cast.town.school.pk, "talk", ("talked",))
    client = cast.sign_in("officer")
    assert "Again today" in client.get("/officers/").content.decode()
    press = {"n": "0", "entry": str(new_id())}
    for _twice in range(2):
        assert client.post("/officers/again/", press).status_code == 302
    assert Activity.objects.filter(kind="talk", outcomes=["talked"], minutes=15).count() == 3
    for wrong in ({}, {"n": "9", "entry": press["entry"]}, {"n": "x", "entry": "y"}):
        assert client.post("/officers/again/", wrong).status_code == 302
    assert Activity.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "Choose what you did."),
        ({"kind": "arrests"}, "Select a valid choice"),
        ({"minutes": "0"}, "Write how many minutes."),
        ({"minutes": "0", "other": "721"}, "less than or equal to 720"),
        ({"day": "2031-01-01"}, "A day of the last 60"),
        ({"day": "2020-01-01"}, "A day of the last 60"),
        ({"place": "1"}, "Select a valid choice"),
        ({"outcomes": ["expelled"]}, "Select a valid choice"),
    ],
)
def test_a_wrong_entry_comes_back_with_why(cast, wrong, words):
    client = cast.sign_in("officer")
    answer = client.post("/officers/", form(cast, note="kept words", **wrong))
    assert (
        answer.status_code == 422
        and words in answer.content.decode()
        and "kept words" in answer.content.decode()
    )
    assert not Activity.objects.exists()


def test_a_note_that_names_a_student_is_not_kept_before_it_was_looked_at(cast):
    client = cast.sign_in("officer")
    said = form(cast, note="Walked Brandon Kowalski to the office, call 217-555-0144")
    answer = client.post("/officers/", said)
    page = answer.content.decode()
    assert (
        answer.status_code == 422
        and "may tell which student" in page
        and "Kowalski" in page
        and "I looked" in page
    )
    assert not Activity.objects.exists()
    assert client.post("/officers/", said | {"note": "Walked a student to the office"}).status_code == 302
    assert b"office" not in bytes(Note.objects.get().sealed_text)
    assert "Walked a student to the office" in client.get("/officers/").content.decode()
    assert "Walked" not in str(list(Entry.objects.values()))


def test_a_certificate_with_its_file_is_kept_sealed_and_handed_out_as_a_download(cast, as_login):
    as_login("school")
    client = cast.sign_in("officer")
    today = clock.today()
    said = {
        "training": "threats",
        "done_on": today.isoformat(),
        "expires_on": (today + timedelta(30)).isoformat(),
        "words": "No. 77",
    }
    answer = client.post("/officers/certificates/", said | {"file": SimpleUploadedFile("x.exe", PDF)})
    assert answer.status_code == 302
    page = client.get("/officers/certificates/").content.decode()
    assert "No. 77" in page and "ends soon" in page
    address = page.partition('href="/officers/certificates/')[2].partition('"')[0]
    file = client.get(f"/officers/certificates/{address}")
    assert (
        file.content == PDF
        and file["Content-Type"] == "application/pdf"
        and "attachment" in file["Content-Disposition"]
    )
    assert "sandbox" in file["Content-Security-Policy"]
    boss = cast.sign_in("district")
    assert boss.get(f"/officers/certificates/{address}").content == PDF
    assert "No. 77" not in boss.get(f"/officers/of/{cast.town.district.pk}/training/").content.decode()
    assert cast.sign_in("far").get(f"/officers/certificates/{address}").status_code == 404


def test_files_rest_sealed(cast):
    learned(cast.officer, file=PDF, words="Heron Academy")
    assert PDF not in bytes(Paper.objects.get().body) and b"Heron" not in bytes(
        Certificate.objects.get().sealed_words
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Choose a PDF"),
        (b"MZ\x90 program", "Choose a PDF"),
        (b"", "empty"),
        (b"%PDF-" + b"0" * 4_000_001, "too large"),
    ],
    ids=["svg", "program", "empty", "large"],
)
def test_a_hostile_file_is_refused_in_words(cast, content, words, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 6_000_000  # as the school's process has it
    client = cast.sign_in("officer")
    said = {
        "training": "threats",
        "done_on": clock.today().isoformat(),
        "file": SimpleUploadedFile("c.pdf", content),
    }
    answer = client.post("/officers/certificates/", said)
    assert answer.status_code == 422 and words in answer.content.decode() and not Certificate.objects.exists()


def test_the_matrix_says_who_has_what_and_what_is_overdue(cast, clock):
    learned(cast.officer, "threats")
    page = cast.sign_in("district").get(f"/officers/of/{cast.town.district.pk}/training/").content.decode()
    assert (
        all(name in page for name in ("Officer Osei", "Ana Rivera", "P. Okafor"))
        and "Officer Bao" not in page
    )
    assert "overdue" not in page.partition("Person by person")[2]
    clock(181 * 86_400)
    boss = cast.sign_in("district")
    page = boss.get(f"/officers/of/{cast.town.district.pk}/training/").content.decode()
    assert page.count("overdue") >= 3 and "Only who is overdue" in page
    late = boss.get(f"/officers/of/{cast.town.district.pk}/training/overdue/").content.decode()
    assert "Officer Osei" in late and "Show everybody" in late
    chiefs = cast.sign_in("chief").get(f"/officers/of/{cast.town.police.pk}/training/").content.decode()
    assert "Officer Osei" in chiefs and "Officer Bao" in chiefs and "Ana Rivera" not in chiefs


def test_an_agreement_shows_what_it_lacks_and_when_its_review_is_overdue(cast, as_login):
    as_login("school")
    client = cast.sign_in("district")
    here, today = f"/officers/of/{cast.town.district.pk}/agreements/", clock.today()
    assert "No agreement is on file" in client.get(here).content.decode()
    said = {
        "agency": cast.town.police.pk, "signed_on": (today - timedelta(400)).isoformat(),
        "review_on": (today - timedelta(1)).isoformat(), "holds": ["reporting", "roles"],
    }  # fmt: skip
    assert client.post(here, said | {"file": SimpleUploadedFile("m.pdf", PDF)}).status_code == 302
    page = client.get(here).content.decode()
    assert "review overdue" in page and "It says nothing about" in page and "It holds 2 points" in page
    assert client.post(here, said | {"review_on": said["signed_on"]}).status_code == 422
    assert client.post(here, said | {"review_on": (today + timedelta(300)).isoformat()}).status_code == 302
    page = client.get(here).content.decode()
    assert "Version 2" in page and "Ended or replaced" in page and "review overdue" not in page
    assert (
        "Version 2"
        in cast.sign_in("chief").get(f"/officers/of/{cast.town.police.pk}/agreements/").content.decode()
    )


def test_the_year_shows_more_than_enforcement_and_no_small_count(cast):
    town = cast.town
    for kind, outcome, times in (
        ("talk", "talked", 5),
        ("lesson", "", 4),
        ("drill", "made_safer", 3),
        ("call", "arrested", 1),
    ):
        for _n in range(times):
            worked(cast.officer, town.school.pk, kind, (outcome,) if outcome else ())
    client = cast.sign_in("district")
    page = client.get(f"/officers/of/{town.district.pk}/year/").content.decode()
    assert "<svg" in page and "Informal counselor" in page and "not shown" in page and "Arrested" in page
    assert "not shown" not in cast.sign_in("officer").get("/officers/year/").content.decode()
    year = page.partition(f"/officers/of/{town.district.pk}/year/")[2].partition("/")[0]
    pdf = client.get(f"/officers/of/{town.district.pk}/year/{int(year) + 1}.pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF-")
    assert client.get(f"/officers/of/{town.district.pk}/year/2091/").status_code == 404
    assert (
        "Nothing is entered" in client.get(f"/officers/of/{town.district.pk}/year/{year}/").content.decode()
    )


def test_the_two_codes_are_searched_by_posted_words_and_printed(cast):
    client = cast.sign_in("principal")
    page = client.get("/officers/codes/").content.decode()
    assert "no legal advice" in page and "not verified" in page and "Truancy" in page
    found = client.post("/officers/codes/", {"words": "firearm POLICE"}).content.decode()
    assert "threat of gun violence" in found and "Truancy" not in found
    assert "No row has these words" in client.post("/officers/codes/", {"words": "zebra"}).content.decode()
    assert client.get("/officers/codes.pdf").content.startswith(b"%PDF-")


def test_an_overdue_review_is_of_a_live_agreement(cast):
    today = clock.today()
    agreed(
        cast.district, cast.town.district.pk, cast.town.police.pk, today - timedelta(9), today + timedelta(1)
    )
    assert Agreement.objects.get().ended_at is None
