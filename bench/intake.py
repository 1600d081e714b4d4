"""Intake through HTTP with everything on, beside the same statement sent raw; with dripping clients; and 2,000 by 64."""

import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import time

import psycopg

from bench.http_load import Drip, Load, Request, get, post, run
from bench.table import Figure

TEXT = "bench tip %d: " + "words of a worried person who saw something " * 4


def submissions(port: int, count: int) -> list[Request]:
    """`count` different tips as requests, each with its own idempotency key."""
    return [
        post(
            f"localhost:{port}",
            "/api/v1/tips",
            json.dumps({"text": TEXT % n, "danger_now": n % 10 == 0}).encode(),
            {"Idempotency-Key": secrets.token_urlsafe(24)},
        )
        for n in range(count)
    ]


def raw_rate(dsn: str, key_file: str, count: int, threads: int, processes: int) -> float:
    """Tips a second of the raw statement from so many processes with so many connections each."""
    env = os.environ | {"UPSTANDER_PROCESS": "public", "UPSTANDER_KEYS": key_file, "UPSTANDER_DSN": dsn}
    argv = [sys.executable, "-m", "bench.raw_intake", dsn, str(count // processes), str(threads)]
    running = [subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return sum(float(p.communicate()[0]) for p in running)


def http(port: int, requests: list[Request], clients: int, drips: int = 0) -> Load:
    """Send the requests by so many clients, beside so many that drip."""

    async def measured() -> Load:
        if not drips:
            return await run(port, requests, clients)
        async with Drip(port, drips):
            return await run(port, requests, clients)

    return asyncio.run(measured())


def _row(what: str, load: Load, raw: float) -> Figure:
    refused = sum(n for status, n in load.statuses.items() if status != 201) + load.errors
    return Figure(
        "intake", what, f"{load.rate:.0f} tips/s; p50 {load.percentile(0.5):.1f} ms, p99 {load.percentile(0.99):.1f} ms",
        f"{raw:.0f} tips/s raw", f"{load.rate / raw:.0%}", f"{refused} errors",
    )  # fmt: skip


def all_open(port: int, count: int) -> Figure:
    """Send `count` tips by 64 at once, then open every receipt; any loss or duplicate is an error here."""

    async def measured() -> tuple[Load, Load]:
        sent = await run(port, submissions(port, count), 64, keep=True)
        receipts = [json.loads(body)["receipt"] for body in sent.bodies]
        assert len(set(receipts)) == count == sent.statuses.get(201), (sent.statuses, sent.errors)
        asked = [
            get(f"localhost:{port}", "/api/v1/dialogue", {"Authorization": f"Receipt {r}"}) for r in receipts
        ]
        return sent, await run(port, asked, 16)

    sent, opened = asyncio.run(measured())
    assert opened.statuses == {200: count}, opened.statuses
    return Figure(
        "intake", f"{count} tips by 64 clients at once", f"{sent.rate:.0f} tips/s; p99 {sent.percentile(0.99):.0f} ms",
        "", "", f"{count} stored, {count} receipts opened ({opened.rate:.0f}/s), no duplicate",
    )  # fmt: skip


def worker_rests(owner: str) -> None:
    """Wait until the worker has made the search tokens of all that came, or it would still be at it in the next measurement."""
    with psycopg.connect(owner, autocommit=True) as line:
        while line.execute("SELECT EXISTS (SELECT 1 FROM intake_message WHERE NOT tokenised)").fetchone() == (
            True,
        ):
            time.sleep(0.2)


def measure(
    port: int, dsn: str, key_file: str, owner: str, *, count: int = 6000, rounds: int = 3
) -> list[Figure]:
    """Every figure of intake, raw and HTTP in turn: as many connections to the database, the same words, the same machine."""

    def measured(requests: int, drips: int = 0) -> Load:
        worker_rests(owner)
        return http(port, submissions(port, requests), 16, drips)

    measured(400)
    raws, loads = [], []
    for _ in range(rounds):
        worker_rests(owner)
        raws.append(raw_rate(dsn, key_file, count, threads=8, processes=2))
        loads.append(measured(count))
    raw = statistics.median(raws)
    middle = sorted(loads, key=lambda load: load.rate)[rounds // 2]
    return [
        _row(f"16 clients (median of {rounds})", middle, raw),
        *(
            _row(f"16 clients beside {n} that drip their bodies", measured(count // 2, n), raw)
            for n in (64, 1000)
        ),
        all_open(port, 2000),
    ]
