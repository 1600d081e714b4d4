"""Versions of one pack: which is in force, and that a broken one never takes the place of a whole one."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.packs.conftest import ILLINOIS
from tests.packs.test_broken import change
from upstander import clock, doctor
from upstander.config import config
from upstander.packs import PackError, current, load
from upstander.packs.cli import pack as cli
from upstander.packs.kept import in_use, keep, kept
from upstander.packs.versions import begins, versions


@pytest.fixture
def later(copy: Path) -> Callable[..., Path]:
    """`later("2027.1", "2027-07-01")` is another version in the folder, which changes nothing else."""

    def make(version: str, day: str, id: str = "illinois") -> Path:
        text = (copy / "pack.toml").read_text()
        for old, new in (
            ('version = "2026.1"', f'version = "{version}"'),
            ("effective_from = 2026-01-01", f"effective_from = {day}"),
            ('id = "illinois"', f'id = "{id}"'),
        ):
            assert old in text
            text = text.replace(old, new)
        folder = copy / version
        folder.mkdir()
        (folder / "pack.toml").write_text(text)
        return folder

    return make


def names(path: Path) -> list[str]:
    return [pack.version for pack in versions(path).packs]


def test_a_folder_within_is_a_version_and_what_it_lacks_stands_above(copy: Path, later) -> None:
    folder = later("2027.1", "2027-07-01")
    old, new = versions(copy).packs
    assert (old.version, new.version) == ("2026.1", "2027.1")
    assert new.rules == old.rules and new.digest != old.digest
    assert load(folder).digest == new.digest


@pytest.mark.parametrize(
    ("day", "moment"),
    [("2027-01-15", datetime(2027, 1, 15, 6, tzinfo=UTC)), ("2027-07-01", datetime(2027, 7, 1, 5, tzinfo=UTC)),
     ("2027-03-14", datetime(2027, 3, 14, 6, tzinfo=UTC)), ("2027-11-07", datetime(2027, 11, 7, 5, tzinfo=UTC))],
)  # fmt: skip
def test_a_version_is_in_force_from_midnight_where_the_programme_is_also_when_clocks_change(
    copy: Path, later, day: str, moment: datetime
) -> None:
    later("2027.1", day)
    found = versions(copy)
    assert begins(found.packs[1]) == moment
    assert found.in_force(moment - timedelta(seconds=1)).version == "2026.1"
    assert found.in_force(moment).version == "2027.1"
    assert found.in_force(datetime(2020, 1, 1, tzinfo=UTC)).version == "2026.1"


def test_a_broken_version_is_refused_with_file_and_line_and_the_one_in_force_stays(copy: Path, later) -> None:
    folder = later("2027.1", "2027-07-01")
    (folder / "directive.toml").write_text((copy / "directive.toml").read_text())
    line = change(folder, "directive.toml", 'kind = "document"', 'kind = "documents"')
    found = versions(copy)
    assert [p.version for p in found.packs] == ["2026.1"]
    (problem,) = found.refused
    assert (problem.file, problem.line) == (
        str(folder / "directive.toml"),
        line,
    ) and "'document'" in problem.hint
    assert found.in_force(datetime(2028, 1, 1, tzinfo=UTC)).version == "2026.1"


@pytest.mark.parametrize(
    ("version", "day", "id", "says"),
    [("2027.1", "2026-01-01", "illinois", "2026-01-01"), ("2026.1", "2027-07-01", "illinois", "stands twice"),
     ("2027.1", "2027-07-01", "ohio", "another pack")],
)  # fmt: skip
def test_two_versions_of_one_day_or_name_or_of_two_packs_are_refused(
    copy: Path, later, version: str, day: str, id: str, says: str
) -> None:
    later(version, day, id)
    found = versions(copy)
    assert [p.effective_from.isoformat() for p in found.packs] == ["2026-01-01"]
    assert says in found.refused[0].message and found.refused[0].hint


@pytest.mark.parametrize(
    ("table", "code", "what"),
    [("subtype", "truancy", "the sub-type 'truancy'"), ("flag", "subject_is_poc", "the flag 'subject_is_poc'"),
     ("class", "crime_against_person", "the class 'crime_against_person'")],
)  # fmt: skip
def test_a_version_that_lacks_what_open_tips_may_be_of_is_refused(
    copy: Path, later, table: str, code: str, what: str
) -> None:
    folder = later("2027.1", "2027-07-01")
    for file in copy.glob("*.toml"):
        if file.name != "pack.toml":  # everywhere in the version, so that nothing else is wrong with it
            text = re.sub(rf"(?<![a-z_]){code}(?![a-z_])", "another_code", file.read_text())
            (folder / file.name).write_text(text)
    load(folder)
    found = versions(copy)
    assert [pack.version for pack in found.packs] == ["2026.1"]
    problem = next(p for p in found.refused if what in p.message)
    assert problem.file == str(folder / "taxonomy.toml")
    assert (folder / "taxonomy.toml").read_text().splitlines()[problem.line - 1] == f"[[{table}]]"
    assert "2026.1" in problem.message and "label" in problem.hint


def test_what_a_version_lacks_is_nothing_to_one_that_begins_before_it(copy: Path, later) -> None:
    """The first version in time may know less: nothing was judged by the later one yet."""
    folder = later("2025.1", "2025-07-01")
    for file in copy.glob("*.toml"):
        if file.name != "pack.toml":
            text = re.sub(r"(?<![a-z_])truancy(?![a-z_])", "absence", file.read_text())
            (folder / file.name).write_text(text)
    found = versions(copy)
    assert names(copy) == ["2025.1"] and found.refused[0].file == str(copy / "taxonomy.toml")


def test_a_time_zone_that_is_none_is_explained(copy: Path) -> None:
    change(copy, "pack.toml", "America/Chicago", "America/Chicagoo")
    with pytest.raises(PackError, match="America/Chicago'"):
        versions(copy)


class TestKept:
    def test_what_was_in_use_stays_in_force_when_its_folder_is_broken(
        self, copy: Path, tmp_path: Path
    ) -> None:
        store = tmp_path / "kept"
        before = keep(copy, store).packs[0]
        line = change(copy, "pack.toml", "claim_minutes = 10", "claim_minutes = 0")
        found = keep(copy, store)
        assert [p.digest for p in found.packs] == [before.digest]
        assert found.refused[0].line == line
        assert in_use(copy, store).in_force(clock.now()).digest == before.digest

    def test_a_pack_that_was_never_whole_cannot_be_used(self, copy: Path, tmp_path: Path) -> None:
        change(copy, "pack.toml", "claim_minutes = 10", "claim_minutes = 0")
        for ask in (lambda: keep(copy, tmp_path / "kept"), lambda: in_use(copy, None)):
            with pytest.raises(PackError):
                ask()

    def test_every_pack_that_was_used_can_be_asked_again(self, copy: Path, tmp_path: Path) -> None:
        store = tmp_path / "kept"
        before = keep(copy, store).packs[0]
        change(copy, "texts.en.toml", "Thank you", "Thanks")
        after = keep(copy, store).packs[0]
        assert before.digest != after.digest
        for one in (before, after):
            found = kept(one.digest, store)
            assert found and found.digest == one.digest
        assert kept("0" * 64, store) is None

    def test_a_copy_that_somebody_changed_is_not_what_it_says(self, copy: Path, tmp_path: Path) -> None:
        store = tmp_path / "kept"
        digest = keep(copy, store).packs[0].digest
        change(store / digest, "pack.toml", "claim_minutes = 10", "claim_minutes = 11")
        assert kept(digest, store) is None


class TestCurrent:
    @pytest.fixture(autouse=True)
    def _back(self) -> Iterator[None]:
        yield
        current.use(config().pack, clock.now)

    def test_the_version_changes_at_its_hour_while_the_process_runs(self, copy: Path, later) -> None:
        later("2027.1", "2027-07-01")
        at = [datetime(2027, 7, 1, 4, 59, tzinfo=UTC)]
        current.use(copy, lambda: at[0])
        assert current.current().version == "2026.1"
        at[0] += timedelta(minutes=1)
        assert current.current().version == "2027.1"

    def test_a_judgements_pack_is_found_by_its_digest(self, copy: Path, tmp_path: Path) -> None:
        store = tmp_path / "kept"
        old = keep(copy, store).packs[0].digest
        change(copy, "pack.toml", "claim_minutes = 10", "claim_minutes = 11")
        current.use(copy, clock.now, store)
        found = current.used(old)
        assert found and found.limits.claim_minutes == 10
        assert current.current().limits.claim_minutes == 11
        assert current.used("0" * 64) is None


def test_the_doctor_says_what_is_refused_and_what_stays_in_force(copy: Path, later) -> None:
    folder = later("2027.1", "2027-07-01")
    settings = config().model_copy(update={"pack": copy})
    assert "one of 2 versions" in str(doctor._pack(settings))
    change(folder, "pack.toml", "claim_minutes = 10", "claim_minutes = 0")
    found = str(doctor._pack(settings))
    assert "problems: 1, refused" in found and "in force stays 2026.1" in found


def test_the_command_checks_every_version(copy: Path, later) -> None:
    folder = later("2027.1", "2027-07-01")
    result = CliRunner().invoke(cli, ["check", str(copy)])
    assert result.exit_code == 0 and result.output.count("ok: illinois") == 2
    line = change(folder, "pack.toml", "claim_minutes = 10", "claim_minutes = 0")
    result = CliRunner().invoke(cli, ["check", str(copy)])
    assert result.exit_code == 1 and f"2027.1/pack.toml:{line}: " in result.output
    assert "ok: illinois 2026.1" in result.output


def test_the_pack_of_illinois_has_one_version_today() -> None:
    assert names(ILLINOIS) == ["2026.1"]
