"""Requests reach the application whole, in time, and without anything by which a device could be known."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from upstander.ops import live
from upstander.ops.refusals import page
from upstander.ops.shim import LIVE_ALLOWED, Answer, Limits, Shim

Message = dict[str, Any]


def plain(status: int, path: str) -> Answer:
    return Answer(status, [(b"content-type", b"text/plain")], f"refused {status} {path}".encode())


class Client:
    """What a server does with an ASGI application, for one request."""

    def __init__(self, shim: Shim) -> None:
        self.shim = shim
        self.sent: list[Message] = []

    def ask(
        self,
        parts: Iterable[bytes | None] = (b"",),
        *,
        method: str = "POST",
        path: str = "/",
        headers: Iterable[tuple[bytes, bytes]] = (),
        query: bytes = b"",
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, headers and body; a part that is None: the client goes away, and no more parts: it says nothing more."""
        return asyncio.run(self.asking(parts, method=method, path=path, headers=headers, query=query))

    async def asking(
        self,
        parts: Iterable[bytes | None] = (b"",),
        *,
        method: str = "POST",
        path: str = "/",
        headers: Iterable[tuple[bytes, bytes]] = (),
        query: bytes = b"",
        end: bool = True,
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        parts = list(parts)
        messages: list[Message] = [
            {"type": "http.disconnect"}
            if p is None
            else {"type": "http.request", "body": p, "more_body": True}
            for p in parts
        ]
        if end and messages and messages[-1]["type"] == "http.request":
            messages[-1]["more_body"] = False

        async def receive() -> Message:
            if messages:
                return messages.pop(0)
            await asyncio.Event().wait()
            raise AssertionError

        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": list(headers),
            "server": ("127.0.0.1", 8000),
            "client": ("203.0.113.9", 4444),
        }
        await self.shim(scope, receive, send)
        self.sent = sent
        if not sent:
            return 0, {}, b""
        body = b"".join(m.get("body", b"") for m in sent[1:])
        return sent[0]["status"], dict(sent[0]["headers"]), body


def echoing(seen: dict[str, Any]) -> Callable[..., Iterable[bytes]]:
    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"hello ", b"there"]

    return application


def test_a_body_in_pieces_arrives_whole_with_its_length():
    seen: dict[str, Any] = {}
    headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"text/plain")]
    status, _, body = Client(Shim(echoing(seen), plain)).ask([b"one ", b"two ", b"three"], headers=headers)
    assert (status, body) == (200, b"hello there")
    assert seen["body"] == b"one two three"
    assert seen["CONTENT_LENGTH"] == "13"
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_the_application_gets_neither_address_nor_device_of_a_reporter():
    seen: dict[str, Any] = {}
    telling = [
        (b"user-agent", b"canary-agent"),
        (b"sec-ch-ua-platform", b"canary-platform"),
        (b"x-forwarded-for", b"203.0.113.9"),
        (b"x-real-ip", b"203.0.113.9"),
        (b"forwarded", b"for=203.0.113.9"),
        (b"x_forwarded_for", b"203.0.113.9"),
        (b"accept-language", b"es"),
    ]
    Client(Shim(echoing(seen), plain, anonymous=True)).ask(headers=telling)
    assert seen["REMOTE_ADDR"] == ""
    assert seen["HTTP_ACCEPT_LANGUAGE"] == "es"
    assert not [v for v in seen.values() if isinstance(v, str) and ("canary" in v or "203.0.113" in v)]


def test_the_staff_origins_keep_the_user_agent_but_no_address():
    seen: dict[str, Any] = {}
    headers = [(b"user-agent", b"browser"), (b"x-forwarded-for", b"203.0.113.9")]
    Client(Shim(echoing(seen), plain)).ask(headers=headers)
    assert seen["HTTP_USER_AGENT"] == "browser"
    assert "203.0.113.9" not in str(seen)


def test_cookies_sent_in_two_lines_are_one_header():
    seen: dict[str, Any] = {}
    Client(Shim(echoing(seen), plain)).ask(headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])
    assert seen["HTTP_COOKIE"] == "a=1; b=2"


