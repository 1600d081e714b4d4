"""kill -9 of the router in the middle of its work loses nothing and does nothing twice."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.db import connection

from tests.support.eventually import eventually
from upstander.inbound import services
from upstander.inbound.models import Arrival, Thread
from upstander.intake import queries as intake
from upstander.intake.models import Message, Tip

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, WORDS = 30, 4


def router(log: Path) -> subprocess.Popen[bytes]:
    """The process, as the supervisor starts it, on this test's database."""
    s = connection.settings_dict
    query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
    where = "" if query else f"{s['HOST']}:{s['PORT']}"
    dsn = f"postgresql://{quote(s['USER'])}:{quote(s['PASSWORD'])}@{where}/{s['NAME']}?{query}"
    with log.open("ab") as out:
        command = [sys.executable, "-m", "upstander", "run", "router"]
        return subprocess.Popen(command, env=os.environ | {"UPSTANDER_DSN": dsn}, stdout=out, stderr=out)


def routed() -> int:
    return Arrival.objects.exclude(state="new").count()


def test_it_loses_nothing_and_doubles_nothing(tmp_path: Path):
    for n in range(WORDS):
        for who in range(PEOPLE):
            fields = {"from": f"+1217555{who:04d}", "text": f"word {n} of {who}"}
            services.store("sms", "twilio", str(uuid4()), fields)
    for at_least in (10, 40, 80):
        process = router(tmp_path / "router.log")
        eventually(lambda at_least=at_least: routed() >= at_least, 60, 0.005)
        process.kill()
        process.wait()
    process = router(tmp_path / "router.log")
    eventually(lambda: routed() == PEOPLE * WORDS, 90)
    process.terminate()
    assert process.wait(20) == 0

    assert Tip.objects.count() == Thread.objects.count() == PEOPLE
    said = Counter(m.text for tip in Tip.objects.all() for m in intake.dialogue(tip.id) if m.sender == Message.From.REPORTER)
    assert said == Counter(f"word {n} of {who}" for n in range(WORDS) for who in range(PEOPLE))
    assert not Arrival.objects.filter(state="refused").exists()
    assert "+1217" not in (tmp_path / "router.log").read_text()
