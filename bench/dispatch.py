"""From a classification to the first mail at a real SMTP server process; bursts of 1,000, beside a bare loop of smtplib."""

import json
import os
import re
import signal
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path

from tests.stack.harness import Stack
from tests.support.smtp_server import Received, SmtpServer

from bench.http_load import post
from bench.intake import http
from bench.table import Figure

_NUMBER = re.compile(r"Tip number:\s+([0-9A-Z]{10}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2})")


def place_of(port: int) -> int:
    """The id of a school with contacts, from the public picker."""
    import urllib.request

    with urllib.request.urlopen(f"http://localhost:{port}/api/v1/schools?q=harrow+creek+high") as answer:
        return int(json.load(answer)["schools"][0]["id"])


def bare_loop(server: SmtpServer, count: int, sample: bytes) -> float:
    """Mails a second of smtplib alone, one connection, the same size of mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "bench@upstander.example",
        "x@schools.example",
        "bench",
    )
    message.set_content("A line of the notice, as long as such lines are in a mail.\n" * (len(sample) // 60))
    raw = message.as_bytes(policy=policy.SMTP)
    with smtplib.SMTP("127.0.0.1", server.port) as line:
        begun = time.perf_counter()
        for _ in range(count):
            line.sendmail("bench@upstander.example", ["x@schools.example"], raw)
        return count / (time.perf_counter() - begun)


def judged(env: dict[str, str], count: int, pause: float) -> list[dict[str, float | str]]:
    """Judge `count` tips in a process of its own; what it printed."""
    argv = [sys.executable, "-m", "bench.judge", str(count), str(pause)]
    out = subprocess.run(argv, env=os.environ | env, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def _numbered(mail: Received) -> str | None:
    found = _NUMBER.search(mail.message.get_content())
    return found.group(1).replace("-", "") if found else None


def _first_arrivals(mails: list[Received]) -> dict[str, float]:
    first: dict[str, float] = {}
    for mail in mails:
        number = _numbered(mail)
        if number:
            first[number] = min(mail.at, first.get(number, mail.at))
    return first


def _submit(port: int, count: int, place: int) -> None:
    body = json.dumps({"text": "bench: he said he will do it", "school_id": place}).encode()
    keys = (os.urandom(18).hex() for _ in range(count))
    http(port, [post(f"localhost:{port}", "/api/v1/tips", body, {"Idempotency-Key": key}) for key in keys], 8)


def _until_quiet(server: SmtpServer, expected: int, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while server.count() < expected and time.monotonic() < end:
        time.sleep(0.2)


def measure(
    stack: Stack, env: dict[str, str], server: SmtpServer, *, single: int = 120, burst: int = 1000
) -> list[Figure]:
    """The way of one mail, many times one after the other; a burst while it is judged; one that was judged before."""
    place = place_of(stack.port)
    first, per_tip = _one_by_one(stack.port, env, server, place, single)
    owed = burst * per_tip
    together, judging, sample = _burst(stack.port, env, server, place, burst, owed)
    with held(stack.pids("relay")[0]) as let_go:
        before = server.count()
        _submit(stack.port, burst, place)
        judged(env, burst, 0.0)
        begun = let_go()
    alone = _span(server, before, owed, begun)
    bare = bare_loop(server, 2000, sample)
    limit = f"{bare:.0f} mails/s bare"
    return [
        first,
        Figure("dispatch", f"{burst} Criticals, mails leaving while they are classified",
               f"{owed / together:.0f} mails/s", f"{owed / judging:.0f} mails/s owed by the judging",
               f"{judging / together:.0%}", f"{owed} mails in {together:.1f} s; the judging took {judging:.1f} s"),
        Figure("dispatch", f"{burst} classified Criticals waiting, then the relay is let go",
               f"{owed / alone:.0f} mails/s", limit, f"{owed / alone / bare:.0%}", f"{owed} mails in {alone:.1f} s"),
    ]  # fmt: skip


def _one_by_one(
    port: int, env: dict[str, str], server: SmtpServer, place: int, count: int
) -> tuple[Figure, int]:
    """From each judgement to its first mail; and how many mails a tip makes."""
    _submit(port, count, place)
    before = server.count()
    rows = judged(env, count, 0.15)
    _until_quiet(server, before + count)
    time.sleep(3)
    first = _first_arrivals(server.messages()[before:])
    waits = sorted(
        (first[str(r["number"])] - float(r["committed"])) * 1000 for r in rows if str(r["number"]) in first
    )
    per_tip = max(1, round((server.count() - before) / count))
    figure = Figure(
        "dispatch", "classification committed -> first mail accepted",
        f"median {statistics.median(waits):.0f} ms; p99 {waits[int(len(waits) * 0.99) - 1]:.0f} ms",
        "", "", f"{len(waits)} of {count} tips, {per_tip} mails each",
    )  # fmt: skip
    return figure, per_tip


def _burst(
    port: int, env: dict[str, str], server: SmtpServer, place: int, count: int, owed: int
) -> tuple[float, float, bytes]:
    """Seconds from the first judgement to the last mail, and to the last judgement; and a mail."""
    _submit(port, count, place)
    before = server.count()
    rows = judged(env, count, 0.0)
    begun = float(rows[0]["begun"])
    together = _span(server, before, owed, begun)
    return together, float(rows[-1]["committed"]) - begun, server.messages()[before].raw


def _span(server: SmtpServer, before: int, owed: int, begun: float) -> float:
    """Seconds from `begun` to the arrival of the last of the mails that are owed."""
    _until_quiet(server, before + owed)
    mails = server.messages()[before:]
    assert len({m.message_id for m in mails}) == len(mails) == owed, (len(mails), owed)
    return max(m.at for m in mails) - begun


@contextmanager
def held(pid: int) -> Iterator[Callable[[], float]]:
    """Keep a process standing still until the function that is given is called, which returns the moment."""

    def let_go() -> float:
        os.kill(pid, signal.SIGCONT)
        return time.monotonic()

    os.kill(pid, signal.SIGSTOP)
    try:
        yield let_go
    finally:
        let_go()


def server_in(folder: Path) -> SmtpServer:
    """A recording mail server for the bench."""
    return SmtpServer(folder)
