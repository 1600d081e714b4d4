"""The events process: pages are called at once when there is news, and hear nothing when it is blind."""

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from upstander.desk import claims, live
from upstander.intake.services import Submission, receive, reply, taken_up
from upstander.vault.keys import keyring

pytestmark = pytest.mark.django_db(transaction=True)


def dsn() -> str:
    """The test database, as a login of its own would name it."""
    import psycopg

    known = {
        k: v
        for k, v in connection.get_connection_params().items()
        if k in ("dbname", "user", "password", "host", "port")
    }
    return psycopg.conninfo.make_conninfo(**known)


class Page:
    """A page that listens."""

    def __init__(self, application: live.Application, shown: str) -> None:
        self.application, self.query = application, f"ticket={shown}".encode()
        self.heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self.status = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status.set_result(message["status"])
        for block in message.get("body", b"").decode().split("\n\n"):
            if block.startswith("event: "):
                name, data = block.split("\n", 1)
                self.heard.put_nowait((name[7:], json.loads(data[6:])))

    async def open(self) -> "Page":
        scope = {"type": "http", "path": "/live", "query_string": self.query}
        self.task = asyncio.ensure_future(self.application(scope, self._receive, self._send))
        return self

    async def until(self, name: str, seconds: float, **what: Any) -> dict[str, Any]:
        """The next event of this name that holds `what`."""
        async with asyncio.timeout(seconds):
            while True:
                heard, data = await self.heard.get()
                if heard == name and what.items() <= data.items():
                    return data


def listening(scene: Callable[[Page], Coroutine[Any, Any, None]], ticket: str = "") -> None:
    """Play a scene with one open page, in a thread whose event loop is not the test's."""

    async def play() -> None:
        application = live.Application()
        application.key = keyring().secret("ticket")
        application.hub = live.Hub(dsn())
        page = await Page(application, ticket or live.ticket(application.key, 1)).open()
        try:
            await scene(page)
        finally:
            page.gone.set()
            if application.hub.task:
                application.hub.task.cancel()

    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(play())
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failed.append(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


async def elsewhere(act: Callable[[], Any]) -> Any:
    """Something happens in another thread, with a connection of its own."""

    def closing() -> Any:
        try:
            return act()
        finally:
            connection.close()

    return await asyncio.to_thread(closing)


def test_a_new_tip_is_told_to_open_pages_at_once_and_at_worst_by_the_next_look() -> None:
    async def scene(page: Page) -> None:
        await page.until("heartbeat", 10)
        told = asyncio.ensure_future(page.until("queue", 3, say="A new tip."))
        began = asyncio.get_running_loop().time()
        await elsewhere(lambda: receive(Submission(channel="web", text="Help"), secrets.token_urlsafe(24)))
        await told
        assert asyncio.get_running_loop().time() - began < live.POLL + 0.5

    listening(scene)


def test_a_new_tip_is_told_by_its_own_call_not_by_the_next_look(monkeypatch) -> None:
    monkeypatch.setattr(live, "POLL", 3600.0)  # it will not look by itself in this test

    async def scene(page: Page) -> None:
        await page.until("heartbeat", 10)
        await elsewhere(lambda: receive(Submission(channel="web", text="Help"), secrets.token_urlsafe(24)))
        await page.until("queue", 20, say="A new tip.")

    listening(scene)


def test_an_act_on_a_tip_is_told_with_its_id_and_nothing_else(person) -> None:
    account = person("Casey")
    tip_id = receive(Submission(channel="web", text="Help"), secrets.token_urlsafe(24)).tip_id

    async def scene(page: Page) -> None:
        await page.until("heartbeat", 10)
        await elsewhere(lambda: claims.take(tip_id, account.pk))
        assert await page.until("tip", 5, tip=str(tip_id)) == {"tip": str(tip_id)}

    listening(scene)


def test_a_page_of_a_process_that_lost_the_database_hears_no_heartbeat() -> None:
    async def scene(page: Page) -> None:
        await page.until("heartbeat", 10)
        hub = page.application.hub
        assert hub is not None
        hub.dsn = "postgresql://nobody@127.0.0.1:1/nothing"
        await elsewhere(_end_listeners)
        async with asyncio.timeout(5):
            while hub.well:
                await asyncio.sleep(0.05)
        while not page.heard.empty():
            page.heard.get_nowait()
        with pytest.raises(TimeoutError):
            await page.until("heartbeat", live.BEAT + 1)

    listening(scene)


def _end_listeners() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND query LIKE '%%ops_heartbeat%%' OR query LIKE 'LISTEN%%'"
        )


@pytest.mark.parametrize("shown", ["", "1:forged:ticket", "x" * 200])
def test_without_a_ticket_of_ours_nobody_listens(shown: str) -> None:
    async def scene(page: Page) -> None:
        assert await asyncio.wait_for(page.status, 5) == 403

    listening(scene, ticket=shown or "none")


def test_an_altered_ticket_admits_nobody() -> None:
    key = keyring().secret("ticket")
    shown = live.ticket(key, 7)
    assert live.admitted(key, shown)
    assert not live.admitted(key, shown[:-1] + ("a" if shown[-1] != "a" else "b"))


def test_a_word_of_a_reporter_is_told_aloud_and_moves_the_queue_silently_when_it_is_taken_up() -> None:
    receipt = receive(Submission(channel="web", text="Help"), secrets.token_urlsafe(24))

    async def scene(page: Page) -> None:
        await page.until("heartbeat", 10)
        await page.until("queue", 10)  # the first look
        await elsewhere(lambda: reply(receipt.receipt, "He is here."))
        await page.until("queue", live.POLL + 2, say="A reporter has written.")
        await elsewhere(lambda: taken_up(receipt.tip_id, 1))
        assert await page.until("queue", live.POLL + 2) == {}

    listening(scene)
