"""The owner of the database changes what is sealed: every single change is found, and named."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.audit.conftest import seal_all, sign_key, sql, write
from upstander.audit import chain, services
from upstander.audit.findings import KINDS, Report
from upstander.audit.models import Entry, Seal
from upstander.audit.sealing import Sealer
from upstander.audit.verify import verify
from upstander.config import ConfigError

pytestmark = pytest.mark.django_db
ROWS, SEALS = 30, 6


@pytest.fixture(scope="module")
def record(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Thirty entries in six seals, committed, for all tests of this module; its heads file."""
    heads = tmp_path_factory.mktemp("audit") / "heads.jsonl"
    with django_db_blocker.unblock():
        sql("TRUNCATE audit_entry, audit_seal")
        sealer = Sealer(sign_key(), [heads])
        assert sealer.take()
        while Seal.objects.count() < SEALS:
            write(ROWS // SEALS, Entry.objects.count())
            seal_all(sealer)
        sealer.let_go()
    yield heads
    with django_db_blocker.unblock():
        sql("TRUNCATE audit_entry, audit_seal")
        connection.close()


def entry(number: int) -> int:
    """The id of the `number`th entry."""
    return Entry.objects.order_by("id").values_list("id", flat=True)[number]


def only(report: Report, kind: str) -> str:
    """The one finding there is, of this kind; its words."""
    assert dict(report.counts) == {kind: 1}, report.findings
    assert report.exit_code == 1
    return report.findings[0].text


def test_the_record_is_clean_before_anybody_touches_it(record: Path) -> None:
    report = verify([record])
    assert (report.exit_code, report.entries, report.seals, report.findings) == (0, ROWS, SEALS, [])
    assert report.as_dict()["result"] == "clean"


@pytest.mark.parametrize(
    "change",
    ["process = 'worker'", "actor = 'account:77'", "act = 'tip.closed'", "object_kind = 'x'", "object_id = 'tip-9'",
     "detail = '{}'", "detail = detail || '{\"number\": 1.0}'", "nonce = nonce || 'x'", "mac = 'x'"],
)  # fmt: skip
def test_a_changed_entry_is_named_with_its_seal(record: Path, change: str) -> None:
    one = entry(7)
    sql(f"UPDATE audit_entry SET {change} WHERE id = %s", one)
    assert only(verify([record]), "changed").startswith(f"entry {one} of seal 2 was changed")


@pytest.mark.parametrize(
    "change", ["at = at - interval '1 hour'", "at = 'infinity'", "xid = xid + 1", "cluster = 1"]
)
def test_a_redated_entry_is_told_from_a_reworded_one(record: Path, change: str) -> None:
    one = entry(7)
    sql(f"UPDATE audit_entry SET {change} WHERE id = %s", one)
    assert only(verify([record]), "moved").startswith(f"entry {one} of seal 2 was moved")


def test_a_removed_entry_is_named_with_its_seal(record: Path) -> None:
    one = entry(12)
    sql("DELETE FROM audit_entry WHERE id = %s", one)
    assert only(verify([record]), "removed") == f"entry {one} of seal 3 is gone"


def test_all_entries_removed_are_counted_and_the_first_hundred_named(record: Path) -> None:
    sql("DELETE FROM audit_entry")
    report = verify([record])
    assert report.counts["removed"] == ROWS
    assert report.entries == 0


def test_two_entries_that_changed_places_are_both_named(record: Path) -> None:
    one, other = entry(5), entry(25)
    sql("UPDATE audit_entry SET id = -1 WHERE id = %s", one)
    sql("UPDATE audit_entry SET id = %s WHERE id = %s", one, other)
    sql("UPDATE audit_entry SET id = %s WHERE id = -1", other)
    report = verify([record])
    assert dict(report.counts) == {"moved": 2}
    assert {(found.entry, found.seal) for found in report.findings} == {(one, 2), (other, 6)}


def test_a_renumbered_entry_is_gone_from_its_place_and_added_elsewhere(record: Path) -> None:
    one = entry(5)
    sql("UPDATE audit_entry SET id = id + 100000 WHERE id = %s", one)
    report = verify([record])
    assert dict(report.counts) == {"removed": 1, "added": 1}


def insert(values: tuple, **more: object) -> None:
    names = "".join(f", {name}" for name in more)
    marks = ",".join(["%s"] * (len(values) + len(more)))
    sql(f"INSERT INTO audit_entry ({services.COLUMNS}{names}) VALUES ({marks})", *values, *more.values())


def test_an_entry_slipped_into_a_sealed_time_is_found_even_with_a_right_mac(record: Path) -> None:
    insert(services.row("account:1", "tip.viewed", "tip", 1), xid=Entry.objects.latest("id").xid)
    assert "was added: no seal has it" in only(verify([record]), "added")


@pytest.mark.parametrize("xid", [-5, 2**62])
def test_an_entry_whose_transaction_cannot_be_is_found(record: Path, xid: int) -> None:
    insert(services.row("account:1", "tip.viewed", "tip", 1), xid=xid)
    only(verify([record]), "added")


def test_an_entry_of_a_cluster_that_never_was_is_found(record: Path) -> None:
    insert(services.row("account:1", "tip.viewed", "tip", 1), cluster=4711)
    only(verify([record]), "added")


def test_an_unsealed_entry_without_the_writers_key_is_found(record: Path) -> None:
    forged = list(services.row("account:1", "tip.viewed", "tip", 1))
    forged[1] = "account:2"
    insert(tuple(forged))
    text = only(verify([record]), "forged")
    assert "was not written by the process admin" in text


def test_an_entry_of_a_process_that_does_not_exist_is_found(record: Path) -> None:
    insert(("ghost", *services.row("account:1", "tip.viewed", "tip", 1)[1:]))
    assert "names the process 'ghost'" in only(verify([record]), "unknown_process")


def test_a_process_cannot_write_in_anothers_name(record: Path) -> None:
    insert(("desk", *services.row("account:1", "tip.viewed", "tip", 1)[1:]))
    assert "not written by the process desk" in only(verify([record]), "forged")


def test_a_copied_entry_is_found_although_its_mac_is_right(record: Path) -> None:
    sql(
        f"INSERT INTO audit_entry ({services.COLUMNS}) SELECT {services.COLUMNS} FROM audit_entry WHERE id = %s",
        entry(3),
    )
    assert f"entries {entry(3)} and {entry(ROWS)} are one entry copied" in only(verify([record]), "copied")


def test_a_second_entry_under_the_same_number_is_found(record: Path) -> None:
    sql("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_pkey")
    sql("ALTER TABLE audit_entry ALTER COLUMN id DROP IDENTITY")
    forged = ("admin", "account:2", "tip.viewed", "tip", "1", "{}", b"other", b"mac")
    insert(forged, id=entry(3))
    assert only(verify([record]), "added") == f"there is a second entry {entry(3)}, which no seal has"


@pytest.mark.parametrize(
    "change",
    ["at = at + interval '1 s'", "at = '-infinity'", "merkle_root = previous", "root = previous", "horizon = horizon + 1",
     "upto = 7", "cluster = cluster + 1", "entries = entries[2:]", "entries = entries || 99999::bigint",
     "entries = array[entries]", "entries[1] = NULL", "previous = merkle_root", "n = 40"],
)  # fmt: skip
def test_a_changed_seal_is_named(record: Path, change: str) -> None:
    sql(f"UPDATE audit_seal SET {change} WHERE n = 3")
    report = verify([])
    changed = [found.seal for found in report.findings if found.kind == "seal_changed"]
    assert changed == [40 if change == "n = 40" else 3], report.findings
    assert not set(report.counts) & {"changed", "moved", "removed"}


def test_changed_marks_are_not_taken_for_changed_entries(record: Path) -> None:
    sql("UPDATE audit_seal SET marks = sha256(marks) WHERE n = 3")
    assert only(verify([record]), "seal_changed") == "the marks of seal 3 were changed"


def test_marks_that_were_changed_with_the_entry_hide_its_name_but_not_the_change(record: Path) -> None:
    sql("UPDATE audit_entry SET act = 'x' WHERE id = %s", entry(12))
    sql(f"SET LOCAL timezone = 'UTC'; SELECT {chain.ROW} FROM audit_entry")
    ids = Seal.objects.get(n=3).entries
    rows = {row[0]: chain.Row(*row) for row in sql(f"SELECT {chain.ROW} FROM audit_entry")}
    marks = b"".join(chain.leaf(rows[number])[: chain.MARK] for number in ids)
    sql("UPDATE audit_seal SET marks = %s WHERE n = 3", marks)
    assert "an entry of seal 3 was changed" in only(verify([record]), "changed")


def test_reordered_entries_of_a_seal_are_not_taken_for_changed_ones(record: Path) -> None:
    sql("UPDATE audit_seal SET entries = entries[2:2] || entries[1:1] || entries[3:] WHERE n = 3")
    assert "the entries of seal 3 were reordered" in only(verify([record]), "reordered")


def test_a_removed_seal_is_named(record: Path) -> None:
    sql("DELETE FROM audit_seal WHERE n = 3")
    report = verify([])
    assert report.findings[0].text == "seal 3 is missing"
    assert report.counts["added"] == ROWS // SEALS  # its entries are in no seal now


def test_a_seal_removed_with_its_entries_is_missed(record: Path) -> None:
    sql("DELETE FROM audit_entry WHERE id IN (SELECT unnest(entries) FROM audit_seal WHERE n = 1)")
    sql("DELETE FROM audit_seal WHERE n = 1")
    assert only(verify([record]), "seal_missing") == "seal 1 is missing"


def cut(n: int) -> None:
    """Remove the seals above n and their entries, without a trace in the tables."""
    sql("DELETE FROM audit_entry WHERE id IN (SELECT unnest(entries) FROM audit_seal WHERE n > %s)", n)
    sql("DELETE FROM audit_seal WHERE n > %s", n)


def test_a_tail_cut_off_is_seen_by_the_heads(record: Path) -> None:
    cut(4)
    assert only(verify([record]), "tail_missing").startswith("seals 5 to 6 stood at the end of the chain")


def test_a_tail_cut_off_cannot_be_seen_without_heads_and_verification_says_so(record: Path) -> None:
    cut(4)
    report = verify([])
    assert not report.counts
    assert report.exit_code == 2
    assert "cut off the end" in report.unchecked[0]


def test_everything_removed_is_seen_by_the_heads(record: Path) -> None:
    sql("TRUNCATE audit_entry, audit_seal")
    assert only(verify([record]), "tail_missing").startswith("seals 1 to 6")


def seals_by(key: Ed25519PrivateKey, after: int) -> None:
    """Write the chain anew after seal `after` over the entries as they are now, as a good forger does."""
    rows = {row[0]: chain.Row(*row) for row in sql(f"SELECT {chain.ROW} FROM audit_entry")}
    root = chain.GENESIS
    for values in sql(f"SELECT {chain.LINK} FROM audit_seal ORDER BY n"):
        old = chain.link(values)
        if old.n > after:
            leaves = [chain.leaf(rows[number]) for number in old.entries]
            draft = chain.Link(**{**vars(old), "merkle_root": chain.merkle(leaves), "previous": root})
            root = draft.own_root()
            sql(
                "UPDATE audit_seal SET merkle_root=%s, previous=%s, root=%s, marks=%s, signature=%s WHERE n=%s",
                draft.merkle_root, draft.previous, root, b"".join(one[: chain.MARK] for one in leaves),
                key.sign(chain.head_message(old.n, old.at, root)), old.n,
            )  # fmt: skip
        else:
            root = old.root


def test_a_chain_written_anew_is_not_signed_by_the_sealer(record: Path) -> None:
    sql("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = %s", entry(22))
    seals_by(Ed25519PrivateKey.generate(), after=4)
    report = verify([])
    assert {found.seal for found in report.findings if found.kind == "seal_signature"} == {5, 6}


def test_a_chain_written_anew_even_with_the_sealers_key_differs_from_its_heads(record: Path) -> None:
    sql("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = %s", entry(22))
    seals_by(sign_key(), after=4)
    report = verify([record])
    assert {(found.kind, found.seal) for found in report.findings} == {
        ("head_differs", 5),
        ("head_differs", 6),
    }


@pytest.mark.parametrize(
    "signature", ["previous || previous", "'x'", "set_byte(signature, 5, get_byte(signature, 5) # 1)"]
)
def test_a_wrong_signature_is_named(record: Path, signature: str) -> None:
    sql(f"UPDATE audit_seal SET signature = {signature} WHERE n = 2")
    assert only(verify([record]), "seal_signature") == "seal 2 does not carry the sealer's signature"


def test_a_forged_line_of_the_heads_file_is_named(record: Path, tmp_path: Path) -> None:
    lines = record.read_text().splitlines()
    lines[2] = lines[2].replace('"n":3', '"n":30')
    other = tmp_path / "heads.jsonl"
    other.write_text("\n".join(lines))
    report = verify([other])
    assert only(report, "head_forged") == f"line 3 of {other} (seal 30) is not signed by the sealer"
    assert report.notes == [f"{other} has no head of seal 3 (and perhaps more)"]


def test_a_missing_heads_file_is_said(record: Path, tmp_path: Path) -> None:
    report = verify([record, tmp_path / "none"])
    assert report.exit_code == 2
    assert report.unchecked == [f"the heads in {tmp_path / 'none'}: No such file or directory"]


@pytest.mark.parametrize(
    "change",
    ["DROP TRIGGER audit_guard ON audit_entry", "ALTER TABLE audit_entry DISABLE TRIGGER audit_guard"],
)
def test_a_guard_that_the_owner_took_away_is_missed(record: Path, change: str) -> None:
    sql(change)
    assert "changes to audit_entry is gone or off" in only(verify([record]), "guard")


@pytest.mark.parametrize(
    "column", ["at", "process", "actor", "act", "object_id", "detail", "nonce", "mac", "xid", "cluster"]
)
def test_a_null_where_none_can_be_is_found_and_breaks_nothing(record: Path, column: str) -> None:
    sql(f"ALTER TABLE audit_entry ALTER COLUMN {column} DROP NOT NULL")
    sql(f"UPDATE audit_entry SET {column} = NULL WHERE id = %s", entry(7))
    report = verify([record])
    assert report.exit_code == 1
    assert {(found.entry, found.seal) for found in report.findings} == {(entry(7), 2)}


def test_absurd_details_are_found_and_break_nothing(record: Path) -> None:
    for absurd in ("[" * 5000 + "]" * 5000, "1" + "0" * 5000, '{"a": 1e400}'):
        with transaction.atomic():
            sql("UPDATE audit_entry SET detail = %s::jsonb WHERE id = %s", absurd, entry(7))
            only(verify([record]), "changed")
            transaction.set_rollback(True)


def test_keys_that_are_not_held_are_said_and_the_rest_is_checked(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = services._state["keys"]

    def auditor(name: str) -> bytes:
        if name != "verify":
            raise ConfigError(name)
        return everything(name)

    services.use_keys(auditor)
    try:
        report = verify([record])
        assert report.unchecked == ["the MACs of the process admin: this key file does not hold its key"]
        sql("DELETE FROM audit_entry WHERE id = %s", entry(0))
        only(verify([record]), "removed")
    finally:
        services.use_keys(everything)


# One change at random: an entry or a seal, any column, any other value; or rows removed, doubled, exchanged.

ENTRY = {
    "at": "at + {} * interval '1 microsecond'", "process": "left(process || {}::text, 12)", "actor": "actor || {}::text",
    "act": "act || {}::text", "object_kind": "left({}::text || object_kind, 24)", "object_id": "object_id || {}::text",
    "detail": "jsonb_set(detail, '{{number}}', to_jsonb({} + 1000))", "xid": "xid + {}", "cluster": "cluster + {}",
    "nonce": "set_byte(nonce, mod({0}, 16), get_byte(nonce, mod({0}, 16)) # (1 + mod({0}, 255)))",
    "mac": "set_byte(mac, mod({0}, 32), get_byte(mac, mod({0}, 32)) # (1 + mod({0}, 255)))",
}  # fmt: skip
SEAL = {
    "at": ENTRY["at"], "horizon": "horizon + {}", "upto": "upto + {}", "cluster": "cluster + {}", "n": "n + {} + 100",
    "entries": "entries[2:]", **{
        column: f"set_byte({column}, mod({{0}}, {size}), get_byte({column}, mod({{0}}, {size})) # (1 + mod({{0}}, 255)))"
        for column, size in {"merkle_root": 32, "previous": 32, "root": 32, "signature": 64, "marks": 40}.items()
    },
}  # fmt: skip


def change_entry(dice: random.Random) -> None:
    column = dice.choice(sorted(ENTRY))
    value = ENTRY[column].format(dice.randrange(1, 10**6))
    sql(f"UPDATE audit_entry SET {column} = {value} WHERE id = %s", entry(dice.randrange(ROWS)))


def change_seal(dice: random.Random) -> None:
    column = dice.choice(sorted(SEAL))
    sql(f"UPDATE audit_seal SET {column} = {SEAL[column].format(dice.randrange(1, 10**6))} WHERE n = %s",
        dice.randrange(1, SEALS + 1))  # fmt: skip


def remove_entries(dice: random.Random) -> None:
    first = dice.randrange(ROWS)
    sql(
        "DELETE FROM audit_entry WHERE id BETWEEN %s AND %s", entry(first), entry(dice.randrange(first, ROWS))
    )


def cut_tail(dice: random.Random) -> None:
    cut(dice.randrange(SEALS))


def remove_seal(dice: random.Random) -> None:
    sql("DELETE FROM audit_seal WHERE n = %s", dice.randrange(1, SEALS + 1))


def exchange_contents(dice: random.Random) -> None:
    one, other = dice.sample(range(ROWS), 2)
    columns = dice.choice(
        [("at",), ("actor", "act", "object_id", "detail", "nonce", "mac"), ("nonce",), ("detail",)]
    )
    names = ", ".join(columns)
    sql(f"UPDATE audit_entry a SET ({names}) = (SELECT {names} FROM audit_entry b WHERE b.id = %s + %s - a.id)"
        " WHERE a.id IN (%s, %s)", entry(one), entry(other), entry(one), entry(other))  # fmt: skip


def copy_entry(dice: random.Random) -> None:
    sql(f"INSERT INTO audit_entry ({services.COLUMNS}) SELECT {services.COLUMNS} FROM audit_entry WHERE id = %s",
        entry(dice.randrange(ROWS)))  # fmt: skip


def exchange_seals(dice: random.Random) -> None:
    one, other = dice.sample(range(1, SEALS + 1), 2)
    sql("UPDATE audit_seal SET n = -1 WHERE n = %s", one)
    sql("UPDATE audit_seal SET n = %s WHERE n = %s", one, other)
    sql("UPDATE audit_seal SET n = %s WHERE n = -1", other)


TAMPERERS: list[Callable[[random.Random], None]] = [
    change_entry, change_seal, remove_entries, cut_tail, remove_seal, exchange_contents, copy_entry, exchange_seals,
]  # fmt: skip


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(st.sampled_from(TAMPERERS), st.integers(0, 2**32))
@example(exchange_contents, 1)
def test_any_single_change_is_found(record: Path, tamper: Callable[[random.Random], None], seed: int) -> None:
    with transaction.atomic():
        tamper(random.Random(seed))
        report = verify([record])
        transaction.set_rollback(True)
    assert report.exit_code == 1, (tamper.__name__, seed)
    assert set(report.counts) <= set(KINDS)
