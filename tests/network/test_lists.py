"""Many at once: a list that comes in, and the list that goes out (S-membership, S-sio)."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.network.applying import link_in, mail_of
from tests.network.support import client_for, make_member, make_second, make_sio
from tests.people.conftest import organisation
from upstander.delivery.models import Delivery
from upstander.ids import new_id
from upstander.network import exporting
from upstander.network.models import Application, Member, Roll
from upstander.network.rolls import COLUMNS

GOOD = {
    "name": "Kim Sorensen", "e-mail": "kim@bluestem.example", "telephone": "217-555-0143", "position": "Safety coordinator",
    "organization": "Bluestem College", "sector": "college", "discipline": "safety_official", "regions": "ROE 1",
    "sponsor": "Ida Berg", "sponsor e-mail": "ida@bluestem.example", "roles": "Consumer; Contributor",
}  # fmt: skip


def workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.active.append([name.title() for name in COLUMNS])
    for row in rows:
        book.active.append([row.get(name, "") for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("members.xlsx", out.getvalue())


@pytest.mark.req("S-membership")
def test_a_list_is_shown_row_by_row_and_brought_in_by_one_press(network):
    region, college = organisation("region", "ROE 1"), organisation("college", "Bluestem College")
    make_member("Known Person")
    sio = client_for(make_sio())
    rows = (
        GOOD,
        GOOD | {"name": "Same Again"},
        GOOD | {"name": "Known Person", "e-mail": "known.person@example.com"},
        GOOD | {"name": "", "e-mail": "not an address", "discipline": "wizard", "sector": "", "regions": "ROE 99"},
        GOOD | {"e-mail": "formula@bluestem.example", "position": '=HYPERLINK("http://x.example")'},
        GOOD | {"e-mail": "officer@bluestem.example", "discipline": "Sworn officer (SRO, campus police, police)"},
    )
    answer = sio.post("/desk/members/lists/", {"press": str(new_id()), "file": workbook(*rows)})
    assert answer.status_code == 302
    roll = Roll.objects.get()
    assert [bool(row["errors"]) for row in roll.rows] == [False, True, True, True, True, True]
    page = sio.get(answer["Location"]).content.decode()
    for words in (
        "The same address stands in a row above.", "Is a member already", "name is empty.", "is no e-mail address", "wizard",
        "ROE 99", "position holds a formula", "A sworn officer needs an agency.", "Bring in 1 applicant",
    ):  # fmt: skip
        assert words in page, words
    assert not Application.objects.exists() and not Delivery.objects.exists(), "nothing happens before the press"
    assert client_for(make_second()).post(answer["Location"]).status_code == 302
    assert not Application.objects.exists(), "the second person looks; the officer presses"
    for _twice in range(2):
        sio.post(answer["Location"])
    one = Application.objects.get()
    assert (one.organisation, one.regions, one.wishes) == (college, [region.pk], ["consumer", "contributor"])
    assert link_in(mail_of("network_confirm").text).startswith("/apply/confirm/")


@pytest.mark.req("S-membership")
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"PK\x03\x04 no zip", "damaged"), (b"a,b\n1,2\n", "must name these columns"), (b"<html>", "web page")],
)
def test_a_file_that_is_no_list_is_refused_in_words(network, content, words):
    sio = client_for(make_sio())
    answer = sio.post("/desk/members/lists/", {"press": str(new_id()), "file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Roll.objects.exists()


@pytest.mark.req("S-membership")
def test_of_a_list_that_an_organization_sends_one_sheet_is_read_and_no_more_than_a_list_is(network):
    sio = client_for(make_sio())
    book = openpyxl.Workbook()
    book.active.append([name.title() for name in COLUMNS])
    book.active.cell(row=20_100, column=1, value="Kim Sorensen")
    for wide, words in ((True, "more than 20000 rows"), (False, "must name these columns")):
        out = io.BytesIO()
        (book if wide else openpyxl.Workbook()).save(out)
        sent = SimpleUploadedFile("members.xlsx", out.getvalue())
        answer = sio.post("/desk/members/lists/", {"press": str(new_id()), "file": sent})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not Roll.objects.exists()


@pytest.mark.req("S-sio")
def test_the_list_that_goes_out_is_narrowed_and_starts_no_formula(network):
    region = organisation("region", "ROE 1")
    evil = make_member("=cmd|' /C calc'!A0".replace("/", "").replace("'", ""), regions=[region.pk], position="\t=1+1")
    make_member("Plain Person", level=None)
    sio = client_for(make_sio())
    everybody = list(csv.reader(io.StringIO(sio.post("/desk/members/all.csv", {}).content.decode("utf-8-sig"))))
    assert len(everybody) == 3
    found = list(csv.reader(io.StringIO(sio.post("/desk/members/all.csv", {"region": region.pk}).content.decode("utf-8-sig"))))
    assert len(found) == 2 and found[1][0] == f"'{evil.account.name}" and found[1][8:10] == ["Active", "FOUO"]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in found for cell in row)
    assert [exporting.safe(x) for x in (" =1", "a=1", "@x", "\r=1")] == ["' =1", "a=1", "'@x", "'\r=1"]


@pytest.mark.req("S-sio")
def test_the_list_is_narrowed_by_region_discipline_state_and_words(network):
    region = organisation("region", "ROE 1")
    make_member("Ana Rivera", regions=[region.pk], organisation_name="Bluestem School")
    make_member("Bo Tanner", level=2)
    suspended = make_member("Cy Young")
    Member.objects.filter(pk=suspended.pk).update(state="suspended")
    make_member("Di Lapsed", signed=False)
    sio = client_for(make_sio())
    names = ("Ana Rivera", "Bo Tanner", "Cy Young", "Di Lapsed")
    for narrowed, wanted in (
        ({}, names),
        ({"words": "bluestem"}, ("Ana Rivera",)),
        ({"region": region.pk}, ("Ana Rivera",)),
        ({"discipline": "sworn_officer"}, ("Bo Tanner",)),
        ({"state": "suspended"}, ("Cy Young",)),
        ({"state": "lapsed"}, ("Di Lapsed",)),
        ({"state": "live", "words": "o"}, ("Ana Rivera", "Bo Tanner")),
    ):
        page = sio.post("/desk/members/all/", narrowed).content.decode()
        assert tuple(name for name in names if name in page) == wanted, narrowed
