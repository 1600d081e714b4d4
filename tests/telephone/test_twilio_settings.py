"""What `upstander doctor` finds of calls through Twilio: it asks the account itself, and our own door."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.support.twilio_calls import TwilioCalls
from upstander.config import Config, ConfigError
from upstander.delivery.caller.checks import checks
from upstander.delivery.caller.settings import dialling

pytestmark = pytest.mark.req("D-IV.A.2")
TOKEN = "t0ken"


class Door(BaseHTTPRequestHandler):
    """Our own end-point, as a stranger meets it."""

    def do_POST(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioCalls]:
    with TwilioCalls(TOKEN) as api:
        yield api


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def made(twilio: TwilioCalls, ours: str, **more: Any) -> Config:
    given = {
        "calls": "twilio", "calls_user": twilio.SID, "calls_password": TOKEN, "calls_number": "217-555-0100",
        "calls_url": twilio.url, "inbound_url": ours, "calls_timeout": 2.0,
    }  # fmt: skip
    return Config(**(given | more))


def found(config: Config, *languages: str) -> dict[str, str]:
    return {words: grade for grade, words in checks(config, languages or ("en", "es"))}


def test_a_whole_setting_is_an_account_with_its_number(twilio: TwilioCalls, ours: str):
    how = dialling(made(twilio, ours))
    account = how.accounts["twilio_calls"]
    assert how.mode == "twilio" and not how.trunks and (account.number, account.ours) == ("+12175550100", ours)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"calls_password": ""}, "UPSTANDER_CALLS_PASSWORD"),
        ({"inbound_url": ""}, "UPSTANDER_INBOUND_URL"),
        ({"calls_user": "AC12"}, "UPSTANDER_CALLS_USER"),
        ({"calls_number": "911"}, "UPSTANDER_CALLS_NUMBER"),
    ],
)
def test_what_is_wrong_is_said_by_its_name(twilio: TwilioCalls, ours: str, wrong: dict[str, str], says: str):
    with pytest.raises(ConfigError, match=says):
        dialling(made(twilio, ours, **wrong))
    assert list(found(made(twilio, ours, **wrong)).values()) == ["fail"]


def test_doctor_asks_the_account_the_number_the_voices_and_our_own_door(twilio: TwilioCalls, ours: str):
    said = found(made(twilio, ours))
    assert said["the account at Twilio is active"] == "ok" and "fail" not in said.values()
    assert said[f"our own door {ours}/call/twilio/key answers"] == "ok"
    assert any("is not https" in words for words, grade in said.items() if grade == "warn")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"calls_password": "another"}, "knows no such account"),
        ({"calls_number": "+12175550999"}, "no number of the account"),
        ({"calls_url": "http://127.0.0.1:9"}, "does not answer"),
    ],
)
def test_doctor_says_what_twilio_says_against_it(twilio: TwilioCalls, ours: str, wrong: dict[str, str], says: str):
    said = found(made(twilio, ours, **wrong))
    assert any(says in words for words, grade in said.items() if grade == "fail"), said


def test_a_language_without_a_voice_and_a_suspended_account_are_named(twilio: TwilioCalls, ours: str):
    twilio.account_status = "suspended"
    said = found(made(twilio, ours), "en", "et")
    twilio.account_status = "active"
    assert said["Twilio has no voice for: et"] == said["the account at Twilio is suspended"] == "fail"
