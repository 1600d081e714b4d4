"""Whatever waits for ever is cut off, and goes on; whoever asks meanwhile is answered."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from django.db import OperationalError, connection

from tests.ops.test_shim import Client, plain
from tests.support.proxy import Proxy
from upstander.ops import pulse
from upstander.ops.shim import Limits, Shim
from upstander.ops.watchdog import Watchdog, database_cutter, hang_up


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    one = Watchdog()
    one.start()
    yield one
    one.end()


def test_what_overruns_is_cut_and_what_does_not_is_left_alone(watchdog: Watchdog):
    late, early = threading.Event(), threading.Event()
    with watchdog.within(0.1, late.set):
        assert late.wait(5)
    with watchdog.within(60, early.set):
        pass
    assert not early.is_set()


def test_a_cut_that_fails_leaves_nobody_else_unwatched(watchdog: Watchdog):
    def fails() -> None:
        raise RuntimeError("cannot be cut")

    cut = threading.Event()
    with watchdog.within(0.1, fails), watchdog.within(0.1, cut.set):
        assert cut.wait(5)
    cut.clear()
    with watchdog.within(0.1, cut.set):
        assert cut.wait(5), "it still looks"


def test_what_gets_on_may_take_its_whole_time_again(watchdog: Watchdog):
    cut = threading.Event()
    with watchdog.within(1.5, cut.set) as watch:
        begun = time.monotonic()
        while time.monotonic() - begun < 2.5:
            watch.renew()
            assert not cut.wait(0.1)
        assert cut.wait(5)


def test_it_cuts_again_as_often_as_asked(watchdog: Watchdog):
    cuts: list[float] = []
    third = threading.Event()

    def cut() -> None:
        cuts.append(time.monotonic())
        if len(cuts) == 3:
            third.set()

    with watchdog.within(0.1, cut, again=1.0):
        assert third.wait(10)
    assert cuts[2] - cuts[0] > 1.5


@pytest.mark.django_db
def test_a_line_to_the_database_that_says_nothing_is_hung_up(watchdog: Watchdog):
    """Half-open: what is sent is taken, nothing comes back, and no kernel ever notices."""
    with Proxy.to_the_database() as between:
        s = connection.settings_dict
        address = f"postgresql://{s['USER']}:{s['PASSWORD']}@nowhere/{s['NAME']}"
        with psycopg.connect(between.dsn(address), autocommit=True) as line:
            assert line.execute("SELECT 1").fetchone()
            between.freeze()
            begun = time.monotonic()
            with watchdog.within(0.5, lambda: hang_up(line)), pytest.raises(psycopg.OperationalError):
                line.execute("SELECT 1")
            assert time.monotonic() - begun < 5
            hang_up(line)  # one that is closed already is no trouble


@pytest.mark.django_db(transaction=True)
def test_the_line_of_the_thread_that_waits_is_cut_and_the_next_is_a_new_one(watchdog: Watchdog):
    with (
        watchdog.within(0.3, database_cutter()),
        pytest.raises(OperationalError),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(30)")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_who_waits_too_long_for_an_answer_is_told_to_try_again_and_probes_are_answered_meanwhile():
    stuck, free = threading.Barrier(3), threading.Event()

    def application(environ, start):
        if environ["PATH_INFO"] == "/stuck":
            stuck.wait(5)
            free.wait(30)
        start("200 OK", [])
        return [b"well"]

    shim = Shim(application, plain, limits=Limits(threads=2, answer=1.0))

    async def scene() -> list[tuple[int, dict[bytes, bytes], bytes]]:
        hung = [asyncio.ensure_future(Client(shim).asking(path="/stuck")) for _ in range(2)]
        await asyncio.to_thread(stuck.wait, 5)
        waits = asyncio.ensure_future(Client(shim).asking(path="/"))
        assert (await Client(shim).asking(method="GET", path="/readyz"))[0] == 200
        return await asyncio.gather(*hung, waits)

    try:
        answers = asyncio.run(scene())
    finally:
        free.set()
    assert [status for status, *_ in answers] == [503] * 3
    assert shim.numbers()["inside"] == 0


def test_a_process_whose_beats_do_not_come_through_is_not_ready(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulse, "_STUCK", 0.3)
    monkeypatch.setattr(pulse, "LIMIT", 0.1)
    free = threading.Event()
    with ThreadPoolExecutor(1) as pool:

        def submit(call) -> Future[None]:
            return pool.submit(free.wait, 30)

        beating = pulse.Pulse("public", submit)
        assert not beating.stuck
        beating.start()
        limit = time.monotonic() + 10
        while not beating.stuck and time.monotonic() < limit:
            free.wait(0.05)
        assert beating.stuck
        beating.stop()
        free.set()
        beating.join(5)
    assert not beating.is_alive()
