"""The School Intelligence Officer's page with 10,000 members and the map of 5,500 schools: p95, and queries counted.

Measured over HTTP at the network's own process, as the officer's browser asks; beside it the same page with a handful of members,
and a page of hers that asks for nothing. By itself `python -m bench.officer publish|queries` runs as the network's process.
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

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
REGIONS, DISTRICTS, SCHOOLS, BULLETINS = 39, 860, 5_500, 5
_PAGES = {"the officer's day, with the map": "/desk/", "visits by coverage": "/desk/visits/"}
_BESIDE = "/agreement/"  # a page that shows a text, by the same process
_PLACES = f"""
INSERT INTO directory_organisation (kind, sector, name, parent_id, region_id, address, city, zip, phone, website, grades, source,
    source_key, search_text, updated_at)
SELECT %(kind)s::text, '', %(kind)s::text || ' ' || n, CASE WHEN %(above)s::text = '' THEN NULL ELSE
        (SELECT id FROM directory_organisation
         WHERE source_key = 'bench:' || %(above)s::text || ':' || (n %% %(among)s::int)) END,
    CASE WHEN %(kind)s::text = 'region' THEN NULL ELSE
        (SELECT id FROM directory_organisation WHERE source_key = 'bench:region:' || (n %% {REGIONS})) END,
    '', '', '', '', '', '', 'bench', 'bench:' || %(kind)s::text || ':' || n, '', now()
