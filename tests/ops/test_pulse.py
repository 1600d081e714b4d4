"""Who says nothing for fifteen seconds is silent; who is stuck says nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.test import Client

from tests.support.configured import put
from upstander import clock
from upstander.ops import processes, pulse
from upstander.ops.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_whoever_has_never_spoken_is_silent():
    assert pulse.silent(clock.now()) == list(pulse.PROCESSES)


def test_every_process_that_is_started_is_listened_for():
    assert set(pulse.PROCESSES) == set(processes.ALL)


def test_a_beat_counts_for_eight_seconds_so_that_the_page_which_looks_every_five_is_red_within_fifteen():
    pulse.beat("relay", pending=3)
    now = clock.now()
    assert "relay" not in pulse.silent(now)
    assert "relay" not in pulse.silent(now + timedelta(seconds=7))
    assert "relay" in pulse.silent(now + timedelta(seconds=9))
    assert "relay" in pulse.silent(now + timedelta(seconds=3), limit_seconds=2)


def test_a_second_beat_replaces_the_first_and_keeps_the_numbers():
    pulse.beat("worker", waiting=1)
    pulse.beat("worker", waiting=2, idle=True)
    row = Heartbeat.objects.get(process="worker")
    assert row.state == {"waiting": 2, "idle": True}
    assert row.started_at <= row.beat_at


def test_the_clock_of_tests_moves_beats_too(clock: Callable[[float], None]):
    from upstander.clock import now

    pulse.beat("sealer")
    clock(60)
    assert "sealer" in pulse.silent(now())
    pulse.beat("sealer")
    assert "sealer" not in pulse.silent(now())


def test_the_beat_of_a_web_process_comes_from_where_requests_are_run():
    came = threading.Event()
    threads: list[str] = []

    with ThreadPoolExecutor(1, thread_name_prefix="request") as pool:

        def submit(call: Callable[[], None]) -> Future[None]:
            def look() -> None:
                threads.append(threading.current_thread().name)
                came.set()

            return pool.submit(look)

        beating = pulse.Pulse("public", submit)
        beating.start()
        assert came.wait(5)
        beating.stop()
        beating.join(5)
    assert threads[0].startswith("request")
    assert not beating.is_alive()


@pytest.fixture
def desk(settings: pytest.MonkeyPatch) -> Client:
    """A monitor at the desk's origin."""
    settings.ROOT_URLCONF = "tests.ops.desk_urls"
    settings.MIDDLEWARE = []
    return Client()


def test_metrics_are_not_there_without_a_token_and_numbers_only_with_it(
    desk: Client, monkeypatch: pytest.MonkeyPatch
):
    pulse.beat("relay", pending=3)
    assert desk.get("/metrics").status_code == 404
    put(monkeypatch, metrics_token="t0ken")
    assert desk.get("/metrics").status_code == 404
    assert desk.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = desk.get("/metrics", headers={"Authorization": "Bearer t0ken"})
    lines = answer.content.decode().splitlines()
    assert 'upstander_process_pending{process="relay"} 3' in lines
    assert 'upstander_silent{process="relay"} 0' in lines
    assert 'upstander_silent{process="worker"} 1' in lines
    assert all(line.startswith("#") or float(line.rsplit(" ", 1)[1]) >= 0 for line in lines)


def test_healthz_asks_no_database(desk: Client, django_assert_num_queries: Callable[..., object]):
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        answer = desk.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_they_can_only_be_read(desk: Client):
    assert desk.post("/healthz").status_code == 405
    assert desk.post("/readyz").status_code == 405