def test_a_path_with_accents_arrives_as_wsgi_wants_it():
    seen: dict[str, Any] = {}
    Client(Shim(echoing(seen), plain)).ask(path="/niño", query=b"q=%C3%B1", method="GET")
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/niño"
    assert seen["QUERY_STRING"] == "q=%C3%B1"


def test_head_gets_the_length_and_no_body():
    status, headers, body = Client(Shim(echoing({}), plain)).ask(method="HEAD")
    assert (status, headers[b"content-length"], body) == (200, b"11", b"")


@pytest.mark.parametrize("announced", [b"101", b"9" * 30, b"-1", b"abc"])
def test_too_long_a_body_is_refused_before_it_is_sent(announced: bytes):
    shim = Shim(echoing({}), plain, limits=Limits(body=100))
    status, headers, _ = Client(shim).ask([], headers=[(b"content-length", announced)])
    assert (status, headers[b"connection"]) == (413, b"close")


def test_too_long_a_body_without_announcement_is_refused_when_it_is_too_long():
    shim = Shim(echoing({}), plain, limits=Limits(body=100))
    assert Client(shim).ask([b"x" * 60, b"x" * 60])[0] == 413


def test_a_body_that_drips_is_refused_after_a_total_time():
    shim = Shim(echoing({}), plain, limits=Limits(deadline=0.05))
    status, headers, body = asyncio.run(Client(shim).asking([b"a", b"b"], end=False, path="/tell"))
    assert (status, body, headers[b"connection"]) == (408, b"refused 408 /tell", b"close")


def test_a_client_that_goes_away_while_it_writes_reaches_nobody():
    seen: dict[str, Any] = {}
    assert Client(Shim(echoing(seen), plain)).ask([b"half", None])[0] == 0
    assert not seen


def test_past_the_queue_requests_are_refused_and_the_others_are_answered():
    hold, inside = threading.Event(), threading.Semaphore(0)

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        inside.release()
        hold.wait()
        start("200 OK", [])
        return [b""]

    shim = Shim(slow, plain, limits=Limits(threads=1, queue=1))

    async def crowd() -> list[int]:
        two = [asyncio.ensure_future(Client(shim).asking()) for _ in range(2)]
        await asyncio.to_thread(inside.acquire)
        third = await Client(shim).asking()
        assert shim.numbers() == {"inside": 2, "refused": 1}
        hold.set()
        return [third[0], *(answer[0] for answer in await asyncio.gather(*two))]

    assert asyncio.run(crowd()) == [503, 200, 200]
    assert shim.numbers()["inside"] == 0


def test_an_application_that_breaks_is_answered_with_a_page_and_closed():
    closed = []

    class Broken:
        def __iter__(self) -> "Broken":
            return self

        def __next__(self) -> bytes:
            raise RuntimeError("canary")

        def close(self) -> None:
            closed.append(True)

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Broken:
        start("200 OK", [])
        return Broken()

    assert Client(Shim(application, plain)).ask()[0] == 500
    assert closed


@pytest.mark.parametrize("status", [408, 413, 503])
def test_a_refusal_is_a_page_in_plain_words_and_a_problem_report_for_the_app(status: int, settings: Any):
    plain_files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain_files}
    answer = page(status, "/tell")
    headers = dict(answer.headers)
    assert answer.status == status
    assert b"content-security-policy" in headers
    assert b"</html>" in answer.body
    report = page(status, "/api/v1/tips")
    assert dict(report.headers)[b"content-type"] == b"application/problem+json"
    assert (b"retry-after" in dict(report.headers)) == (status == 503)


