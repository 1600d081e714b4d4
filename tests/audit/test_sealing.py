"""What is written gets sealed: once, in order, whatever order it was committed in."""

import random
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.audit.conftest import seal_all, sign_key, sql, until, write
from upstander.audit import chain, sealing, services
from upstander.audit.heads import parse
from upstander.audit.models import Entry, Seal
from upstander.audit.sealing import Sealer
from upstander.audit.verify import verify


def sealed_ids() -> list[int]:
    return [number for seal in Seal.objects.order_by("n") for number in seal.entries]


def test_every_entry_is_sealed_once_and_the_record_verifies(sealer: Sealer, heads: Path) -> None:
    for batch in range(4):
        write(5, batch * 5)
        seal_all(sealer)
    assert sorted(sealed_ids()) == list(Entry.objects.order_by("id").values_list("id", flat=True))
    report = verify([heads])
    assert (report.exit_code, report.entries, report.waiting) == (0, 20, 0)
    assert not report.notes


def test_nothing_new_makes_no_seal(sealer: Sealer) -> None:
    write(1)
    seal_all(sealer)
    assert sealer.turn().sealed == Seal.objects.count() == 1


def test_batches_are_bounded_also_within_one_large_transaction(
    sealer: Sealer, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    monkeypatch.setattr(sealing, "_FULL_BATCHES", 3)
    write(3)
    with transaction.atomic():
        write(40)
    write(3)
    until(lambda: sealer.turn().more)
    seal_all(sealer)
    assert all(len(seal.entries) <= 7 for seal in Seal.objects.all())
    assert len(sealed_ids()) == len(set(sealed_ids())) == 46
    assert verify([heads]).exit_code == 0


def test_a_sealer_that_stopped_between_two_batches_goes_on_at_the_next_entry(
    sealer: Sealer, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    monkeypatch.setattr(sealing, "_FULL_BATCHES", 1)
    with transaction.atomic():
        write(20)
    until(lambda: sealer.turn().more)
    another = Sealer(sign_key(), [heads])
    assert another.take()  # the same connection, so the lock is its own already
    seal_all(another)
    assert len(sealed_ids()) == len(set(sealed_ids())) == 20
    assert verify([heads]).exit_code == 0


def test_what_commits_late_is_sealed_late_and_not_suspected(sealer: Sealer, heads: Path) -> None:
    begun, commit = threading.Event(), threading.Event()

    def long_transaction() -> None:
        with transaction.atomic():
            services.record("account:9", "tip.viewed", "tip", "late")
            begun.set()
            commit.wait(30)
        connection.close()

    thread = threading.Thread(target=long_transaction)
    thread.start()
    begun.wait(30)
    write(3)
    state, report = sealer.turn(), verify([heads])
    commit.set()
    thread.join()
    assert state.unsealed == 3  # they came after it began: they wait for it
    assert (report.exit_code, report.waiting, report.entries) == (0, 3, 0)
    seal_all(sealer)
    assert len(sealed_ids()) == 4
    assert verify([heads]).exit_code == 0


def test_a_long_transaction_is_named_with_its_application_and_since_when(
    sealer: Sealer, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upstander.audit.verify.LATE", -1)
    monkeypatch.setattr("upstander.audit.sealing.LATE", -1)
    other = connection.get_new_connection(connection.get_connection_params())
    try:
        other.execute("SET application_name = 'a forgotten console'")
        other.execute("BEGIN")
        pid = other.execute("SELECT pg_backend_pid(), pg_current_xact_id()").fetchone()[0]
        write(2)

        def oldest_is_ours() -> bool:  # another database's transaction may be older for a moment
            return sealer.turn().holder_pid == pid

        until(oldest_is_ours)
        report = verify([heads])
        assert report.exit_code == 0
        assert report.waiting == 2
        assert f"process {pid} (a forgotten console, login " in report.held_by
        assert "since 20" in report.held_by
    finally:
        other.close()
    seal_all(sealer)
    assert verify([heads]).held_by == ""


def test_a_stopped_sealer_is_told_from_a_long_transaction(
    sealer: Sealer, heads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upstander.audit.verify.LATE", -1)
    write(2)
    until(lambda: "the sealer does not run" in verify([heads]).held_by)


def writer(seed: int, count: int, lost: list[int]) -> None:
    """Transactions short and long, of one entry and of many, committed and rolled back."""
    dice = random.Random(seed)
    pause = threading.Event()
    try:
        for _ in range(count):
            fails, some = dice.random() < 0.2, dice.randrange(1, 6)
            try:
                with transaction.atomic():
                    for number in range(some):
                        services.record(f"account:{seed}", "tip.viewed", "tip", seed, number=number)
                        pause.wait(dice.choice([0, 0, 0, 0.002, 0.02]))
                    if fails:
                        raise LookupError
            except LookupError:
                lost.append(some)
    finally:
        connection.close()


@pytest.mark.slow
def test_writers_at_once_with_rollbacks_and_long_transactions_lose_nothing(
    sealer: Sealer, heads: Path
) -> None:
    lost: list[int] = []
    threads = [threading.Thread(target=writer, args=(seed, 40, lost)) for seed in range(6)]
    for thread in threads:
        thread.start()
    turns = 0
    while any(thread.is_alive() for thread in threads):
        sealer.turn()
        turns += 1
        assert verify([heads]).exit_code == 0
        threads[0].join(0.01)
    seal_all(sealer)
    written = set(Entry.objects.values_list("id", flat=True))
    assert len(sealed_ids()) == len(written)
    assert set(sealed_ids()) == written
    assert lost
    assert turns > 3
    report = verify([heads])
    assert (report.exit_code, report.entries) == (0, len(written))


def test_only_one_seals_at_a_time(sealer: Sealer, heads: Path) -> None:
    refused, released, done = threading.Event(), threading.Event(), threading.Event()

    def another() -> None:  # a thread has a connection of its own
        second = Sealer(sign_key(), [heads])
        if not second.take():
            refused.set()
        released.wait(30)
        until(second.take)
        write(1, 1)
        seal_all(second)
        done.set()
        second.let_go()

    thread = threading.Thread(target=another)
    thread.start()
    assert refused.wait(30)
    write(1)
    seal_all(sealer)
    sealer.let_go()
    released.set()
    assert done.wait(30)
    thread.join()
    assert [seal.n for seal in Seal.objects.order_by("n")] == [1, 2]
    assert verify([heads]).exit_code == 0


def test_a_sealer_that_was_overtaken_begins_again(sealer: Sealer, heads: Path) -> None:
    write(1)
    seal_all(sealer)
    another = Sealer(sign_key(), [heads])
    another.take()
    write(1, 1)
    seal_all(another)
    write(1, 2)

    def overtaken() -> bool:
        try:
            sealer.turn()
        except sealing.Overtaken:
            return True
        return False

    assert overtaken()
    sealer.take()
    seal_all(sealer)
    assert verify([heads]).exit_code == 0


def test_ten_thousand_gaps_and_a_full_table_cost_the_sealer_nothing(sealer: Sealer) -> None:
    """The rows to seal are one range of the index, and the table is not scanned for them."""
    write(3)
    seal_all(sealer)
    sql("SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), 10000000)")
    write(2)
    seal_all(sealer)
    sql("SET enable_seqscan = off; SET enable_bitmapscan = off")  # the table of this test is tiny
    plan = sql(
        f"EXPLAIN SELECT {chain.ROW} FROM audit_entry WHERE cluster = %s AND (xid, id) >= (%s, %s) AND xid < %s"
        " ORDER BY cluster, xid, id LIMIT 5000",
        sealer.cluster, *sealer.position, 2**62,
    )  # fmt: skip
    sql("RESET enable_seqscan; RESET enable_bitmapscan")
    text = "\n".join(line for (line,) in plan)
    assert "Index Scan using audit_entry_order" in text
    assert "ROW(xid, id) >=" in text.split("Index Cond")[1]
    assert "Sort" not in text


def test_heads_leave_with_every_seal_and_each_stands_for_itself(sealer: Sealer, heads: Path) -> None:
    for number in range(3):
        write(1, number)
        seal_all(sealer)
    found = [parse(line) for line in heads.read_text().splitlines()]
    assert [head.n for head in found] == [1, 2, 3]
    assert [head.root for head in found] == [bytes(seal.root) for seal in Seal.objects.order_by("n")]
    assert all(head.signed_by(sealer.public) for head in found)


def test_a_heads_file_that_cannot_be_written_is_seen_and_caught_up_with(
    transactional_db: None, heads: Path, tmp_path: Path
) -> None:
    away = tmp_path / "mount" / "heads.jsonl"
    sealer = Sealer(sign_key(), [heads, away])
    assert sealer.take()
    for number in range(3):
        write(1, number)
        state = seal_all(sealer)
        assert (state.heads_failed, state.heads_behind) == (1, number + 1)
    assert len(heads.read_text().splitlines()) == 3  # the other file does not wait for it
    away.parent.mkdir()
    state = sealer.turn()
    assert (state.heads_failed, state.heads_behind) == (0, 0)
    assert away.read_text() == heads.read_text()
    sealer.let_go()


def test_a_write_that_broke_off_is_written_again_on_a_line_of_its_own(sealer: Sealer, heads: Path) -> None:
    for number in range(3):
        write(1, number)
        seal_all(sealer)
    whole = heads.read_bytes()
    heads.write_bytes(whole[:-40])
    state = sealer.turn()
    assert state.heads_behind == 0
    lines = heads.read_text().splitlines()
    assert len(lines) == 4
    assert parse(lines[3]).n == 3
    report = verify([heads])
    assert report.exit_code == 0
    assert report.notes == [f"line 3 of {heads} is no head (a write that broke off, or somebody's hand)"]


def test_heads_are_made_up_for_after_a_crash_between_seal_and_file(sealer: Sealer, heads: Path) -> None:
    write(1)
    seal_all(sealer)
    old = heads.read_bytes()
    write(1, 1)
    seal_all(sealer)
    heads.write_bytes(old)
    again = Sealer(sign_key(), [heads])
    again.take()
    assert again.turn().heads_behind == 0
    assert len(heads.read_text().splitlines()) == 2


def test_where_seals_were_cut_off_the_numbers_go_on_so_that_the_gap_stays(
    sealer: Sealer, heads: Path
) -> None:
    for number in range(4):
        write(1, number)
        seal_all(sealer)
    sql("DELETE FROM audit_seal WHERE n > 2")
    write(1, 4)
    assert seal_all(sealer).broken == 1  # the one that runs remembers
    assert Seal.objects.latest("n").n == 5
    sql("DELETE FROM audit_seal WHERE n > 2")
    again = Sealer(sign_key(), [heads])  # the one that starts anew has the heads
    again.take()
    write(1, 5)
    assert seal_all(again).broken == 1
    assert Seal.objects.latest("n").n > 5
    report = verify([])
    assert report.counts["seal_missing"] == 1
    assert report.findings[0].text == "seals 3 to 5 are missing"


def test_a_seal_that_somebody_else_made_stops_nothing_and_stays_to_be_seen(
    sealer: Sealer, heads: Path
) -> None:
    write(2)
    seal_all(sealer)
    sql("INSERT INTO audit_seal (n, at, entries, marks, merkle_root, previous, root, signature, horizon, upto, cluster)"
        " SELECT 9, now(), '{}', '', root, root, root, signature, horizon + 999999, 0, cluster FROM audit_seal"
        " ORDER BY n DESC LIMIT 1")  # fmt: skip
    again = Sealer(sign_key(), [heads])
    again.take()
    write(1, 2)
    assert seal_all(again).broken == 1
    assert Seal.objects.latest("n").n == 10
    assert sealed_ids()[-1] == Entry.objects.latest("id").id  # the forged horizon hid nothing
    assert verify([heads]).counts["seal_changed"] >= 1
