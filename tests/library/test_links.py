"""The look at addresses: what a real server answers by https, where no line goes, when it comes again, who is shown what."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.conftest import as_login  # noqa: F401
from tests.support.configured import put
from tests.support.https import Asked, Https, Said
from upstander import clock as the_clock
from upstander.config import config
from upstander.library import checking, links
from upstander.library.checking import LinkLine
from upstander.library.models import Link
from upstander.packs.current import current

AT = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def server(tmp_path, monkeypatch) -> Iterator[Https]:
    answers = {
        "/page": Said(body=b"<html>"),
        "/same": Said(301, (("Location", "/page"),)),
        "/round": Said(302, (("Location", "/round"),)),
        "/elsewhere": Said(302, (("Location", "https://127.0.0.1/private"),)),
        "/down": Said(301, (("Location", "http://localhost/page"),)),
        "/nowhere": Said(301),
        "/gone": Said(404),
        "/closed": Said(403),
        "/error": Said(500),
        "/silent": Said(None),
    }

    def answer(asked: Asked) -> Said:
        return answers[asked.path]

    with Https(tmp_path, answer) as running:
        put(monkeypatch, **running.settings)
        yield running


@pytest.mark.req("R-library")
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/page", "ok"), ("/same", "ok"), ("/round", "moved"), ("/elsewhere", "moved"), ("/down", "moved"),
        ("/nowhere", "moved"), ("/gone", "gone"), ("/closed", "closed"), ("/error", "failed"), ("/silent", "failed"),
    ],
)  # fmt: skip
def test_what_a_site_answers_is_judged_and_nobody_is_led_elsewhere(server, path, found):
    assert LinkLine(config()).looked(server.url + path).found == found
    assert {one.path for one in server.seen} <= {path, "/page"}
    assert all("cookie" not in one.headers for one in server.seen)


@pytest.mark.parametrize("address", ["http://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "file:///x", "x", ""])
def test_no_look_goes_into_our_own_network(address, monkeypatch):
    put(monkeypatch, outward_networks="", outward_timeout="1")
    assert LinkLine(config()).looked(address).found == "forbidden"


def test_nobody_looks_before_it_is_asked_for_nor_from_a_practice_system(monkeypatch):
    put(monkeypatch, link_check_days=0, mode="production")
    assert not checking.goes_out(config())
    put(monkeypatch, link_check_days=7, mode="sandbox", outward_networks="")
    assert not checking.goes_out(config())
    put(monkeypatch, link_check_days=7, mode="production")
    assert checking.goes_out(config())


@given(st.sampled_from(links.FOUND), st.integers(0, 9))
def test_what_fails_is_looked_at_tomorrow_until_it_counts_as_broken(found, failures):
    again = links.due_at(found, failures, AT, WEEK) - AT
    assert again == (timedelta(days=1) if found == "failed" and failures < links.FAILURES else WEEK)
    assert links.broken(found, failures) is (found in ("moved", "gone", "forbidden") or (found == "failed" and failures >= 3))


@pytest.mark.django_db
@pytest.mark.illinois
def test_the_workers_looks_go_round_every_address_under_its_own_login(as_login, monkeypatch):  # noqa: F811
    addresses = {r.address for r in current().library.resources if r.address}
    as_login("worker")
    seen = []
    while address := checking.due(WEEK):
        seen.append(address)
        checking.write(address, links.Look("failed" if len(seen) == 1 else "ok", 500 if len(seen) == 1 else 200))
    assert set(seen) == addresses and len(seen) == len(addresses), "each once"
    for n in (2, 3):
        assert checking.write(seen[0], links.Look("failed")).failures == n
    assert checking.write(seen[0], links.judged(200)).failures == 0


@pytest.mark.django_db
@pytest.mark.illinois
def test_the_chore_looks_beside_the_workers_other_work(server, monkeypatch):
    errand = checking.Errand(f"{server.url}/gone", config())
    checking._under_way.append(errand)
    errand.start()
    errand.join(10)
    assert checking.turn() is False
    assert Link.objects.get().found == "gone" and not checking._under_way


@pytest.mark.req("R-library")
@pytest.mark.django_db
@pytest.mark.illinois
def test_readers_see_when_an_address_was_last_looked_at_and_that_it_may_be_broken(web, as_login):  # noqa: F811
    one = next(r for r in current().library.resources if r.address)
    assert b"Last checked:" not in web.get("/resources/").content
    Link.objects.create(address=one.address, at=the_clock.now(), found="gone", status=404)
    as_login("public")
    html = web.get("/resources/").content.decode()
    assert html.count("Last checked:") == html.count("This address may no longer lead there") >= 1
    assert "Last checked:" in web.get("/resources/embed/").content.decode()
