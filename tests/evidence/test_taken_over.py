"""A decoder that somebody has taken over, or that takes its time: it says nothing of its own, and holds nobody up."""

import hashlib
import json
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.evidence.conftest import picture
from tests.evidence.test_keeper import other  # noqa: F401 - a fixture
from tests.support.eventually import eventually
from upstander.audit.models import Entry
from upstander.evidence import background, hashing, looking, sandboxed
from upstander.evidence.models import CustodyEvent, File

NEEDLE = "needle: what the reporter's picture shows"
TRUE = {"sha256": hashlib.sha256(picture()).hexdigest(), "md5": hashlib.md5(picture()).hexdigest()}
PLAIN = {"size": len(picture()), **TRUE}


@pytest.fixture
def answers(monkeypatch, tmp_path):
    """`answers(told)`: the process in which files are read answers this, whatever it reads."""

    def make(told: object, data: bytes = b"") -> None:
        script = tmp_path / "taken.py"
        answer = json.dumps(told).encode() + b"\n" + data
        script.write_text(f"import sys\nsys.stdin.buffer.read()\nsys.stdout.buffer.write({answer!r})")
        monkeypatch.setattr(sandboxed, "SCRIPT", script)

    return make


def everything_said() -> str:
    """All that stands in clear in the chain of custody and in the audit."""
    return str(
        [
            *CustodyEvent.objects.values_list("detail", flat=True),
            *Entry.objects.values_list("detail", flat=True),
        ]
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        {"fault": NEEDLE},
        {**PLAIN, "fault": NEEDLE},
        {**PLAIN, "fault": [NEEDLE]},
        {**PLAIN, "sha256": NEEDLE},
        {**PLAIN, "md5": "Z" * 32},
        {**PLAIN, "sha256": "A" * 64},
        {**PLAIN, "pdq": ["0" * 63 + "g"]},
        {**PLAIN, "pdq": ["0" * 64] * 9},
        {**PLAIN, "quality": 10**30},
        {**PLAIN, "sha256": "0" * 64},  # of another file than it was given
        {**PLAIN, "size": 1},
        [NEEDLE],
    ],
)
def test_whatever_it_says_the_hashes_are_the_files_and_the_record_knows_codes_only(file, answers, told):
    answers(told)
    assert background.hash_next()
    file.refresh_from_db()
    found = hashing.of(file)
    assert (found.sha256, found.md5, found.size) == (TRUE["sha256"], TRUE["md5"], len(picture()))
    assert (found.fault, found.pdq) == ("died", ())
    assert "needle" not in everything_said()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "data"),
    [({"fault": NEEDLE}, b""), ({"width": NEEDLE, "height": 1, "frames": 1}, b"\xff\xd8\xff"),
     ({"width": 1}, b"\xff\xd8\xff")],
)  # fmt: skip
def test_who_looks_is_told_a_code_and_so_is_the_record(casey, file, answers, told, data):
    answers(told, data)
    with pytest.raises(looking.CannotShow) as caught:
        looking.look(file.id, casey.account, "To see.")
    assert caught.value.code == "died"
    assert "needle" not in everything_said()


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_while_a_file_is_read(file, other, monkeypatch, tmp_path):  # noqa: F811
    """The database ends a transaction that idles; the file would be tried for ever, and nothing behind it compared."""
    begun, go, script = tmp_path / "begun", tmp_path / "go", tmp_path / "slow.py"
    answer = json.dumps(PLAIN)
    script.write_text(
        "import pathlib, sys, time\nsys.stdin.buffer.read()\n"
        f"pathlib.Path({str(begun)!r}).touch()\n"
        f"while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.02)\nprint({answer!r})"
    )
    monkeypatch.setattr(sandboxed, "SCRIPT", script)

    def work() -> None:
        try:
            background.hash_next()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        eventually(begun.exists)
        assert idle_in_a_transaction(other) == 0
    finally:
        Path(go).touch()
        thread.join()
    file.refresh_from_db()
    assert hashing.of(file).sha256 == TRUE["sha256"]


def idle_in_a_transaction(line: psycopg.Connection) -> int:
    row = line.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
    ).fetchone()
    return row[0] if row else 0


@pytest.mark.django_db(transaction=True)
def test_a_file_that_fails_again_and_again_waits_for_all_the_others(with_files, db):
    """What fails here stands for whatever may: nothing can be written about the oldest file."""
    files = [File.objects.get(tip_id=with_files(picture()).tip_id) for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
            "CREATE TRIGGER refuse BEFORE UPDATE ON evidence_file FOR EACH ROW"
            f" WHEN (OLD.id = '{files[0].id}') EXECUTE FUNCTION refuse()"
        )
    process = background.Background()
    try:
        thread = threading.Thread(target=process.run)
        thread.start()
        eventually(lambda: File.objects.filter(sealed_hashes__isnull=False).count() == 2)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refuse ON evidence_file; DROP FUNCTION refuse()")
        eventually(lambda: File.objects.filter(sealed_hashes__isnull=False).count() == 3)
        process.stop()
        thread.join()
