"""What people write stands nowhere in clear: not on the disk while the house runs, not after it stopped, not in a dump.

Canaries go through every field that takes words, from all sides, and what left is looked at; then everything that lies on a disk
is searched in every spelling. Words that may be there are found by the same search in the same places.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.stack import by_law, carried, covered, entered, on_paper, writing
from tests.stack.acts import place, signed_in
from tests.stack.harness import Stack, children, until
from tests.stack.writing import Story
from tests.support.brood import Brood, below, every_spelling, pieces
from tests.support.twilio import Twilio
from upstander.ops import pgbin, processes

pytestmark = pytest.mark.slow

# Where a process writes outside its data folder there is nothing to be found but programs, devices and shared memory.
_NOT_FILES = ("/dev/null", "/dev/urandom", "/dev/zero", "/proc/", "/sys/", "/usr/", "/lib")


@pytest.fixture(scope="module")
def story(stack: Stack, twilio: Twilio) -> Iterator[Story]:
    """Everything that can be written has been written, judged, mailed, looked at, answered, searched for."""
    told, school = Story(stack), place(stack)
    receipt, number = writing.wizard(told)
    sent = writing.by_app(told, school)
    writing.refused(told)
    writing.at_the_desk(told, number, sent["tip_number"], school)
    writing.searched(told)
    writing.at_the_school(told, sent["tip_number"], writing.looked_at(told, sent["tip_number"]))
    writing.answered(told, sent["tip_number"])
    on_paper.written(told)
    by_law.written(told, sent["tip_number"])
    entered.written(told)
    carried.written(told, twilio)
    writing.comes_back(told, receipt)
    writing.allowed(told)
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        until(lambda: _quiet(line), 30, "everything that was owed has left")
    yield told


def _quiet(line: psycopg.Connection[tuple[int]]) -> bool:
    return line.execute("SELECT count(*) FROM delivery_delivery WHERE state = 'pending'").fetchone() == (0,)


def test_the_canaries_were_read_by_people(story: Story):
    """They did arrive: each is shown to whoever may read it."""
    names = {name: word for word, name in story.brood.names.items()}
    desk = signed_in(story.stack.desk, "casey")
    read = "".join(desk.open(f"/tip/{number}/").html for number in story.numbers)
    for name in ("form: text", "form: who", "form: when", "API: text", "API: reply", "desk: reply", "desk: note", "call: note",
                 "call: answered by", "call: dispatch number", "step done: note", "reporter: reply by page",
                 "confirmed by somebody else", "form: place changed", "school: question",
                 "desk: answer to the school", "duty: reason", "duty: evidence", "duty: waiver", "school duty: evidence",
                 "school duty: waiver", "text: words", "text: second words", "desk: answer by text", "mail: words",
                 "mail: subject", "mail: name of a picture", "desk: answer by mail", "voicemail: what is said"):  # fmt: skip
        assert names[name] in read, name


@pytest.mark.req("D-II.F")
def test_every_sealed_column_of_words_has_been_written(story: Story):
    """`covered.STORY` names the canary of each; the story did write it, and did put something into the column."""
    assert covered.unwritten(covered.STORY, story.brood) == []
    with psycopg.connect(story.stack.dsn("owner"), autocommit=True) as line:
        assert covered.empty(covered.STORY, line) == []


@pytest.mark.req("D-II.F")
def test_no_canary_lies_on_the_disk_while_the_house_runs(story: Story):
    assert not story.brood.hits(below(story.stack.data))


def test_no_process_keeps_a_file_elsewhere(story: Story):
    """What a process has open outside its data folder (a temporary file, even one without a name) holds no canary either."""
    family = [pid for part in (*processes.ALL, "postgres") for pid in story.stack.pids(part)]
    family += [pid for main in story.stack.pids("postgres") for pid in children(main)]
    found = [path for pid in family for path in _open_files(pid, story.stack.data)]
    hits = story.brood.hits(piece for path in found for piece in pieces(path))
    assert not hits


def _open_files(pid: int, data: Path) -> list[Path]:
    inside = (str(data), *_NOT_FILES)
    try:
        links = [(fd, os.readlink(fd)) for fd in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []
    return [fd for fd, name in links if name.startswith("/") and not name.startswith(inside)]


@pytest.mark.parametrize("form", ["--inserts", "--format=plain"])
def test_no_canary_stands_in_a_dump(story: Story, form: str):
    dump = _dump(story.stack, form)
    assert not story.brood.hits([("dump", dump)])
    assert story.control.hits([("dump", dump)]), "what may be there is found"


def _dump(stack: Stack, form: str) -> bytes:
    """What pg_dump of the server's own version writes; Debian's, or that of the wheel."""
    folder = pgbin.programs(pgbin.run_as())
    here = next(
        (p for p in (folder / "pg_dump", *map(Path, filter(None, [shutil.which("pg_dump")]))) if p.exists()),
        None,
    )
    if here is None:
        pytest.skip("there is no pg_dump (apt-get install postgresql-client)")
    return subprocess.run(
        [here, form, "--dbname", stack.dsn("owner")], check=True, capture_output=True
    ).stdout


@pytest.mark.req("D-II.F")
def test_no_canary_lies_on_the_disk_after_the_house_stopped(story: Story):
    story.stack.stop()
    try:
        hits = story.brood.hits(below(story.stack.data))
        found = story.control.hits(below(story.stack.data))
    finally:
        story.stack.start()
    assert not hits
    assert [hit for hit in found if "/base/" in hit], "the search finds in tables what may be there"
    assert [hit for hit in found if "/pg_wal/" in hit], "and in the log of the database"


@pytest.mark.parametrize("where", ["logs", "run", "static", "tmp", "pg"])
def test_the_search_finds_every_spelling_everywhere(stack: Stack, where: str):
    planted = Brood()
    folder = stack.data / where
    folder.mkdir(exist_ok=True)
    for n, (spelled, name) in enumerate(every_spelling(planted.word("planted")).items()):
        spelled = (
            next(s for s, other in every_spelling(planted.stem).items() if other == name)
            if "base64" in name
            else spelled
        )
        path = folder / f"planted-{n}"
        path.write_bytes(b"before " + spelled + b" after")
        try:
            assert planted.hits(pieces(path)), name
        finally:
            path.unlink()
    named = folder / "deep" / planted.word("in a name")
    named.mkdir(parents=True)
    assert planted.hits(below(folder / "deep"))
    shutil.rmtree(folder / "deep")
