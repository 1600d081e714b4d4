"""The way to the database goes dead without a word: every page answers in time, and the house finds its way back by itself.

Half-open for real: between all processes and the database stands a proxy that takes what is sent and passes nothing on.
"""

import http.client
import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psycopg
import pytest

from tests.stack.acts import bar, place, signed_in, tell
from tests.stack.harness import Stack, until
from tests.stack.troubled import Troubled
from tests.support.proxy import Proxy
from upstander.desk.board import SILENT
from upstander.ops import processes
from upstander.ops.pg import Embedded

pytestmark = pytest.mark.slow
IN_TIME = 20.0  # seconds in which every page answers, whatever the database does (docs/decisions/0086)
PATIENCE = 60.0  # seconds that a busy machine may need for what takes fifteen


class Answer(NamedTuple):
    """What came, and after how many seconds."""

    status: int
    body: bytes
    headers: http.client.HTTPMessage
    seconds: float


def ask(
    stack: Stack, process: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> Answer:
    """One request, waited for as long as a patient person does."""
    port = stack.port + processes.WEB.index(process)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2 * IN_TIME)
    begun = time.monotonic()
    try:
        line.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = line.getresponse()
        return Answer(answer.status, answer.read(), answer.headers, time.monotonic() - begun)
    finally:
        line.close()


def ready(stack: Stack) -> dict[str, int]:
    return {process: ask(stack, process, "GET", "/readyz").status for process in processes.WEB}


@pytest.fixture
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Proxy]]:
    """A house whose every line to the database goes through the proxy."""
    server = Embedded(tmp_path_factory.mktemp("behind") / "pg")
    address = server.start()
    try:
        with (
            Proxy(f"{server.socket}/.s.PGSQL.5432") as proxy,
            Stack(DATABASE_URL=proxy.dsn(address)) as stack,
        ):
            yield stack, proxy
    finally:
        server.stop()


def test_while_nothing_passes_every_page_says_so_in_time_and_afterwards_all_is_well_by_itself(
    behind: tuple[Stack, Proxy],
):
    stack, proxy = behind
    school, casey = place(stack), signed_in(stack.desk, "casey")
    cookie = "; ".join(f"{name}={value}" for name, value in casey.cookies.items())
    key = secrets.token_urlsafe(24)
    tip = json.dumps({"text": "He waits at the bus.", "school_id": school}).encode()
    told = {"Content_Type": "application/json", "Idempotency_Key": key}
    proxy.dark = True
    proxy.freeze()
    with ThreadPoolExecutor(40) as people:
        sent = [people.submit(ask, stack, "public", "POST", "/api/v1/tips", tip, **told) for _ in range(20)]
        looked = [people.submit(ask, stack, "desk", "GET", "/queue/", Cookie=cookie) for _ in range(10)]
        until(lambda: set(ready(stack).values()) == {503}, PATIENCE, "no origin says that it is ready")
        assert all(ask(stack, process, "GET", "/healthz").status == 200 for process in processes.WEB)
        answers = [one.result() for one in (*sent, *looked)]
    assert {one.status for one in answers} == {503}
    assert max(one.seconds for one in answers) < IN_TIME
    assert all(one.headers["Retry-After"] for one in answers)
    assert {json.loads(one.result().body).get("status", 503) for one in sent} == {503}
    assert b"try again in a minute" in looked[0].result().body
    proxy.dark = False  # new lines pass again; those that were open stay mute for ever
    until(lambda: set(ready(stack).values()) == {200}, PATIENCE, "every origin is ready again")
    stored = tell(stack, "He waits at the bus.", key=key, school_id=school)
    until(
        lambda: not any(str(words) in bar(casey) for words in SILENT.values()),
        PATIENCE,
        "nobody is silent any more",
    )
    with psycopg.connect(stack.dsn("owner")) as line:
        numbers = line.execute(
            "SELECT number FROM intake_tip WHERE number = %s", [stored["tip_number"]]
        ).fetchall()
    assert len(numbers) == 1, "the same press is one tip, however often it was tried"


@pytest.mark.parametrize("part", ["public", "desk"])
def test_pages_whose_lines_stand_still_answer_in_time_and_make_new_ones(troubled: Troubled, part: str):
    """The database's own processes stand still (a machine that swaps): nothing that they would have to do is waited for."""
    troubled.calm()
    desk, stack = troubled.desk, troubled.stack
    cookie = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    path, header = ("/queue/", {"Cookie": cookie}) if part == "desk" else ("/api/v1/schools?q=harrow", {})
    with troubled.half_open(part):
        with ThreadPoolExecutor(10) as people:
            asked = [people.submit(ask, stack, part, "GET", path, **header) for _ in range(10)]
            until(lambda: ask(stack, part, "GET", "/readyz").status == 503, PATIENCE, f"{part} is not ready")
            answers = [one.result() for one in asked]
        assert {one.status for one in answers} <= {200, 503} and max(one.seconds for one in answers) < IN_TIME
        until(lambda: ask(stack, part, "GET", "/readyz").status == 200, PATIENCE, f"{part} is ready again")
        assert ask(stack, part, "GET", path, **header).status == 200
    troubled.calm()