def letting_in(*, while_: Callable[[], bool] = lambda: True) -> Callable[..., Iterable[bytes]]:
    """An application that lets who shows the right cookie listen, while that holds."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        known = environ["PATH_INFO"] == LIVE_ALLOWED and environ.get("HTTP_COOKIE") == "session=canary"
        start("204 No Content" if known and while_() else "302 Found", [])
        return []

    return application


COOKIE = [(b"cookie", b"session=canary")]


def test_live_events_are_passed_through_as_they_come(tmp_path: Path):
    heard: list[bytes] = []

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: beat\n\n")
        await writer.drain()
        writer.close()

    async def scene() -> tuple[int, dict[bytes, bytes], bytes]:
        async with await asyncio.start_unix_server(events, tmp_path / "s"):
            client = Client(Shim(letting_in(), plain, live=tmp_path / "s"))
            return await client.asking([], method="GET", path="/live", query=b"ticket=a%3Ab", headers=COOKIE)

    status, headers, body = asyncio.run(scene())
    assert (status, headers[b"content-type"], body) == (200, b"text/event-stream", b"event: beat\n\n")
    assert heard[0].startswith(b"GET /live?ticket=a%3Ab HTTP/1.0\r\n")
    assert b"canary" not in heard[0]


def test_without_an_events_process_a_page_is_told_to_ask_again(tmp_path: Path):
    client = Client(Shim(letting_in(), plain, live=tmp_path / "nobody"))
    status, headers, body = client.ask([], method="GET", path="/live", headers=COOKIE)
    assert (status, headers[b"content-type"]) == (200, b"text/event-stream")
    assert b"retry: 2000" in body


def test_a_page_that_is_closed_ends_the_stream_behind_it(tmp_path: Path):
    async def scene() -> bool:
        ended = asyncio.Event()

        async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
            await reader.read()
            ended.set()
            writer.close()

        async with await asyncio.start_unix_server(events, tmp_path / "s"):
            shim = Shim(letting_in(), plain, live=tmp_path / "s")
            await Client(shim).asking([None], method="GET", path="/live", headers=COOKIE)
            async with asyncio.timeout(5):
                return await ended.wait()

    assert asyncio.run(scene())


def never_ending(tmp_path: Path, ended: asyncio.Event) -> Any:
    """An events process that says one thing and then keeps the line open."""

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nevent: beat\n\n")
        await reader.read()
        ended.set()
        writer.close()

    return asyncio.start_unix_server(events, tmp_path / "s")


@pytest.mark.parametrize("headers", [[], [(b"cookie", b"session=another")]])
def test_who_is_not_signed_in_hears_nothing_whatever_ticket_they_show(tmp_path: Path, headers: Any):
    async def scene() -> tuple[int, dict[bytes, bytes], bytes]:
        async with await never_ending(tmp_path, asyncio.Event()):
            client = Client(Shim(letting_in(), plain, live=tmp_path / "s"))
            return await client.asking([], method="GET", path="/live", query=b"ticket=a", headers=headers)

    status, _, body = asyncio.run(scene())
    assert (status, body) == (403, b"")


def test_an_open_line_ends_soon_after_its_person_signed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "LOOK", 0.02)
    looks = [True, True, True]

    async def scene() -> tuple[int, dict[bytes, bytes], bytes]:
        ended = asyncio.Event()
        async with await never_ending(tmp_path, ended):
            shim = Shim(letting_in(while_=lambda: bool(looks) and looks.pop()), plain, live=tmp_path / "s")
            answer = await Client(shim).asking([], method="GET", path="/live", headers=COOKIE)
            async with asyncio.timeout(5):
                await ended.wait()
            return answer

    status, _, body = asyncio.run(scene())
    assert (status, body, looks) == (200, b"event: beat\n\n", [])


def test_a_server_too_busy_to_know_lets_nobody_listen(tmp_path: Path):
    shim = Shim(letting_in(), plain, limits=Limits(threads=1, queue=-1), live=tmp_path / "s")
    assert Client(shim).ask([], method="GET", path="/live", headers=COOKIE)[0] == 403


@pytest.mark.parametrize("piece_by_piece", [False, True])
def test_an_answer_is_read_whole_before_it_is_closed_unless_it_says_that_its_pieces_outlive_that(piece_by_piece: bool):
    closed: list[int] = []

    class File:
        """As a server of static files answers: it streams, and what it reads from is shut with it."""

        streaming = True

        def __init__(self) -> None:
            self.piece_by_piece = piece_by_piece
            self.given = 0

        def __iter__(self) -> "File":
            return self

        def __next__(self) -> bytes:
            if closed and not piece_by_piece:
                raise ValueError("read of closed file")
            self.given += 1
            if self.given > 3:
                raise StopIteration
            return b"words "

        def close(self) -> None:
            closed.append(self.given)

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return File()

    status, _, body = Client(Shim(application, plain)).ask(method="GET")
    assert (status, body) == (200, b"words words words ")
    assert closed == [0 if piece_by_piece else 4], "closed once; before its pieces only where it says so"
