"""A district's page with 120 buildings and ten years of drills: p95 and queries; the counts of 5,500 buildings: seconds.

The page is measured over HTTP at the school's own process, as a browser asks, beside the same page with the few buildings of the
demo. By itself `python -m bench.preparedness queries` runs as the school's process.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
from tests.stack.harness import Stack

from bench.http_load import Load, get, run
from bench.table import Figure

if TYPE_CHECKING:
    from bench.desk_session import Desk

BUILDINGS, YEARS, STATE, DISTRICTS = 120, 10, 5_500, 860
KINDS = ("evacuation", "evacuation", "evacuation", "bus", "law_enforcement")
_PAGE = "/preparedness/"
_ROOT = Path(__file__).parents[1]
_SCHOOLS = """
INSERT INTO directory_organisation (kind, sector, name, parent_id, address, city, zip, phone, website, grades, source, source_key,
    search_text, updated_at)
SELECT %(kind)s::text, 'public', %(kind)s::text || ' ' || n, CASE WHEN %(parent)s::bigint IS NOT NULL THEN %(parent)s::bigint ELSE
    (SELECT id FROM directory_organisation WHERE source_key = 'bench:district:' || (n %% %(among)s::int)) END,
    '', '', '', '', '', '', 'bench', 'bench:' || %(tag)s::text || ':' || n, '', now()
FROM generate_series(0, %(count)s::int - 1) AS n
"""
_DRILLS = """
INSERT INTO preparedness_drill (id, place_id, made_at, made_by, kind, year, held_on, fire, law, conditions)
SELECT gen_random_uuid(), o.id, now(), 1, k.kind, y, make_date(y, 9, 2 + k.n::int), k.n = 1, k.kind = 'law_enforcement', '{}'
FROM directory_organisation o CROSS JOIN generate_series(%(last)s::int - %(years)s::int + 1, %(last)s::int) AS y
CROSS JOIN unnest(%(kinds)s::text[]) WITH ORDINALITY AS k(kind, n)
WHERE o.source = 'bench' AND o.kind = 'school' AND o.source_key LIKE %(like)s
"""


def measure(stack: Stack, school: dict[str, str], owner: dict[str, str], *, rounds: int) -> list[Figure]:
    """Few buildings, then many; then the state."""
    from bench.desk_session import Desk  # (it wants Django, which the child sets up by itself)

    base = f"http://localhost:{stack.port + 2}"
    dana = Desk(base, "dana@demo.example")
    few, before = _load(base, dana, rounds), _queries(school, dana)
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        own = line.execute("SELECT id FROM directory_organisation WHERE name = 'Switchgrass CUSD 12'").fetchone()
        last = line.execute("SELECT max(year) FROM preparedness_drill").fetchone()
        assert own and last
        _filled(line, "school", "own", BUILDINGS, parent=own[0])
        drilled = {"last": last[0], "kinds": list(KINDS)}
        line.execute(_DRILLS, {**drilled, "years": YEARS, "like": "bench:own:%"})
        line.execute("VACUUM ANALYZE")
        many, after = _load(base, dana, rounds), _queries(school, dana)
        _filled(line, "district", "district", DISTRICTS)
        _filled(line, "school", "state", STATE)
        line.execute(_DRILLS, {**drilled, "years": 1, "like": "bench:state:%"})
        line.execute("VACUUM ANALYZE")
    seconds = _rolled_up(owner)
    size = f"{BUILDINGS} buildings more, {BUILDINGS * YEARS * len(KINDS):,} drills in {YEARS} years"
    return [
        Figure(
            "preparedness", "the district's page", f"p95 {many.percentile(0.95):.0f} ms, {after} queries",
            f"p95 {few.percentile(0.95):.0f} ms, {before} queries with the demo's buildings",
            f"{many.percentile(0.95) / few.percentile(0.95):.2f}", size,
        ),
        Figure("preparedness", "the state's counts, with the command's start", f"{seconds:.1f} s", note=f"{STATE:,} buildings"),
    ]  # fmt: skip


def _filled(line: psycopg.Connection[object], kind: str, tag: str, count: int, parent: object = None) -> None:
    line.execute(_SCHOOLS, {"kind": kind, "tag": tag, "count": count, "parent": parent, "among": DISTRICTS})


def _load(base: str, who: "Desk", rounds: int) -> Load:
    asked = get(urlsplit(base).netloc, _PAGE, {"Cookie": who.cookies, "Origin": base})
    asyncio.run(run(urlsplit(base).port or 0, [asked] * 5, 1))
    load = asyncio.run(run(urlsplit(base).port or 0, [asked] * rounds, 1))
    if set(load.statuses) != {200}:
        raise RuntimeError(f"{_PAGE} did not open: {load.statuses}")
    return load


def _rolled_up(owner: dict[str, str]) -> float:
    begun = time.monotonic()
    argv = [sys.executable, "-m", "upstander", "preparedness", "rollup"]
    done = subprocess.run(argv, env=os.environ | owner, capture_output=True, text=True, check=False, cwd=_ROOT)
    if done.returncode or "evacuation" not in done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    return time.monotonic() - begun


def _queries(school: dict[str, str], who: "Desk") -> int:
    argv = [sys.executable, "-m", "bench.preparedness", "queries"]
    env = os.environ | school | {"BENCH_COOKIE": who.cookies}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False, cwd=_ROOT)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return int(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run as the school's process: how many statements the whole request is, the session's and the walls' among them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost", HTTP_COOKIE=os.environ["BENCH_COOKIE"])
    client.get(_PAGE)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(_PAGE)
    if answer.status_code != 200:
        raise RuntimeError(f"{_PAGE}: {answer.status_code}")
    print(json.dumps(len(caught)))


if __name__ == "__main__":
    main()
