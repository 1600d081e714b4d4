"""Texts: a second gateway that takes over, what is asked of each without sending anything, a gateway that lies (issue 4)."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest

from tests.delivery.conftest import owe
from tests.delivery.test_health import no_memory  # noqa: F401 - nothing is known from another test
from upstander.config import Config, ConfigError
from upstander.delivery import health, lanes, queries, texting
from upstander.delivery.carriers import chosen_for_texts, made
from upstander.delivery.carriers.base import Carrier, CarrierError, took
from upstander.delivery.models import Attempt, Delivery
from upstander.delivery.reports import report
from upstander.delivery.texting import Text

TO = "+12175550123"


class Gateway:
    """`sendsms` and status of Kannel, or Twilio's API: on loopback, and as told. `answer`: a status, `hang` or `die` (the line
    is cut when the whole request is there)."""

    def __init__(self) -> None:
        self.answer: int | str = 0
        self.status = "Status: running\n    fake FAKE:10000 (online 12s, rcvd 0, sent 0)\n"
        self.account = '{"status": "active"}'
        self.texts: list[dict[str, str]] = []
        gateway, self._end = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                at = urlsplit(self.path)
                if at.path == "/status.txt":
                    self.say(200, gateway.status)
                elif at.path.startswith("/2010-04-01/"):
                    self.say(200 if gateway.answer == 0 else gateway.answer, gateway.account)
                else:
                    self.take(dict(parse_qsl(at.query)), 202)

            def do_POST(self) -> None:
                self.take(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())), 201)

            def take(self, text: dict[str, str], well: int) -> None:
                if gateway.answer == "hang":
                    gateway._end.wait(30)
                elif gateway.answer == "die":
                    gateway.texts.append(text)
                    self.connection.shutdown(socket.SHUT_RDWR)
                elif gateway.answer:
                    self.say(gateway.answer, "{}")
                elif "to" not in text and "To" not in text:
                    self.say(400, "Missing receiver number, rejected")
                else:
                    gateway.texts.append(text)
                    self.say(well, "{}")

            def say(self, status: int | str, words: str) -> None:
                self.send_response(int(status))
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words.encode())

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Refuse every line from now on."""
        self._end.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def first() -> Iterator[Gateway]:
    with Gateway() as gateway:
        yield gateway


@pytest.fixture
def second() -> Iterator[Gateway]:
    with Gateway() as gateway:
        yield gateway


def settings(first: Gateway, second: Gateway, sms2: str = "twilio", **more: object) -> Config:
    return Config(
        sms="kannel", sms_url=f"{first.url}/cgi-bin/sendsms", sms_user="app", sms_password="secret", sms_token="t" * 24,
        sms_number="+12175550100", sms_timeout=0.5, inbound_url="https://sms.example.gov", sms2=sms2, sms2_user="AC1",
        sms2_url=second.url if sms2 == "twilio" else f"{second.url}/cgi-bin/sendsms", sms2_password="auth", **more,
    )  # fmt: skip


def pair(config: Config) -> Carrier:
    return made(config, chosen_for_texts(config) or "")


def text() -> object:
    return texting.compose(Text(TO, "words"), uuid4(), "+12175550100")


@pytest.mark.django_db  # before a text leaves it is asked who has stopped
class TestASecondGateway:
    def test_while_the_first_is_well_the_second_gets_nothing(self, first, second):
        carrier = pair(settings(first, second))
        carrier.send(text())
        assert (carrier.name, took(carrier), len(first.texts), second.texts) == (
            "kannel+twilio2",
            "kannel",
            1,
            [],
        )

    @pytest.mark.parametrize("how", ["stopped", 403, 503])
    def test_a_text_that_was_certainly_not_taken_goes_by_the_second_from_its_own_number(
        self, first, second, how
    ):
        if how == "stopped":
            first.stop()
        else:
            first.answer = how
        carrier = pair(settings(first, second, sms2_number="+13125550100"))
        carrier.send(text())
        assert took(carrier) == "twilio2" and [t["From"] for t in second.texts] == ["+13125550100"]
        assert health.of("kannel").down

    @pytest.mark.parametrize("how", ["hang", "die", 500])
    def test_one_that_the_first_may_have_taken_does_not(self, first, second, how):
        first.answer = how
        carrier = pair(settings(first, second))
        with pytest.raises(CarrierError) as raised:
            carrier.send(text())
        assert not raised.value.permanent and not second.texts
        carrier.send(text())  # but the next one does, and is not held up
        assert took(carrier) == "twilio2" and len(second.texts) == 1

    def test_what_is_refused_for_good_is_refused_by_no_second(self, first, second):
        first.answer = 400
        with pytest.raises(CarrierError) as raised:
            pair(settings(first, second)).send(text())
        assert raised.value.permanent and not second.texts and not health.of("kannel").down

    def test_two_of_one_kind_each_with_its_own_settings(self, first, second):
        first.stop()
        carrier = pair(settings(first, second, "kannel", sms2_token="u" * 24))
        carrier.send(text())
        [taken] = second.texts
        assert (
            taken["username"] == "AC1"
            and "key=" + "u" * 24 in taken["dlr-url"]
            and taken["from"] == "+12175550100"
        )


