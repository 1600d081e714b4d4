"""A feed is fetched from a real server by https: bounded, never led elsewhere, never into a private network (S-mash)."""

import time
from collections.abc import Iterator

import pytest

from tests.exchange.samples import cap
from tests.support.configured import put
from tests.support.https import Asked, Https, Said
from upstander.config import config
from upstander.exchange import feeds
from upstander.exchange.feeds import Feed
from upstander.exchange.fetch import FeedLine
from upstander.exchange.fetching import Errand
from upstander.exchange.refusals import Refused
from upstander.ids import new_id

pytestmark = pytest.mark.req("S-mash")


@pytest.fixture
def server(tmp_path, monkeypatch) -> Iterator[Https]:
    answers = {
        "/storm.cap": Said(body=cap()),
        "/moved": Said(302, (("Location", "https://127.0.0.1/elsewhere"),)),
        "/gone": Said(404),
        "/large": Said(body=b" " * 3_000_000),
        "/silent": Said(None),
    }

    def answer(asked: Asked) -> Said:
        return answers[asked.path]

    with Https(tmp_path, answer) as running:
        put(monkeypatch, **running.settings)
        yield running


def test_what_a_server_publishes_is_fetched_and_read(server):
    data = FeedLine(config()).fetched(f"{server.url}/storm.cap")
    assert isinstance(data, bytes) and isinstance(feeds.read(data), Feed)
    (asked,) = server.seen
    assert asked.headers["user-agent"] == "Upstander" and "cookie" not in asked.headers


@pytest.mark.parametrize(
    ("path", "code"), [("/moved", "moved"), ("/gone", "answer"), ("/large", "too-large"), ("/silent", "line")]
)
def test_whatever_else_a_server_does_is_a_refusal_with_a_reason(server, path, code):
    found = FeedLine(config()).fetched(server.url + path)
    assert isinstance(found, Refused) and found.code == code and found.words
    assert all(one.path == path for one in server.seen)  # nobody was led elsewhere


def test_a_server_that_answers_by_drops_is_cut_when_the_time_is_over(server):
    begun = time.monotonic()
    found = FeedLine(config(), patience=0.3).fetched(f"{server.url}/silent")
    assert isinstance(found, Refused) and found.code in ("slow", "line")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "url",
    ["http://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "file:///etc/passwd", "https://a@b/"],
)
def test_no_feed_leads_into_our_own_network(url, monkeypatch):
    put(monkeypatch, outward_networks="", outward_timeout="1")
    found = FeedLine(config()).fetched(url)
    assert isinstance(found, Refused) and found.code == "address"


def test_the_workers_errand_brings_a_feed_and_touches_no_database(server):
    errand = Errand(new_id(), f"{server.url}/storm.cap", config())
    errand.start()
    errand.join(5)
    assert isinstance(errand.found, Feed)
