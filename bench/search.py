"""One search over 100,000 products, as a member's page answers it: p95 beside the bare statement on the same index,
without walls, session and page.
"""

import asyncio
import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from tests.stack.harness import Stack

from bench.desk_session import csrf
from bench.http_load import Request, get, post, run
from bench.table import Figure
from upstander import clock
from upstander.config import OFFSETS

VOCABULARY, PLACES, YEARS = 20_000, 56, 5
TOPICS = ("threats", "cyber", "trends", "narcotics", "violence")
_ROUNDS, _CLIENTS = 150, 2
_SYLLABLES = [a + b for a in "bcdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "om", "ut")]
_LOADED = """
CREATE UNLOGGED TABLE said (
    n int, product uuid, at timestamptz, topic text, region bigint, title text, one text, two text, three text)
"""
_PRODUCTS = """
INSERT INTO products_product (id, created_at, created_by) SELECT product, at, 1 FROM said;
INSERT INTO products_version (product_id, number, saved_at, saved_by, kind, topics, regions, disciplines, urgent, acknowledge,
    digest)
SELECT product, 1, at, 1, 'bulletin', ARRAY[topic], CASE WHEN region = 0 THEN '{}' ELSE ARRAY[region] END, '{}', false, false, ''
  FROM said;
INSERT INTO products_paragraph (id, version_id, position, kind, text, alt, marking, level)
SELECT gen_random_uuid(), v.id, line.position, CASE line.position WHEN 0 THEN 'title' ELSE 'text' END, line.text, '',
       line.marking, line.level
  FROM said JOIN products_version v ON v.product_id = said.product
 CROSS JOIN LATERAL (VALUES (0, title, 'open', 0), (1, one, 'open', 0), (2, two, 'fouo', 1), (3, three, 'les', 2))
    AS line (position, text, marking, level);
INSERT INTO products_release (id, version_id, at, by, goes_at, alone, note, note_level)
SELECT gen_random_uuid(), v.id, said.at, 1, said.at, false, '', 0
  FROM said JOIN products_version v ON v.product_id = said.product;
"""
_RENDITIONS = """
INSERT INTO products_rendition (id, product_id, release_id, level, ordinal, kind, title, title_portion, body, banner, handling,
    topics, regions, disciplines, urgent, acknowledge, note, published_at, ended_as, ended_words)
SELECT gen_random_uuid(), v.product_id, r.id, reader, 1, v.kind, said.title, 'U',
       (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'text', p.text, 'alt', '', 'file', '', 'marking',
               p.marking, 'portion', 'U', 'level', p.level) ORDER BY p.position)
          FROM products_paragraph p WHERE p.version_id = v.id AND p.kind = 'text' AND p.level <= reader),
       'UNCLASSIFIED', '{}', v.topics, v.regions, '{}', false, false, '', r.goes_at, '', ''
  FROM said JOIN products_version v ON v.product_id = said.product JOIN products_release r ON r.version_id = v.id
 CROSS JOIN generate_series(0, 2) AS reader WHERE said.n >= %s AND said.n < %s
"""
# What the triggers write of a rendition, for many at once.
_FOUND = """
INSERT INTO repository_{name} (id, kind, about, sub, title, body, banner, level, topics, regions, at, listed_at, search)
SELECT r.id, 'product', r.product_id, r.kind, r.title, said.text, r.banner, r.level, r.topics, r.regions, r.published_at,
       r.published_at, setweight(to_tsvector('english', r.title), 'A') || to_tsvector('english', said.text)
  FROM products_rendition r
 CROSS JOIN LATERAL (SELECT string_agg(line->>'text', E'\\n') AS text FROM jsonb_array_elements(r.body) AS line) said
 WHERE r.level = {level} ON CONFLICT (id) DO NOTHING
"""
_LEVELS = {"open": 0, "fouo": 1, "les": 2}
_BY_TRIGGERS = 500  # of them, so that their rate is known
_BARE = """
SELECT id FROM (SELECT id, search, listed_at FROM repository_fouo WHERE search @@ websearch_to_tsquery('english', %(words)s)
                 ORDER BY listed_at DESC LIMIT 1000) found
 ORDER BY ts_rank_cd(search, websearch_to_tsquery('english', %(words)s), 1) DESC LIMIT 50
"""
_BARE_NEWEST = "SELECT id FROM repository_fouo ORDER BY listed_at DESC LIMIT 50"


def word(n: int) -> str:
    """The n-th word of the vocabulary: three syllables, as words are long."""
    size = len(_SYLLABLES)
    return _SYLLABLES[n % size] + _SYLLABLES[(n // size) % size] + _SYLLABLES[(n * 7 + 3) % size]


def needle(n: int, count: int) -> str:
    """A rare word: ten of `count` products have it, however many there are."""
    kinds = max(count // 10, 1)
    letters = "".join("abcdefghij"[int(digit)] for digit in f"{n % kinds:06d}")
    return f"rare{letters}"


def _texts(count: int, dice: random.Random) -> Iterator[tuple[object, ...]]:
    from upstander.ids import new_id

    def some(many: int) -> str:
        return " ".join(word(int(VOCABULARY ** dice.random()) - 1) for _ in range(many))

    now = clock.now()
    for n in range(count):
        at = now - timedelta(days=YEARS * 365 * (count - n) / count, minutes=1)
        region = dice.choice((0, dice.randint(1, PLACES)))
        yield (
            n, new_id(), at, dice.choice(TOPICS), region, some(7).capitalize(),
            f"{some(60)} {needle(n, count)}.", f"{some(60)}.", f"{some(40)}.",
        )  # fmt: skip


def fill(dsn: str, count: int) -> float:
    """Add `count` products, each released at three levels; how many a second the triggers of a release took, for the first few:
    of the others the same is written at once, and the indexes are made afterwards."""
    with psycopg.connect(dsn, autocommit=True) as line, line.cursor() as cursor:
        cursor.execute(_LOADED)
        with cursor.copy("COPY said FROM STDIN") as copy:
            for row in _texts(count, random.Random(7)):
                copy.write_row(row)
        cursor.execute("ANALYZE said")
        cursor.execute(_PRODUCTS)
        for table in ("products_version", "products_paragraph", "products_release"):
            cursor.execute(f"ANALYZE {table}")
        begun = time.monotonic()
        cursor.execute(_RENDITIONS, [0, _BY_TRIGGERS])
        rate = _BY_TRIGGERS / (time.monotonic() - begun)
        cursor.execute("ALTER TABLE products_rendition DISABLE TRIGGER USER")
        cursor.execute(_RENDITIONS, [_BY_TRIGGERS, count])
        cursor.execute("ALTER TABLE products_rendition ENABLE TRIGGER USER")
        words = [*(word(n) for n in range(VOCABULARY)), *(needle(n, count) for n in range(count))]
        for name, level in _LEVELS.items():
            indexes = _without_indexes(cursor, f"repository_{name}")
            cursor.execute(_FOUND.format(name=name, level=level))
            for index in indexes:
                cursor.execute(index)
            added = f"INSERT INTO repository_word_{name} SELECT DISTINCT unnest(%s::text[]) ON CONFLICT DO NOTHING"
            cursor.execute(added, [words])
        for table in ("products_rendition", "repository_open", "repository_fouo", "repository_les", "repository_word_fouo"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("DROP TABLE said")
    return rate


def _without_indexes(cursor: psycopg.Cursor, table: str) -> list[str]:
    """Drop a table's indexes, but its key; what makes them again."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'", [table])
    found = cursor.fetchall()
    for name, _made in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [made for _name, made in found]


def measure(stack: Stack, admin: dict[str, str], network: dict[str, str], count: int) -> list[Figure]:
    """Fill, sign a member of FOUO in, and ask."""
    rate = fill(stack.dsn("owner"), count)
    made = _child(admin, "reader")
    cookie = str(_child(network, "session", str(made["account"]))["cookie"])
    port = stack.port + OFFSETS["network"]
    host = f"127.0.0.1:{port}"
    token, more = _page(host, cookie)
    who = {"Cookie": "; ".join([cookie, *more]), "Origin": f"http://{host}"}

    def asked(**given: object) -> Request:
        body = urlencode({"csrfmiddlewaretoken": token, **given}, doseq=True).encode()
        return post(host, "/find/", body, who, "application/x-www-form-urlencoded")

    dice = random.Random(11)
    searches = list(_searches(count, dice))
    figures = []
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        for what, each in searches:
            ask = [asked(**each(n)) for n in range(_ROUNDS)]
            bare = [str(each(n).get("bare", each(n)["words"])) for n in range(_ROUNDS)]
            figures.append(_figure(what, port, ask, lambda n, bare=bare: _bare(line, bare[n]), count))
        ids = [str(row[0]) for row in line.execute("SELECT id FROM repository_fouo ORDER BY md5(id::text) LIMIT %s", [_ROUNDS])]
        ask = [get(host, f"/find/like/{id}/", who) for id in ids]
        figures.append(_figure("what is alike", port, ask, lambda n: _bare(line, needle(n, count)), count))
    figures.append(Figure("search", "a product released at three levels, with what the triggers write", f"{1000 / rate:.1f} ms",
                          "", "", f"the first {_BY_TRIGGERS}; the others were written at once"))  # fmt: skip
    return figures


def _page(host: str, cookie: str) -> tuple[str, list[str]]:
    """The page's form token, and the cookies that come with it."""
    line = http.client.HTTPConnection(host, timeout=30)
    line.request("GET", "/find/", headers={"Cookie": cookie})
    answer = line.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"the page does not open: {answer.status}")
    return csrf(answer.read().decode()), [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or ()]


def _searches(count: int, dice: random.Random) -> Iterator[tuple[str, Callable[[int], dict[str, object]]]]:
    """What is looked for: `words`, the filters, and `bare` where the bare statement looks for other words."""
    common, middle = [word(n) for n in range(20)], [word(n) for n in range(200, 2_000)]
    since = f"{clock.now() - timedelta(days=2 * 365):%Y-%m-%d}"
    yield "a rare word", lambda n: {"words": needle(n, count)}
    yield "a rare and a common word", lambda n: {"words": f"{needle(n, count)} {common[n % 3]}"}
    yield "two words of some hundred products each", lambda n: {"words": f"{middle[n]} {middle[n * 3 % 1800]}"}
    yield "a word that most have", lambda n: {"words": common[n % 5]}
    yield "a word, and topic, kind and time", lambda n: {
        "words": middle[n], "topic": TOPICS[n % len(TOPICS)], "kinds": ["product", "item"], "since": since
    }  # fmt: skip
    yield "no word, a topic and a time", lambda n: {"words": "", "topic": TOPICS[n % len(TOPICS)], "since": since}
    yield "a mistyped word", lambda n: {"words": _slip(middle[n * 5 % 1800], n), "bare": middle[n * 5 % 1800]}
    yield "a word that nothing has", lambda n: {"words": f"qqxxw{chr(97 + n % 26)}zzj", "bare": needle(n, count)}


def _slip(right: str, n: int) -> str:
    """A word with two letters swapped."""
    at = 1 + n % (len(right) - 2)
    return right[:at] + right[at + 1] + right[at] + right[at + 2 :]


def _bare(line: psycopg.Connection, words: str) -> None:
    line.execute(_BARE if words else _BARE_NEWEST, {"words": words} if words else None).fetchall()


def _figure(what: str, port: int, ask: list[Request], bare: Callable[[int], None], count: int) -> Figure:
    asyncio.run(run(port, ask[:10], _CLIENTS))
    load = asyncio.run(run(port, ask, _CLIENTS))
    if set(load.statuses) != {200}:
        raise RuntimeError(f"{what}: pages did not open: {load.statuses}")
    waits = []
    for n in range(_ROUNDS):
        begun = time.perf_counter()
        bare(n)
        waits.append((time.perf_counter() - begun) * 1000)
    limit = sorted(waits)[int(0.95 * len(waits))]
    p95 = load.percentile(0.95)
    return Figure(
        "search", what, f"p95 {p95:.1f} ms, median {load.percentile(0.5):.1f} ms at {count:,} products",
        f"p95 {limit:.1f} ms the bare statement", f"{p95 / limit:.1f}", f"a member's page, {_CLIENTS} at a time",
    )  # fmt: skip


def _child(env: dict[str, str], *what: str) -> dict[str, object]:
    argv = [sys.executable, "-m", "bench.search_reader", *what]
    done = subprocess.run(
        argv, env=os.environ | env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))
