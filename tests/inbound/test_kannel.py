"""Texts through a real Kannel, in and out; and the end-point as the process that it is."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.db import connection

from tests.support import kannel
from tests.support.eventually import eventually
from tests.support.kannel import Kannel
from tests.support.phone import Phone
from upstander.config import Config
from upstander.delivery import texting
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.kannel import KannelCarrier
from upstander.delivery.models import Attempt, Delivery
from upstander.inbound import answers, prompts
from upstander.inbound.models import Arrival
from upstander.inbound.routing import route_next
from upstander.intake import queries as intake
from upstander.intake.models import Message, Tip
from upstander.intake.services import say

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(kannel.MISSING), reason=kannel.MISSING),
    pytest.mark.xdist_group("kannel"),
]
KID, OURS = "+12175550123", "+12175550100"
RENDER = {"prompt": prompts.render, "answer": answers.render}


class EndPoint:
    """The process `inbound`, as the supervisor starts it."""

    def __init__(self, folder: Path) -> None:
        self.port = kannel._free_port()
        s = connection.settings_dict
        query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
        where = "" if query else f"{s['HOST']}:{s['PORT']}"
        self._env = os.environ | {
            "UPSTANDER_DSN": f"postgresql://{quote(s['USER'])}:{quote(s['PASSWORD'])}@{where}/{s['NAME']}?{query}",
            "UPSTANDER_INBOUND_PORT": str(self.port),
            "UPSTANDER_SMS": "kannel",
            "UPSTANDER_SMS_TOKEN": kannel.TOKEN,
        }
        self._log = folder / "inbound.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "upstander", "run", "inbound"]
            self._process = subprocess.Popen(command, env=self._env, stdout=log, stderr=log, start_new_session=True)
        eventually(lambda: kannel._answers(self.port), 30)

    def stop(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def said(self) -> str:
        return self._log.read_text()


@pytest.fixture(scope="module")
def end_point(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndPoint]:
    made = EndPoint(tmp_path_factory.mktemp("inbound"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def gateway(end_point: EndPoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    with Kannel(tmp_path_factory.mktemp("kannel"), end_point.url) as running:
        yield running


@pytest.fixture
def at_work(end_point: EndPoint, transactional_db: None) -> Iterator[EndPoint]:
    """The end-point runs. (Between tests it does not: a test's database is emptied then.)"""
    end_point.start()
    yield end_point
    end_point.stop()


def carrier(gateway: Kannel, end_point: EndPoint) -> KannelCarrier:
    set_to = {"url": gateway.send_url, "user": kannel.USER, "password": kannel.PASSWORD, "token": kannel.TOKEN}
    return KannelCarrier(Config(inbound_url=end_point.url, **{f"sms_{n}": v for n, v in set_to.items()}))  # type: ignore[arg-type]


@pytest.fixture
def phone(gateway: Kannel, at_work: EndPoint) -> Iterator[Phone]:
    """A reporter's telephone; its texts are routed, and ours leave, while it waits."""
    out = carrier(gateway, at_work)

    def work() -> None:
        while route_next():
            pass
        for one in Delivery.objects.filter(channel="sms", state="pending").order_by("id"):
            if (text := RENDER[one.purpose](one.subject_id)) is not None:
                out.send(texting.compose(text, one.id, OURS))
            Delivery.objects.filter(id=one.id).update(state="sent", sent_at=one.created_at, carrier="kannel")

    mine = Phone(gateway, f"+1217555{len(gateway.arrived):04d}", work)
    yield mine
    mine.expects_nothing_else()


def test_a_text_becomes_a_tip_is_answered_and_so_is_the_desk_and_stop_ends_it(phone: Phone, at_work: EndPoint):
    phone.texts("There is a knife in locker 12").expects_text("988")
    tip = Tip.objects.get()
    say(tip.id, Message.From.DESK, "¿Dónde está él? ¡Cuídate!")
    phone.expects_text("¿Dónde está él? ¡Cuídate!").replies("in room 5 😟")
    eventually(lambda: (phone.work() or [s.text for s in intake.dialogue(tip.id)][-1]) == "in room 5 😟")
    phone.replies("STOP").expects_text("START")
    say(tip.id, Message.From.DESK, "Are you there?")
    phone.expects_nothing_else()
    assert phone.number[1:] not in at_work.said() and "knife" not in at_work.said()


def test_each_report_is_written_down_and_the_text_has_arrived(phone: Phone):
    phone.texts("words").expects_text("911")
    sent = Delivery.objects.get()
    eventually(lambda: phone.work() or Attempt.objects.filter(delivery=sent, result="delivered").exists())
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_words_beyond_the_small_alphabet_and_long_ones_arrive_whole(gateway: Kannel, at_work: EndPoint):
    out = carrier(gateway, at_work)
    said = {"+12175551001": "[€] plain", "+12175551002": "знает 😟", "+12175551003": "a" * 300, "+12175551004": "Ж" * 100}
    for to, words in said.items():
        out.send(texting.compose(texting.Text(to, words), uuid4(), OURS))

    def whole(to: str) -> str:
        return "".join(one.words for one in gateway.arrived if one.receiver == to)

    for to, words in said.items():
        eventually(lambda to=to, words=words: whole(to) == words, 20)


def test_a_long_text_whose_parts_come_in_any_order_is_one(gateway: Kannel, phone: Phone):
    gateway.bring_parts(phone.number, OURS, ["first ", "second ", "third"])
    phone.expects_text("911")
    assert intake.dialogue(Tip.objects.get().id)[0].text == "first second third"


def test_what_comes_while_the_end_point_is_away_is_brought_when_it_is_back(gateway: Kannel, phone: Phone, at_work: EndPoint):
    at_work.stop()
    phone.texts("while you were away")
    at_work.start()
    phone.expects_text("911")
    assert intake.dialogue(Tip.objects.get().id)[0].text == "while you were away"


def test_it_is_asked_whether_it_is_there_without_a_text(gateway: Kannel, at_work: EndPoint):
    asked = carrier(gateway, at_work)
    asked._config = asked._config.model_copy(update={"sms_status_url": gateway.status_url})
    before = len(gateway.arrived)
    asked.probe()
    asked._config = asked._config.model_copy(update={"sms_password": "another"})
    with pytest.raises(CarrierError, match="kannel-403"):
        asked.probe()
    assert len(gateway.arrived) == before


def test_what_the_gateway_refuses_is_told_apart(gateway: Kannel, at_work: EndPoint):
    wrong = carrier(gateway, at_work)
    wrong._config = wrong._config.model_copy(update={"sms_password": "another"})
    with pytest.raises(CarrierError, match="kannel-403") as refused:
        wrong.send(texting.compose(texting.Text(KID, "words"), uuid4(), OURS))
    assert not refused.value.permanent
    away = KannelCarrier(Config(sms_url="http://127.0.0.1:9/cgi-bin/sendsms"))
    with pytest.raises(CarrierError, match="refused"):
        away.send(texting.compose(texting.Text(KID, "words"), uuid4(), OURS))


def test_nobody_without_the_token_brings_anything(at_work: EndPoint):
    for path in ("/sms/kannel?id=1&from=2", "/sms/kannel?id=1&from=2&key=wrong", "/sms/twilio"):
        line = http.client.HTTPConnection("127.0.0.1", at_work.port, timeout=10)
        line.request("POST", path, b"words")
        assert line.getresponse().status in (403, 404)
        line.close()
    assert not Arrival.objects.exists()
