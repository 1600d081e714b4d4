"""`upstander pack diff --over` as a supervisor runs it: a year of judgements read from a database that holds a million tips."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.protocol import CONTACTS, YEAR, drawn, halved
from bench.table import Figure
from upstander.packs import load
from upstander.protocol.codec import facts_to_json

KINDS = 2000  # how many different sets of facts the judgements are drawn from
PACK = Path(__file__).resolve().parents[1] / "packs" / "illinois"
_JUDGED = """
INSERT INTO actions_judgement (id, tip_id, n, state, at, raised_at, account_id, klass, subtypes, in_progress, flags, network,
                               facts, pack, pack_version, pack_digest, plan)
SELECT gen_random_uuid(), t.id, 1, 'in_force', t.received_at, t.received_at, 1, f.facts->>'klass', '{}', false, '{}', 'in',
       f.facts, 'illinois', %(version)s, %(digest)s, '{}'
FROM (SELECT id, received_at, row_number() OVER (ORDER BY running DESC) AS r
      FROM intake_tip WHERE closed_at IS NOT NULL ORDER BY running DESC LIMIT %(count)s) t
JOIN jsonb_array_elements(%(facts)s) WITH ORDINALITY AS f (facts, n) ON f.n = t.r %% %(kinds)s + 1
"""
_READ = "SELECT t.number, j.facts FROM actions_judgement j JOIN intake_tip t ON t.id = j.tip_id ORDER BY j.at"


def measure(owner: str, data: Path, count: int = YEAR) -> Figure:
    """The command over `count` judgements, beside the same rows read by the bare driver; `owner` is the owner's address of the
    database of the house whose data folder is `data`."""
    judged = judge(owner, count)
    with tempfile.TemporaryDirectory() as place:
        other = Path(shutil.copytree(PACK, Path(place) / PACK.name))
        halved(other)
        env = os.environ | {"UPSTANDER_DATA": str(data), "UPSTANDER_DSN": owner}
        argv = ["pack", "diff", str(PACK), str(other), "--over", "2000-01-01..", "--json"]
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "upstander", *argv], env=env, capture_output=True, check=True)
        taken = time.perf_counter() - begun
    found, bare = json.loads(done.stdout), read(owner)
    return Figure(
        "growth",
        f"pack diff --over {judged:,} past tips, the whole command",
        f"{taken:.1f} s; {found['changed']:,} would change",
        f"{bare:.1f} s to read the rows by the bare driver",
        f"{judged / taken:,.0f}/s",
    )


def judge(owner: str, count: int) -> int:
    """Judge the newest `count` tips that are closed; returns how many there were."""
    import psycopg
    from psycopg.types.json import Jsonb

    pack = load(PACK)
    kinds = drawn(pack, KINDS)
    stored = [
        facts_to_json(replace(facts, contacts=CONTACTS if facts.network == "in" else ())) for facts in kinds
    ]
    values = {"count": count, "kinds": KINDS, "version": pack.version, "digest": pack.digest}
    with psycopg.connect(owner) as line:
        return line.execute(_JUDGED, values | {"facts": Jsonb(stored)}).rowcount


def read(owner: str) -> float:
    """Seconds to read the same rows as JSON, and nothing else."""
    import psycopg

    begun = time.perf_counter()
    with psycopg.connect(owner) as line, line.cursor("bench") as rows:
        rows.itersize = 2000
        rows.execute(_READ)
        for _ in rows:
            pass
    return time.perf_counter() - begun
