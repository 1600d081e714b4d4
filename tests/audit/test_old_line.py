"""A sealer whose line went mute has it cut; what lives on at the server's end does not lock it out, and lets nobody else in."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.audit.conftest import address, seal_all, sign_key, sql, until, write
from upstander.audit import sealer as process
from upstander.audit.sealing import LOCK, Line, Overtaken, Sealer, State
from upstander.audit.verify import verify
from upstander.ops import watchdog

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def old() -> Iterator[psycopg.Connection]:
    """A line that holds the sealers' lock, and its server's end does not know that nobody is there any more."""
    with psycopg.connect(address(), autocommit=True) as line:
        assert line.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,)
        yield line


def end_of(line: psycopg.Connection) -> Line:
    found = line.execute(
        "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    ).fetchone()
    assert found
    return Line(*found)


def gone(line: Line) -> bool:
    return not sql(
        "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND backend_start = %s", line.pid, line.since
    )


def test_it_works_on_under_its_own_old_lock_ends_that_line_and_has_the_lock_again(
    old: psycopg.Connection, heads: Path
):
    sealer = Sealer(sign_key(), [heads])
    sealer.lock_of = end_of(old)
    before = sealer.lock_of
    assert sealer.take()
    write(3)
    seal_all(sealer)
    until(lambda: gone(before))
    sealer.turn()
    assert sealer.locked and sealer.lock_of != before
    sealer.let_go()
    assert verify([heads]).exit_code == 0


def test_the_lock_of_another_sealer_is_respected_and_its_line_left_alone(
    old: psycopg.Connection, heads: Path
):
    sealer = Sealer(sign_key(), [heads])
    assert not sealer.take()
    own = end_of(old)
    sealer.lock_of = Line(
        own.pid, own.since.replace(year=2020)
    )  # a process of ours that is long gone; its number lives again
    assert not sealer.take()
    assert old.execute("SELECT 1").fetchone()
    sealer.let_go()


def test_whoever_finds_another_at_work_begins_anew(old: psycopg.Connection, heads: Path):
    sealer = Sealer(sign_key(), [heads])
    with pytest.raises(Overtaken):
        sealer.turn()
    sealer.let_go()


def test_a_turn_that_the_database_does_not_answer_is_cut_and_sealing_goes_on(
    heads: Path, monkeypatch: pytest.MonkeyPatch
):
    """A statement that waits for ever stands for a mute line: the loop's thread is freed in time, and works on over another."""
    monkeypatch.setattr(watchdog, "LIMIT", 1.0)
    states: list[State] = []
    stop = threading.Event()

    class Waits(Sealer):
        waited = False

        def turn(self) -> State:
            if not self.waited:
                self.waited = True
                sql("SELECT pg_sleep(60)")
            return super().turn()

    sealing = threading.Thread(target=process.run, args=(Waits(sign_key(), [heads]), stop, states.append))
    write(3)
    sealing.start()
    until(lambda: states and not states[-1].unsealed)
    stop.set()
    sealing.join(10)
    assert not sealing.is_alive() and verify([heads]).exit_code == 0
