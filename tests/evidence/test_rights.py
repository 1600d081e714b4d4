"""Each login, as the wrong person: what the database itself refuses, whatever the code above it does."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.evidence.conftest import brought, picture
from tests.people.conftest import refused
from upstander import clock
from upstander.evidence import adopting, receiving, tokens
from upstander.evidence.models import Chunk, File, FileKey
from upstander.ids import new_id
from upstander.intake.services import reply

pytestmark = pytest.mark.django_db
TABLES = (
    "evidence_upload", "evidence_chunk", "evidence_file", "evidence_file_key", "evidence_custody_event", "evidence_hand_over",
    "evidence_package_part", "evidence_destruction", "evidence_hash_list", "evidence_hash_part",
)  # fmt: skip


def run(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def cannot(statement: str, *values) -> bool:
    return refused(lambda: run(statement, *values))


def fails(statement: str, *values) -> str:
    """What the database says to the owner of the tables themselves, as buggy code would."""
    try:
        with transaction.atomic():
            run(statement, *values)
    except DatabaseError as error:
        return str(error)
    return ""


def sealed(file: File) -> File:
    File.objects.filter(id=file.id).update(
        state="sealed",
        ground="suspected",
        sealed_at=clock.now(),
        keep_until=clock.now() + timedelta(days=365),
    )
    file.refresh_from_db()
    return file


@pytest.mark.parametrize("login", ["school", "events", "relay", "sealer"])
@pytest.mark.parametrize("table", TABLES)
def test_who_has_no_business_with_files_has_no_right_at_all(file, as_login, login, table):
    as_login(login)
    for statement in (
        "SELECT 1 FROM {}",
        "DELETE FROM {}",
        "UPDATE {} SET id = id",
        "INSERT INTO {} DEFAULT VALUES",
    ):
        assert fails(statement.format(table)), (login, table)
    assert cannot(f"SELECT 1 FROM {table}")


def test_the_public_login_brings_files_and_reads_no_byte_and_no_key_of_any(as_login, web):
    as_login("public")
    token = brought(picture())
    answer = web.post(
        "/api/v1/tips",
        {"text": "words", "attachments": [token]},
        content_type="application/json",
        headers={"Idempotency-Key": "Zx-" * 8},
    )
    assert answer.status_code == 201
    code = answer.json()["receipt"]
    assert reply(code, "more", files=[tokens.reveal(brought(picture()))])
    for statement in (
        "SELECT body FROM evidence_chunk", "SELECT 1 FROM evidence_file_key", "SELECT sealed_name FROM evidence_file",
        "SELECT 1 FROM evidence_custody_event", "UPDATE evidence_file SET state = 'quarantined'", "DELETE FROM evidence_chunk",
        "DELETE FROM evidence_upload", "UPDATE evidence_chunk SET body = ''", "SELECT 1 FROM evidence_hand_over",
        "INSERT INTO evidence_hand_over DEFAULT VALUES", "SELECT 1 FROM evidence_hash_part",
    ):  # fmt: skip
        assert cannot(statement), statement


def test_the_desk_reads_what_is_in_quarantine_and_nothing_of_what_is_sealed(file, as_login):
    key = FileKey.objects.get(audience="desk")
    as_login("desk")
    assert run("SELECT body FROM evidence_chunk WHERE file_id = %s", file.id)
    assert run("SELECT wrapped FROM evidence_file_key") != []
    assert not run("SELECT 1 FROM evidence_file_key WHERE audience = 'evidence'"), (
        "not even the other wrapping"
    )
    sealed(file)
    assert not run("SELECT body FROM evidence_chunk WHERE file_id = %s", file.id)
    assert not run("SELECT 1 FROM evidence_file_key")
    assert cannot("UPDATE evidence_file SET state = 'quarantined', ground = '', sealed_at = NULL")
    values = [file.id, "desk", key.key_version, bytes(key.wrapped)]
    assert cannot(
        "INSERT INTO evidence_file_key (file_id, audience, key_version, wrapped) VALUES (%s, %s, %s, %s)",
        *values,
    )
    for statement in (
        "DELETE FROM evidence_chunk", "DELETE FROM evidence_file_key", "DELETE FROM evidence_file",
        "UPDATE evidence_chunk SET n = 9",
        "UPDATE evidence_file SET sealed_hashes = NULL", "UPDATE evidence_custody_event SET act = 'x'",
        "DELETE FROM evidence_custody_event", "INSERT INTO evidence_package_part (hand_over_id, n, body) VALUES (NULL, 0, '')",
    ):  # fmt: skip
        assert cannot(statement), statement


@pytest.mark.req("D-IV.A.2.c.5")
def test_sealing_takes_the_desks_key_in_the_same_moment_whoever_forgets_it(file):
    assert FileKey.objects.filter(file_id=file.id, audience="desk").exists()
    sealed(file)
    assert [k.audience for k in FileKey.objects.filter(file_id=file.id)] == ["evidence"]


@pytest.mark.req("D-IV.A.2.c.5")
def test_even_the_owner_of_the_tables_cannot_undo_it_by_mistake(file):
    """Buggy code, a careless migration: the triggers hold against whoever does not take them away first."""
    key = FileKey.objects.get(file_id=file.id, audience="desk")
    values = [file.id, "desk", key.key_version, bytes(key.wrapped)]
    assert "goes when its file is sealed" in fails(
        "DELETE FROM evidence_file_key WHERE file_id = %s", file.id
    )
    sealed(file)
    for statement, why in (
        ("UPDATE evidence_file SET state = 'quarantined', ground = '', sealed_at = NULL", "stays sealed"),
        ("UPDATE evidence_file SET ground = 'evidence'", "stays sealed"),
        ("UPDATE evidence_file SET keep_until = now()", "never shortened"),
        ("UPDATE evidence_file SET state = 'destroyed', destroyed_at = now()", "two custodians"),
        ("UPDATE evidence_file SET tip_id = gen_random_uuid()", "does not change"),
        ("DELETE FROM evidence_file", "never removed"),
        ("DELETE FROM evidence_chunk", "not removed in pieces"),
        ("UPDATE evidence_chunk SET size = 1", "never changed"),
        ("DELETE FROM evidence_file_key", "goes when"),
        ("UPDATE evidence_file_key SET audience = 'desk'", "never changed"),
        ("DELETE FROM evidence_custody_event", "never changed"),
    ):
        assert why in fails(statement), statement
    insert = "INSERT INTO evidence_file_key (file_id, audience, key_version, wrapped) VALUES (%s, %s, %s, %s)"
    assert "no key to a sealed file" in fails(insert, *values)


def test_a_file_arrives_in_no_other_state_and_only_whole(db):
    half = receiving.begin(5000, "half.jpg")
    receiving.store(half, 0, picture()[:1000])
    insert = (
        "INSERT INTO evidence_file (id, tip_id, tip_number, received_at, kind, size, chunks, sealed_name, state, ground,"
        " sealed_at, lists_seen) VALUES (%s, %s, 'X', now(), 'jpeg', %s, 1, '', %s, %s, %s, 0)"
    )
    assert "not complete" in fails(insert, half.id, new_id(), 5000, "quarantined", "", None)
    now = clock.now()
    assert "arrives in quarantine" in fails(insert, half.id, new_id(), 1000, "sealed", "suspected", now)
    assert "arrives in quarantine" in fails(insert, half.id, new_id(), 1000, "destroyed", "suspected", now)
    assert not fails(insert, half.id, new_id(), 1000, "quarantined", "", None)
    assert "belongs to a tip already" in fails(insert, half.id, new_id(), 1000, "quarantined", "", None)
    with pytest.raises(receiving.CannotTake):
        receiving.store(half, 1, b"more")


def test_a_chunk_is_of_the_size_that_it_says(db):
    ticket = receiving.begin(5000)
    insert = (
        "INSERT INTO evidence_chunk (file_id, n, size, kind, mark, body) VALUES (%s, %s, %s, 'jpeg', '', %s)"
    )
    assert "of the size" in fails(insert, ticket.id, 0, 10, b"x" * 500)
    assert fails(insert, ticket.id, 0, 300_000, b"x" * 300_032), "no chunk is larger than one"
    assert fails(insert, new_id(), 0, 10, b"x" * 42), "and none belongs to no upload"


def test_the_custody_login_reads_nothing_in_quarantine_and_sealed_files_only_while_there_is_work(
    file, as_login
):
    as_login("custody")
    assert not run("SELECT body FROM evidence_chunk") and not run("SELECT 1 FROM evidence_file_key")
    run("RESET ROLE")
    sealed(file)
    as_login_again(as_login)
    assert run("SELECT body FROM evidence_chunk"), "its hashes are missing"
    run("UPDATE evidence_file SET sealed_hashes = 'x', hash_version = 1")
    assert not run("SELECT body FROM evidence_chunk"), "now nothing is to be done with it"
    for statement in (
        "UPDATE evidence_file SET state = 'destroyed'", "DELETE FROM evidence_chunk", "SELECT 1 FROM intake_tip",
        "INSERT INTO evidence_hand_over DEFAULT VALUES", "SELECT 1 FROM intake_message", "SELECT 1 FROM vault_wrapped_key",
        "SELECT body FROM evidence_package_part", "SELECT 1 FROM people_account",
        "UPDATE evidence_hand_over SET received_at = now()",
    ):  # fmt: skip
        assert cannot(statement), statement


def as_login_again(as_login) -> None:
    """The roles of this test exist already: become one again."""
    from upstander.ops import grants

    run(f"SET LOCAL ROLE {grants.role('custody')}")


def test_the_worker_clears_what_nobody_adopted_and_touches_no_tips_file(file, as_login):
    half = receiving.begin(5000, "half.jpg")
    receiving.store(half, 0, picture()[:1000])
    as_login("worker")
    assert cannot("DELETE FROM evidence_chunk WHERE file_id = %s", file.id)
    run("DELETE FROM evidence_upload WHERE id = %s", half.id)
    run("DELETE FROM evidence_chunk WHERE file_id = %s", half.id)
    assert cannot("UPDATE evidence_file SET destroyed_at = now()") and cannot("DELETE FROM evidence_file")
    assert run("SELECT count(*) FROM evidence_chunk") == [(file.chunks,)]


def test_a_file_adopted_twice_in_the_same_instant_belongs_to_one(db):
    ticket = tokens.reveal(brought(picture()))
    adopting.adopt(new_id(), "K7F2-9QPX-3M", [ticket], clock.now())
    with pytest.raises(receiving.CannotTake, match="gone"), transaction.atomic():
        adopting.adopt(new_id(), "K7F2-9QPX-3N", [ticket], clock.now())
    assert File.objects.count() == 1 and Chunk.objects.count() == 1
