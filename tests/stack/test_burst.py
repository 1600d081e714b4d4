"""The one promise, under fire: what a reporter saw received, and what a carrier was told is kept, is there after any kill -9,
once, and every owed mail arrives.

`UPSTANDER_SOAK_ROUNDS` repeats the random part (`make soak`); the seed of each round is printed.
"""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.stack import carried
from tests.stack.bringing import Carriers, everything_is_a_tip_once
from tests.stack.harness import ROOT, Stack, until
from tests.support.smtp_server import SmtpServer
from tests.support.twilio import Twilio
from upstander.ops import processes

ROUNDS = int(os.environ.get("UPSTANDER_SOAK_ROUNDS", "1"))
PAUSE = 0.05 if ROUNDS > 1 else 0.5  # seconds between two tips of a reporter
EVERYTHING = (*processes.ALL, "postgres")


class Reporters:
    """Sixteen reporters at once, each sending tips until stopped; a failed press is pressed again with the same key."""

    def __init__(self, stack: Stack, place: int, seed: int) -> None:
        self.stack, self.place = stack, place
        self.received: dict[str, str] = {}  # receipt -> the words that were sent
        self.seed, self.stopping = seed, threading.Event()
        self.threads = [threading.Thread(target=self._report, args=(n,)) for n in range(16)]

    def __enter__(self) -> "Reporters":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _report(self, n: int) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            self._press(f"reporter {self.seed}-{n}, tip {number}", secrets.token_urlsafe(24))
            self.stopping.wait(PAUSE)

    def _press(self, words: str, key: str) -> None:
        body = json.dumps({"text": words, "school_id": self.place}).encode()
        while not self.stopping.is_set():
            status, answer = self.stack.ask(
                "public", "POST", "/api/v1/tips", body, Content_Type="application/json", Idempotency_Key=key
            )
            if status == 201:
                self.received[json.loads(answer)["receipt"]] = words
                return
            assert status in (0, 502, 503), (status, answer)
            self.stopping.wait(0.2)


@contextmanager
def call_taker(stack: Stack) -> Iterator[None]:
    """Somebody who judges every tip at once."""
    env = os.environ | {
        "UPSTANDER_PROCESS": "desk",
        "UPSTANDER_DSN": stack.dsn("desk"),
        "UPSTANDER_KEYS": str(stack.data / "keys" / "desk.json"),
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.support.judging"], env=env, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(30) == 0


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpServer]:
    with SmtpServer(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture(scope="module")
def busy(mail: SmtpServer) -> Iterator[Stack]:
    """It has a mail server behind it; texts and mail come in."""
    with Twilio() as twilio:
        settings = {"HOST": "127.0.0.1", "PORT": str(mail.port), "PER_MINUTE": "1000000"}
        with carried.house(twilio, **{f"UPSTANDER_SMTP_{name}": value for name, value in settings.items()}) as stack:
            yield stack


def place_with_contacts(stack: Stack) -> int:
    _, answer = stack.get("public", "/api/v1/schools?q=harrow+creek+high")
    return int(json.loads(answer)["schools"][0]["id"])


def kill_now(stack: Stack, victim: str) -> None:
    for name in EVERYTHING if victim == "all" else (victim,):
        try:
            for pid in stack.pids(name):
                os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError):
            continue


def everything_is_there(stack: Stack, reporters: Reporters) -> None:
    for receipt, words in reporters.received.items():
        status, answer = stack.get("public", "/api/v1/dialogue", Authorization=f"Receipt {receipt}")
        assert status == 200, (receipt, status)
        assert words in [m["text"] for m in json.loads(answer)["messages"]]


def every_owed_mail_arrived(stack: Stack, mail: SmtpServer) -> None:
    def none_pending() -> bool:
        try:
            with psycopg.connect(stack.dsn("owner")) as line:
                unsent = "SELECT count(*) FROM delivery_delivery WHERE state <> 'sent' AND channel = 'email'"
                left = line.execute(unsent).fetchone()
        except psycopg.Error:
            return False
        return left == (0,)

    until(none_pending, 120, "every owed mail is sent")
    with psycopg.connect(stack.dsn("owner")) as line:
        owed = {row[0] for row in line.execute("SELECT message_id FROM delivery_delivery WHERE channel = 'email'").fetchall()}
    arrived = Counter(m.message_id for m in mail.messages())
    assert owed <= set(arrived), f"{len(owed - set(arrived))} of {len(owed)} owed mails never arrived"
    assert set(arrived) <= owed, "a mail arrived that nobody owed"


@pytest.mark.parametrize("victim", [*EVERYTHING, pytest.param("all", marks=pytest.mark.oldest)])
@pytest.mark.slow
def test_nothing_received_is_lost_and_every_owed_mail_arrives_after_a_kill(
    busy: Stack, mail: SmtpServer, victim: str
):
    for round_ in range(ROUNDS):
        seed = secrets.randbelow(10**9)
        sys.stdout.write(f"round {round_}, kill {victim}, seed {seed}\n")
        moment = random.Random(seed)
        place = place_with_contacts(busy)
        with call_taker(busy), Carriers(busy, seed) as carriers, Reporters(busy, place, seed) as reporters:
            until(
                lambda seen=reporters, kept=carriers.kept: len(seen.received) > 5 < len(kept) and mail.count() > 5,
                60,
                "the burst has begun",
            )
            reporters.stopping.wait(moment.uniform(0.1, 1.5))
            kill_now(busy, victim)
            before, kept = len(reporters.received), len(carriers.kept)
            until(
                lambda seen=reporters, n=before, by=carriers.kept, k=kept: len(seen.received) > n + 10 and len(by) > k + 6,
                60,
                "reporters and carriers get through again",
            )
        busy.wait_ready()
        everything_is_there(busy, reporters)
        everything_is_a_tip_once(carriers)
        every_owed_mail_arrived(busy, mail)