class TestSettings:
    def test_what_the_second_lacks_is_named(self, first, second):
        with pytest.raises(ConfigError, match="UPSTANDER_SMS2_TOKEN"):
            lanes.texts(settings(first, second, "kannel"))
        lane = lanes.texts(settings(first, second))
        assert lane is not None and lane.carrier == "kannel+twilio2"

    def test_both_open_their_doors(self, first, second, monkeypatch):
        from upstander.inbound import doors, text_doors

        monkeypatch.setattr(doors, "DOORS", {})
        monkeypatch.setattr(text_doors, "config", lambda: settings(first, second))
        text_doors.open_doors()
        assert {"/sms/kannel", "/sms/twilio", "/sms/twilio/report"} <= set(doors.DOORS)
        assert text_doors._auth_tokens() == ["auth"]  # never Kannel's password


class TestProbes:
    def test_both_are_asked_and_nothing_is_sent(self, first, second):
        status = f"{first.url}/status.txt?password=foo"
        for carrier in health.probed(settings(first, second, sms_status_url=status), "kannel+twilio2"):
            carrier.probe()
        assert not first.texts and not second.texts

    def test_a_gateway_without_a_line_to_any_centre_is_found_out(self, first, second):
        first.status = "    fake FAKE:10000 (re-connecting, rcvd 0, sent 0)\n    two (dead, sent 1)\n"
        [kannel, _] = health.probed(
            settings(first, second, sms_status_url=f"{first.url}/status.txt"), "kannel+twilio2"
        )
        with pytest.raises(CarrierError, match="no-centre"):
            kannel.probe()

    def test_a_password_that_is_refused_and_an_account_that_is_suspended_too(self, first, second):
        first.answer, second.account = 403, '{"status": "suspended"}'
        [kannel, twilio] = health.probed(settings(first, second), "kannel+twilio2")
        with pytest.raises(CarrierError, match="kannel-403"):
            kannel.probe()
        with pytest.raises(CarrierError, match="account"):
            twilio.probe()


@pytest.mark.django_db
class TestAGatewayThatLies:
    """It accepts, and never says that anything arrived."""

    def sent(self, clock_, minutes: float, priority: int = 0) -> Delivery:
        [subject] = owe(priority=priority, channel="sms")
        Delivery.objects.filter(subject_id=subject).update(
            state="sent", carrier="kannel", sent_at=clock_() - timedelta(minutes=minutes)
        )
        return Delivery.objects.get(subject_id=subject)

    def test_a_critical_s_text_without_a_report_is_said_after_the_setting_s_minutes(self):
        from upstander.clock import now

        self.sent(now, 11, priority=3)
        self.sent(now, 5)
        assert queries.unreported() == {}
        text = self.sent(now, 11)
        assert queries.unreported() == {"kannel": 1}
        report(str(text.id), "kannel", "8", "system:router")  # the centre has it: the telephone has not
        assert queries.unreported() == {"kannel": 1}
        report(str(text.id), "kannel", "1", "system:router")  # late is better than never
        assert queries.unreported() == {}

    def test_nor_is_it_said_for_ever_or_where_the_provider_reports_nothing(self, monkeypatch):
        from upstander.clock import now

        self.sent(now, 90)
        assert queries.unreported() == {}
        self.sent(now, 11)
        monkeypatch.setattr(queries, "config", lambda: Config(sms_report_minutes=0))
        assert queries.unreported() == {}
        assert not Attempt.objects.exists()
