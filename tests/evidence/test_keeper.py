"""The custody process is heard while it works, is silent at once when it is stuck, and lets go of a line that says nothing."""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pyrage
import pytest
from django.db import connection, transaction

from tests.evidence.test_custody import avery, kept, ordered  # noqa: F401 - fixtures
from tests.support.eventually import eventually
from upstander.evidence import getting_on, keeper, sandboxed
from upstander.evidence.models import File, HandOver
from upstander.ops import watchdog
from upstander.ops.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heart() -> Iterator[keeper.Heart]:
    one = keeper.Heart(lambda: {"packed": 7})
    one.start()
    yield one
    one.stop()
    one.join(10)
    assert not one.is_alive()


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """Somebody else's line to the same database."""
    s = connection.settings_dict
    address = {"host": s["HOST"], "port": s["PORT"] or None, "user": s["USER"], "password": s["PASSWORD"]}
    with psycopg.connect(dbname=s["NAME"], autocommit=True, **address) as line:
        yield line


@pytest.fixture
def at_work() -> Iterator[keeper.Keeper]:
    """The loop, in a thread of its own."""
    one = keeper.Keeper()

    def run() -> None:
        try:
            one.run()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield one
    one.stop()
    thread.join(20)
    assert not thread.is_alive()


def beats(line: psycopg.Connection) -> Callable[[], object]:
    return lambda: line.execute("SELECT beat_at FROM ops_heartbeat WHERE process = 'custody'").fetchone()


def test_a_beat_is_seen_while_the_work_is_in_the_middle_of_its_transaction(heart, other):
    with transaction.atomic():
        assert Heartbeat.objects.count() == 0
        heart.got_on()
        eventually(beats(other))
    assert Heartbeat.objects.get().state == {"packed": 7}


def test_whoever_waits_hears_nothing_of_work_that_is_stuck(at_work, avery, kept, other):  # noqa: F811
    eventually(beats(other))
    with other.transaction():
        other.execute("LOCK evidence_package_part")  # whoever packs waits for this
        ordered(avery, kept, key=str(pyrage.x25519.Identity.generate().to_public()))
        eventually(
            lambda: other.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'evidence_package_part'::regclass"
            ).fetchone()
        )
        first = eventually(lambda: _quiet(beats(other)))
        assert first, "no beat for longer than two of them take"
    eventually(lambda: HandOver.objects.get().packed_at)
    eventually(lambda: beats(other)() != first)


def _quiet(beat: Callable[[], object]) -> object:
    """The last beat, if none comes for longer than two of them take."""
    last, until = beat(), time.monotonic() + 2.5 * keeper.EVERY
    pause = threading.Event()
    while time.monotonic() < until:
        if beat() != last:
            return None
        pause.wait(0.1)
    return last


def test_a_step_that_the_database_does_not_answer_is_cut_and_the_package_is_made_over_another_line(
    at_work,
    avery,  # noqa: F811
    kept,  # noqa: F811
    other,
    monkeypatch,
):
    """A statement that waits for ever stands for a mute line: it is cut, and the order is tried again."""
    monkeypatch.setattr(watchdog, "LIMIT", 1.0)
    waits = "SELECT count(DISTINCT pid) >= 2 FROM pg_locks WHERE NOT granted AND relation = 'evidence_package_part'::regclass"
    with other.transaction():
        other.execute("LOCK evidence_package_part")
        ordered(avery, kept, key=str(pyrage.x25519.Identity.generate().to_public()))
        # the first does not hear, while it waits, that nobody is there any more
        eventually(lambda: other.execute(waits).fetchone() == (True,), 30)
    order = eventually(lambda: HandOver.objects.filter(packed_at__isnull=False).first(), 30)
    assert not order.failed and File.objects.get().hand_overs.count() == 1


def test_work_in_the_sandboxed_process_gets_on_while_it_computes_and_not_while_the_next_piece_is_waited_for():
    steps: list[float] = []

    def piece_that_takes_long() -> Iterator[bytes]:
        yield b"x" * 100
        steps.clear()
        threading.Event().wait(2.5)  # the database, say
        assert steps == []
        yield b"y" * 100

    with getting_on.heard_by(lambda: steps.append(time.monotonic())):
        assert sandboxed.hashes("mp4", piece_that_takes_long())["size"] == 200


def test_each_thread_is_heard_by_its_own_listener_and_by_nobody_after_it():
    heard: list[str] = []
    with getting_on.heard_by(lambda: heard.append("outer")):
        with getting_on.heard_by(lambda: heard.append("inner")):
            getting_on.got_on()
        getting_on.got_on()
        elsewhere = threading.Thread(target=getting_on.got_on)
        elsewhere.start()
        elsewhere.join()
    getting_on.got_on()
    assert heard == ["inner", "outer"]
