"""The end-point: what a carrier is told, and when."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from upstander.inbound import doors, endpoint
from upstander.inbound.doors import Arriving, Rejected, Request
from upstander.inbound.endpoint import Endpoint
from upstander.inbound.models import Arrival

pytestmark = pytest.mark.django_db(transaction=True)


def read(request: Request) -> Arriving:
    if request.body == b"forged":
        raise Rejected(403)
    if request.body == b"mad":
        raise KeyError("secret words")
    return Arriving("test", "kannel", request.query.decode(), request.body, answer=b"thanks")


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(doors.DOORS, "/test", doors.Door(read, 1000))
    yield


class Asked:
    """One request to an end-point, and what it answered."""

    def __init__(
        self,
        body: bytes = b"words",
        path: str = "/test",
        query: bytes = b"1",
        method: str = "POST",
        **headers: str,
    ) -> None:
        self.parts = [body[:3], body[3:]]
        named = {"content-length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": [(k.encode(), v.encode()) for k, v in named.items() if v],
        }
        self.status, self.body = 0, b""
        self.headers: dict[bytes, bytes] = {}

    async def receive(self) -> dict[str, Any]:
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.headers |= dict(message.get("headers", []))
        self.body += message.get("body", b"")


def ask(*args: Any, to: Endpoint | None = None, **more: Any) -> Asked:
    asked = Asked(*args, **more)
    asyncio.run((to or Endpoint())(asked.scope, asked.receive, asked.send))
    return asked


def test_what_came_is_on_disk_when_the_carrier_is_thanked_and_once_however_often_it_comes():
    for _ in range(2):
        asked = ask()
        assert (asked.status, asked.body) == (200, b"thanks")
        assert Arrival.objects.count() == 1


def test_a_carrier_is_told_to_come_again_where_it_could_not_be_kept(monkeypatch, caplog):
    monkeypatch.setattr(endpoint, "_store", _away)
    asked = ask(b"secret words")
    assert asked.status == 503 and asked.headers[b"retry-after"] == b"5"
    assert "secret" not in caplog.text


def _away(_: Arriving) -> bool:
    raise ConnectionError("secret words")


def test_what_waits_too_long_is_told_to_come_again_and_so_is_what_comes_when_too_much_waits(monkeypatch):
    monkeypatch.setattr(endpoint, "PATIENCE", -2)
    late = Endpoint()
    assert ask(to=late).status == 503
    late._pool.shutdown()  # (or it stores in the midst of the next test)
    full = Endpoint()
    full._inside = endpoint.THREADS + endpoint.WAITING
    assert ask(to=full).status == 503


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (404, {"path": "/elsewhere"}),
        (405, {"method": "GET"}),
        (403, {"body": b"forged"}),
        (400, {"body": b"mad"}),
        (413, {"body": b"x" * 1001}),
        (413, {"body": b"x" * 1001, "content_length": ""}),
        (413, {"content_length": "9" * 13}),
        (413, {"content_length": "-1"}),
    ],
)
def test_what_is_not_right_is_rejected_and_not_kept(status, what, caplog):
    assert ask(**what).status == status
    assert not Arrival.objects.exists()
    assert "secret words" not in caplog.text


def test_a_body_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr(endpoint, "BODY_WITHIN", 0)

    async def never() -> dict[str, Any]:
        return await asyncio.Future()

    asked = Asked()
    asked.receive = never  # type: ignore[method-assign]
    asyncio.run(Endpoint()(asked.scope, asked.receive, asked.send))
    assert asked.status == 408


def test_it_says_whether_it_is_ready():
    assert ask(path="/healthz", method="GET").body == b"ok"
    assert set(endpoint._reasons()) <= {"fsync_off", "full_page_writes_off", "synchronous_commit_off"}  # untrue of tests


@pytest.mark.parametrize(("reasons", "status", "told"), [([], 200, b"ready"), (["database_read_only"], 503, b"not ready")])
def test_strangers_learn_whether_it_is_ready_and_not_why_and_cannot_keep_it_busy(monkeypatch, reasons, status, told):
    asked: list[int] = []
    monkeypatch.setattr(endpoint, "_reasons", lambda: asked.append(1) or reasons)

    async def many() -> list[Asked]:
        to, all_of_them = Endpoint(), [Asked(path="/readyz", method="GET") for _ in range(50)]
        await asyncio.gather(*(to(one.scope, one.receive, one.send) for one in all_of_them))
        return all_of_them

    assert {(one.status, one.body) for one in asyncio.run(many())} == {(status, told)}
    assert len(asked) == 1


def test_rubbish_is_counted_and_fills_no_log(caplog):
    to = Endpoint()
    assert ask(b"mad", to=to).status == 400
    assert to._numbers()["rejected"] == 1 and not [r for r in caplog.records if r.levelname != "DEBUG"]


def test_servers_beside_it_are_started_and_ended_with_it(monkeypatch):
    told: list[str] = []

    class Beside:
        def __init__(self, store: Any) -> None:
            self.store = store

        async def __aenter__(self) -> None:
            told.append("began")
            assert await self.store(Arriving("test", "smtp", "1", b"words"))

        async def __aexit__(self, *_: object) -> None:
            told.append("ended")

    monkeypatch.setattr(endpoint, "SERVERS", [Beside])
    monkeypatch.setattr(Endpoint, "_pulse", lambda self: None)
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        told.append(message["type"])

    asyncio.run(Endpoint()({"type": "lifespan"}, receive, send))
    assert told == ["began", "lifespan.startup.complete", "ended", "lifespan.shutdown.complete"]
    assert Arrival.objects.get().carrier == "smtp"
