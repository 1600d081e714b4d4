"""The desk's queue page and keyed search at ten thousand and at a million tips: p95 and their ratio (aim below 1.5)."""

import asyncio
import os
import subprocess
import sys
import time
from urllib.parse import urlencode, urlsplit

from bench.desk_session import Desk, csrf
from bench.fill import needle
from bench.http_load import Load, Request, get, post, run
from bench.table import Figure

_BEHIND = """
SELECT count(*) FROM actions_measure_mark WHERE upto < (SELECT id FROM intake_tip ORDER BY id DESC LIMIT 1)
"""
OPEN = 200  # open tips at either size: a busy evening


def fill(dsn: str, key_file: str, count: int, open_: int) -> None:
    """Add `count` tips by two processes."""
    env = os.environ | {"UPSTANDER_PROCESS": "admin", "UPSTANDER_KEYS": key_file, "UPSTANDER_DSN": dsn}
    running = []
    for n in range(2):
        argv = [sys.executable, "-m", "bench.fill", dsn, str(count // 2), str(open_ // 2), str(count + n)]
        running.append(subprocess.Popen(argv, env=env))
    if any(p.wait() for p in running):
        raise RuntimeError("filling failed")


def ask(port: int, desk: Desk, requests: list[Request], clients: int = 2) -> Load:
    """Fetch the pages as the signed-in desk does; raises RuntimeError where one does not open."""
    load = asyncio.run(run(port, requests, clients))
    if set(load.statuses) != {200}:
        raise RuntimeError(f"pages did not open: {load.statuses}")
    return load


def at_size(port: int, desk: Desk, filled: int) -> dict[str, Load]:
    """The queue page, a search for a rare word, and for a rare and a common one: words of the last `filled` tips, ten of which
    have each of them, so that a page shows as much at any size."""
    rounds, host, who = 150, urlsplit(desk.base).netloc, {"Cookie": desk.cookies, "Origin": desk.base}
    _, page = desk.get("/search/")
    token = csrf(page)

    def search(words: str) -> Request:
        body = urlencode({"csrfmiddlewaretoken": token, "words": words}).encode()
        return post(host, "/search/", body, who, "application/x-www-form-urlencoded")

    queue = [get(host, "/", who)] * rounds
    rare = [search(needle(n, filled // 2)) for n in range(rounds)]
    both = [search(f"{needle(n, filled // 2)} w00001") for n in range(rounds)]
    ask(port, desk, queue[:10] + rare[:10])
    return {
        "the desk with its queue": ask(port, desk, queue),
        "search, a rare word": ask(port, desk, rare),
        "search, a rare and a common word": ask(port, desk, both),
    }


def compare(small: dict[str, Load], large: dict[str, Load], sizes: tuple[int, int]) -> list[Figure]:
    """Each page's p95 at the larger size beside the smaller."""
    return [
        Figure(
            "growth",
            what,
            f"p95 {large[what].percentile(0.95):.1f} ms at {sizes[1]:,} tips",
            f"p95 {small[what].percentile(0.95):.1f} ms at {sizes[0]:,}",
            f"{large[what].percentile(0.95) / small[what].percentile(0.95):.2f}",
            "aim: below 1.5",
        )  # fmt: skip
        for what in small
    ]


def settle(dsn: str) -> None:
    """VACUUM ANALYZE, as autovacuum will have done long before a real table is that large; and wait until the worker has read
    what came at once here and takes years elsewhere."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as line:
        while line.execute(_BEHIND).fetchone() != (0,):
            time.sleep(1)
        for table in (
            "intake_tip", "intake_message", "vault_wrapped_key", "vault_search_tokens", "actions_measure",
        ):  # fmt: skip
            line.execute(f"VACUUM ANALYZE {table}")
