"""While all is well an outside watch is told so; otherwise it hears nothing."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.support.eventually import eventually
from upstander.config import ConfigError
from upstander.delivery.deadman import DeadMan


@pytest.fixture
def watch() -> Iterator[tuple[str, list[str]]]:
    """An address elsewhere, and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/alive", asked
    server.shutdown()
    server.server_close()


def test_it_is_asked_for_once_in_thirty_seconds_while_all_is_well(watch):
    url, asked = watch
    switch = DeadMan(url, lambda: True)
    assert switch.tick()
    assert not switch.tick()
    eventually(lambda: asked == ["/alive"])


def test_it_hears_nothing_when_something_is_not_well(watch):
    url, asked = watch
    assert not DeadMan(url, lambda: False).tick()
    assert asked == []


def test_an_address_that_is_none_is_refused_at_the_start():
    with pytest.raises(ConfigError, match="UPSTANDER_DEADMAN_URL"):
        DeadMan("ftp://example", lambda: True)


def test_without_an_address_nothing_is_asked():
    assert not DeadMan("", lambda: True).tick()