FROM generate_series(0, %(count)s::int - 1) AS n
"""
_MEMBERS = """
WITH a AS (
    INSERT INTO people_account (password, email, name, is_active, is_demo, created_at)
    SELECT '!', 'm' || n || '@member.example', 'Member ' || n, true, false, now() FROM generate_series(1, %(count)s) AS n
    RETURNING id
), at AS (
    SELECT o.id, o.region_id, row_number() OVER (ORDER BY o.id) - 1 AS n, count(*) OVER () AS all_of_them
    FROM directory_organisation o WHERE o.source = 'bench' AND o.kind = 'school'
), m AS (
    INSERT INTO network_member (id, account_id, discipline, sworn, sector, organisation_id, regions, wishes, topics, state,
        joined_at)
    SELECT gen_random_uuid(), a.id, 'administrator', false, 'k12', at.id, ARRAY[at.region_id], '{}', '{}', 'active',
        now() - make_interval(days => (a.id %% 400)::int)
    FROM a JOIN at ON at.n = (a.id * 7919) %% (at.all_of_them / 3) RETURNING id, account_id
), e AS (
    INSERT INTO network_entitlement (member_id, level, granted_by, starts_at) SELECT id, 1, 'bench', now() FROM m
), s AS (
    INSERT INTO network_signature (id, agreement_id, member_id, typed_name, at)
    SELECT gen_random_uuid(), (SELECT digest FROM network_agreement LIMIT 1), id, 'Bench', now() FROM m
)
INSERT INTO circulation_copy (id, issue_id, member_id, how, level, again, made_at, read_at)
SELECT gen_random_uuid(), i.id, m.id, 'taken', 1, false, now(), CASE WHEN m.account_id %% 3 = 0 THEN now() END
FROM m CROSS JOIN circulation_issue i
"""
_READY = (
    "directory_organisation", "people_account", "network_member", "network_entitlement", "network_signature", "circulation_copy",
)  # fmt: skip


def measure(stack: Stack, network: dict[str, str], *, members: int, rounds: int) -> list[Figure]:
    """A state of schools, then few and many members."""
    from bench.desk_session import Desk  # (it wants Django, which the child sets up by itself)

    base = f"http://localhost:{stack.port + 4}"
    officer = Desk(base, "sam@demo.example")
    _child(network, "publish")
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        _issued(line)
        for kind, above, among, count in (
            ("region", "", 1, REGIONS), ("district", "region", REGIONS, DISTRICTS), ("school", "district", DISTRICTS, SCHOOLS),
        ):  # fmt: skip
            line.execute(_PLACES, {"kind": kind, "above": above, "among": among, "count": count})
        _fill(line, 10)
        few, before = _loads(base, officer, rounds), _queries(network, officer)
        _fill(line, members - 10)
        many, after = _loads(base, officer, rounds), _queries(network, officer)
    plain = _load(base, officer, _BESIDE, rounds)
    size = f"{SCHOOLS:,} schools, {members:,} members"
    figures = [
        Figure(
            "officer", what, f"p95 {many[what].percentile(0.95):.0f} ms, {after[what]} queries",
            f"p95 {few[what].percentile(0.95):.0f} ms, {before[what]} queries with 10 members",
            f"{many[what].percentile(0.95) / few[what].percentile(0.95):.2f}", size,
        )
        for what in _PAGES
    ]  # fmt: skip
    return [*figures, Figure("officer", "beside it: a page of text, by the same process", f"p95 {plain.percentile(0.95):.0f} ms")]


def _fill(line: psycopg.Connection[object], count: int) -> None:
    tag = line.execute("SELECT count(*) FROM people_account").fetchone()
    sql = _MEMBERS.replace("'m' || n", f"'m{tag[0] if tag else 0}x' || n")
    line.execute(sql.encode(), {"count": count})
    for table in _READY:
        line.execute(f"VACUUM ANALYZE {table}".encode())


def _issued(line: psycopg.Connection[object]) -> None:
    """The worker has seen what was published."""
    until = time.monotonic() + 60
    while line.execute("SELECT count(*) FROM circulation_issue WHERE done_at IS NOT NULL").fetchone() != (BULLETINS,):
        if time.monotonic() > until:
            raise RuntimeError("what was published was not issued")
        time.sleep(0.2)


def _loads(base: str, officer: "Desk", rounds: int) -> dict[str, Load]:
    return {what: _load(base, officer, path, rounds) for what, path in _PAGES.items()}


def _load(base: str, officer: "Desk", path: str, rounds: int) -> Load:
    """One browser after another asks: she is one person."""
    asked = get(urlsplit(base).netloc, path, {"Cookie": officer.cookies, "Origin": base})
    asyncio.run(run(urlsplit(base).port or 0, [asked] * 5, 1))
    load = asyncio.run(run(urlsplit(base).port or 0, [asked] * rounds, 1))
    if set(load.statuses) != {200}:
        raise RuntimeError(f"{path} did not open: {load.statuses}")
    return load


def _queries(network: dict[str, str], officer: "Desk") -> dict[str, int]:
    return {str(what): int(str(n)) for what, n in _child(network | {"BENCH_COOKIE": officer.cookies}, "queries").items()}


def _child(env: dict[str, str], what: str) -> dict[str, object]:
    argv = [sys.executable, "-m", "bench.officer", what]
    done = subprocess.run(
        argv, env=os.environ | env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(what: str) -> None:
    """Run as the network's process."""
    import django

    django.setup()
    if what == "publish":
        from upstander.network import walls

        with walls.reading(walls.STAFF):
            for n in range(BULLETINS):
                _publish(n)
        print(json.dumps({"done": True}))
    else:
        print(json.dumps({name: _counted(path) for name, path in _PAGES.items()}))


def _publish(n: int) -> None:
    """Written by the officer, agreed to by a second person, released."""
    from upstander.ids import new_id
    from upstander.markings import Kind
    from upstander.people.models import Account
    from upstander.products import drafts, releasing, reviewing
    from upstander.products.content import Content, Line

    ids = dict(Account.objects.filter(email__endswith="@demo.example").values_list("email", "pk"))
    author, second = ids["sam@demo.example"], ids["riley@demo.example"]
    lines = (Line(Kind.TITLE, f"Threats by telephone, part {n + 1}", "open"), Line(Kind.TEXT, "Three schools had calls.", "fouo"))
    version = drafts.save(new_id(), author, 0, Content(kind="bulletin", lines=lines, topics=("threats",)))
    reviewing.answer(version.product_id, 1, second, new_id(), "agreed")
    releasing.release(version.product_id, 1, author, new_id())


def _counted(path: str) -> int:
    """How many statements the whole request is, the session's and the walls' among them."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost", HTTP_COOKIE=os.environ["BENCH_COOKIE"])
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(caught)


if __name__ == "__main__":
    main(sys.argv[1])
