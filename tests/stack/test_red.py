"""Whatever falls silent, the desk turns red within 15 seconds of the product's clock, in words; and calm again afterwards."""

import http.client
import re
from collections.abc import Iterator

import pytest

from tests.stack.harness import until
from tests.stack.troubled import PATIENCE, Troubled
from tests.support.browser import chromium
from upstander.delivery.queries import CRITICAL_MAY_WAIT
from upstander.desk.board import CARRIER, SILENT
from upstander.ops import pulse

PROMISE = 15.0  # seconds (issue 2, "Faults"; decisions 14)
ANSWERED = 2.0  # seconds in which the desk's bar has its answer (docs/decisions/0086)
WAITS = str(CARRIER["critical_waiting"]).split("%")[0]
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _calm_before_and_after(troubled: Troubled) -> Iterator[None]:
    troubled.calm()
    yield
    troubled.calm()


def _only(troubled: Troubled, part: str) -> bool:
    """Whether this part is red and no other; where the relay stands, a mail that time made due may wait, which is said too."""
    allowed = {str(SILENT[part])} | ({WAITS} if part == "relay" else set())
    return str(SILENT[part]) in (found := troubled.faults()) and set(found) <= allowed


def test_a_healthy_house_is_calm(troubled: Troubled):
    assert troubled.faults() == []


@pytest.mark.parametrize("part", ["worker", "relay", "sealer", "events", "custody"])
def test_a_part_that_stands_still_is_red_at_the_desk(troubled: Troubled, part: str):
    with troubled.frozen(part):
        troubled.pass_time(PROMISE)
        until(lambda: _only(troubled, part), PATIENCE, f"only {part} is red")


@pytest.mark.parametrize("part", ["public", "school"])
def test_pages_that_answer_nobody_are_red_at_the_desk(troubled: Troubled, part: str):
    with troubled.frozen(part):
        troubled.pass_time(PROMISE)
        until(lambda: troubled.faults() == [str(SILENT[part])], PATIENCE, f"only {part} is red")


@pytest.mark.parametrize("part", ["relay", "events", "worker", "sealer", "custody"])
def test_a_half_open_line_to_the_database_is_red_at_the_desk(troubled: Troubled, part: str):
    with troubled.half_open(part):
        troubled.pass_time(PROMISE)
        until(lambda: _only(troubled, part), PATIENCE, f"only {part} is red")


@pytest.mark.parametrize("part", ["relay", "events", "worker", "sealer", "custody", "public", "school"])
def test_a_part_whose_lines_stand_still_finds_new_ones_by_itself(troubled: Troubled, part: str):
    """The database never answers again on the lines that were open: mail, the live page, search, the record, the pages go on
    over others."""
    with troubled.half_open(part):
        troubled.pass_time(PROMISE)
        until(lambda: str(SILENT[part]) in troubled.faults(), PATIENCE, f"{part} is red")
        troubled.calm()
        if part == "relay":
            troubled.all_sent(troubled.critical())


def test_it_is_red_at_once_when_the_time_is_over(troubled: Troubled):
    """The first look after the silence shows it; and the open page looks so often that it is red within the promise."""
    every = re.search(r'id="bar"[^>]* hx-trigger="every (\d+)s', troubled.desk.open("/").html)
    assert every and max(pulse.LIMIT, CRITICAL_MAY_WAIT.total_seconds()) + int(every[1]) + ANSWERED <= PROMISE
    with troubled.frozen("worker"):
        troubled.pass_time(pulse.LIMIT)
        assert str(SILENT["worker"]) in troubled.faults()


def test_a_live_line_that_is_blind_sends_no_heartbeat(troubled: Troubled):
    """The events process lives, and the database has gone dead under it: a page must not be told that all is well."""
    page = troubled.desk.open("/")
    live = re.search(r'data-live-url="([^"]+)"', page.html)
    assert live
    until(
        lambda: _first_word(troubled, live[1]).startswith(b"event: heartbeat"),
        PATIENCE,
        "a heartbeat at once",
    )
    with troubled.half_open("events"):
        until(lambda: _first_word(troubled, live[1]).startswith(b": waiting"), PROMISE, "no heartbeat")


def _first_word(troubled: Troubled, path: str) -> bytes:
    """What a page hears first on a new live line."""
    line = http.client.HTTPConnection("127.0.0.1", troubled.stack.port + 1, timeout=10)
    try:
        cookies = "; ".join(f"{name}={value}" for name, value in troubled.desk.cookies.items())
        line.request("GET", path, headers={"Cookie": cookies})
        return line.getresponse().readline()
    finally:
        line.close()


def test_a_critical_that_waits_for_a_dead_mail_server_is_red(troubled: Troubled):
    troubled.mail.stop()
    try:
        number = troubled.critical()
        troubled.pass_time(PROMISE + 1)
        red = {str(words).split("%")[0] for words in CARRIER.values()}
        until(lambda: red & set(troubled.faults()), PATIENCE, "the carrier is red")
    finally:
        troubled.mail.start()
    troubled.all_sent(number)


@pytest.mark.browser
def test_the_open_page_turns_red_by_itself_and_calm_again(troubled: Troubled):
    with chromium() as browser:
        context = browser.new_context()
        context.add_cookies(
            [{"name": n, "value": v, "url": troubled.stack.desk} for n, v in troubled.desk.cookies.items()]
        )
        page = context.new_page()
        page.goto(f"{troubled.stack.desk}/")
        lost = page.locator("[data-live-lost]")
        assert not lost.is_visible()
        with troubled.frozen("events"):
            lost.wait_for(state="visible", timeout=PATIENCE * 1000)
            assert page.locator("body.is-silent").count() == 1
            page.locator("#bar summary").get_by_text(str(SILENT["events"])).wait_for(timeout=PATIENCE * 1000)
        lost.wait_for(state="hidden", timeout=PATIENCE * 1000)
        page.locator("#bar-well").wait_for(timeout=PATIENCE * 1000)
