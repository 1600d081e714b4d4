"""`upstander directory`, as a person at a terminal meets it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.directory.conftest import Rows
from tests.directory.test_isbe import DISTRICT, HEAD, LINCOLN, row
from tests.directory.world import contact, county, org, psap
from upstander import clock
from upstander.directory.cli import directory
from upstander.directory.models import Contact, Import, Organisation

pytestmark = pytest.mark.django_db


def call(*arguments: object, answer: str = "") -> Result:
    return CliRunner().invoke(directory, [str(a) for a in arguments], input=answer)


@pytest.fixture
def edition(tmp_path: Path, as_xlsx: Callable[[dict[str, Rows]], bytes]) -> Path:
    path = tmp_path / "anything.bin"
    bad = row("Dst", "010010010", "26", "0009", "Bad [red]School[/red]")
    path.write_bytes(as_xlsx({"1 Public": [HEAD, DISTRICT, LINCOLN, bad]}))
    return path


def test_a_dry_run_shows_everything_and_changes_nothing(edition: Path) -> None:
    result = call("import", edition, "--dry-run")
    assert result.exit_code == 0
    for words in ("Illinois Directory of Educational Entities", "Lincoln Elem School", "sheet “1 Public”, row 4",
                  "record type", "nothing was changed"):  # fmt: skip
        assert words in result.output, words
    assert not Organisation.objects.exists()


def test_it_asks_and_takes_no_for_an_answer(edition: Path) -> None:
    result = call("import", edition, answer="n\n")
    assert result.exit_code == 2
    assert not Organisation.objects.exists()
    assert call("import", edition, answer="y\n").exit_code == 0
    assert Organisation.objects.count() == 2


def test_yes_applies_and_a_second_time_nothing_is_to_do(edition: Path) -> None:
    assert "Applied." in call("import", edition, "--yes").output
    assert Import.objects.get().actor == "system:admin"
    assert Import.objects.get().file_name == "anything.bin"
    assert "Nothing had to be changed." in call("import", edition).output


def test_the_report_holds_every_change_and_bad_row_and_no_formula(
    edition: Path, tmp_path: Path, as_csv: Callable[[Rows], bytes]
) -> None:
    report = tmp_path / "report.csv"
    call("import", edition, "--dry-run", "--report", report)
    rows = list(csv.DictReader(report.open()))
    assert {r["name"] for r in rows if r["list"] == "new"} == {
        "Adams",
        "Payson CUSD 1",
        "Lincoln Elem School",
    }
    assert [(r["sheet"], r["row"]) for r in rows if r["list"] == "bad"] == [("1 Public", "4")]
    evil = tmp_path / "evil.csv"
    evil.write_bytes(as_csv([("kind", "name", "city", "county"), ("zone", "=cmd|'/c calc'!A1", "", "")]))
    call("import", evil, "--dry-run", "--report", report)
    assert [r["name"] for r in csv.DictReader(report.open())] == ["'=cmd|'/c calc'!A1"]


@pytest.mark.parametrize(
    "data", [b"", b"<html>sign in</html>", b"\x89PNG\r\n\x1a\n\x00\x00", b"a,b\n1,2\n", b"PK\x03\x04junk"]
)
def test_a_file_that_is_no_list_gives_a_sentence_not_a_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "directory.xls"
    path.write_bytes(data)
    result = call("import", path, "--yes")
    assert result.exit_code == 1
    assert result.output.startswith("Error: directory.xls: ")
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = call("import", tmp_path / "none.csv")
    assert (result.exit_code, "cannot be read" in result.output) == (1, True)


def test_a_cut_off_file_is_refused_also_with_yes(
    tmp_path: Path, as_xlsx: Callable[[dict[str, Rows]], bytes]
) -> None:
    schools = [row("Sch", "010010010", "26", f"{n:04d}", f"School {n}") for n in range(1, 60)]
    path = tmp_path / "isbe.xlsx"
    path.write_bytes(as_xlsx({"1": [HEAD, DISTRICT, *schools]}))
    call("import", path, "--yes")
    path.write_bytes(as_xlsx({"1": [HEAD, DISTRICT, *schools[:20]]}))
    result = call("import", path, "--yes")
    assert (result.exit_code, "--accept-gone" in result.output) == (1, True)
    assert not Organisation.objects.exclude(retired_on=None).exists()
    assert call("import", path, "--yes", "--accept-gone").exit_code == 0
    assert Organisation.objects.exclude(retired_on=None).count() == 39


def test_the_gaps_end_with_one_and_name_them() -> None:
    county("Shelby")
    psap("Adams 911", county("Adams"), number="")
    result = call("gaps")
    assert result.exit_code == 1
    assert "Shelby" in result.output
    assert "Adams 911" in result.output
    Organisation.objects.get().psap.delete()


def test_contacts_who_cannot_be_reached_are_gaps_too() -> None:
    adams = county("Adams")
    psap("Adams 911", adams)
    district = org("district", "Payson CUSD 1", county=adams)
    silent, refusing, gone = (contact(district, name) for name in ("No Number", "Old Mail", "Left Us"))
    silent.points.all().delete()
    refusing.points.filter(kind="email").update(bounced_at=clock.now())
    refusing.points.create(kind="email", value="old@payson.example", bounced_at=clock.now())
    gone.points.all().delete()
    Contact.objects.filter(pk=gone.pk).update(ended_on=clock.today())
    result = call("gaps")
    assert result.exit_code == 1
    assert "Contacts without phone or e-mail (1): No Number (Payson CUSD 1)" in result.output
    assert "old@payson.example of Old Mail (Payson CUSD 1)" in result.output and "Left Us" not in result.output


def test_without_gaps_it_says_so() -> None:
    psap("Adams 911", county("Adams"))
    assert call("gaps").output == "No gaps.\n"


def test_finding_and_asking_for_the_status() -> None:
    school = org("school", "Lincoln Elem School", org("district", "Payson CUSD 1"), "Payson")
    assert (
        f"{school.pk}  Lincoln Elem School, Payson (Payson CUSD 1)" in call("find", "lincon", "payson").output
    )
    assert call("find", "zzzz").exit_code == 1
    status = call("status", school.pk).output
    assert "Out-of-Network (not_enrolled, no_contact)" in status
    assert "GAP: no_psap" in status
    assert call("status", 999_999_999).exit_code == 1
