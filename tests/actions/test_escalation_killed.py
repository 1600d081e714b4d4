"""A worker that is killed while it takes steps: after the next one nobody is forgotten, and nobody is told twice."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from tests.actions.conftest import mails_leave
from tests.actions.test_judging import critical
from tests.support.eventually import eventually
from tests.support.people import holding, with_own_telephones
from upstander import clock as the_clock
from upstander.actions.escalation_facts import asked, silent
from upstander.actions.models import EscalationStep
from upstander.delivery.models import Delivery
from upstander.packs.current import current
from upstander.people.models import Account
from upstander.protocol.escalation import next_steps

pytestmark = pytest.mark.django_db(transaction=True)
TIPS, KILLS = 12, 4


@pytest.fixture
def worker() -> Iterator[Callable[[], subprocess.Popen]]:
    """`worker()` starts one; all are gone at the end."""
    s = connection.settings_dict
    query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
    place = "" if query else f"{s['HOST']}:{s['PORT']}"
    user = f"{quote(s['USER'])}:{quote(s['PASSWORD'])}"
    environment = os.environ | {"UPSTANDER_DSN": f"postgresql://{user}@{place}/{s['NAME']}?{query}"}
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        made = subprocess.Popen([sys.executable, "-m", "tests.support.escalating"], env=environment, stdout=subprocess.PIPE)
        started.append(made)
        assert made.stdout.readline() == b"begun\n"
        return made

    yield start
    for one in started:
        one.kill()
        one.wait()
        one.stdout.close()


def due() -> int:
    """How many steps wait to be taken."""
    now = the_clock.now()
    found = asked(current(), silent(now), now)
    return sum(len(next_steps(current(), one.facts, now - one.asked_since)) for one in found)


def test_killed_again_and_again_it_forgets_nobody_and_tells_nobody_twice(town, call_taker, new_tip, worker, clock):
    with_own_telephones(town)
    holding(Account.objects.create_user("ana@desk.example", name="Ana"), "supervisor")
    for _n in range(TIPS):
        critical(new_tip(town.school.pk), call_taker)
    mails_leave()
    killed_in_the_middle = 0
    for minutes in (6, 11, 21, 31)[:KILLS]:
        clock(minutes * 60)
        before, wait = EscalationStep.objects.count(), due()
        running = worker()
        eventually(lambda before=before: EscalationStep.objects.count() > before)
        running.kill()
        running.wait()
        killed_in_the_middle += 0 < due() < wait
        worker()
        eventually(lambda: due() == 0)
    assert killed_in_the_middle, "no kill came between two steps: this run says nothing"

    rows = list(EscalationStep.objects.filter(purpose="escalation"))
    own = {row.id for row in rows if row.subject_id == row.id}
    owed = Delivery.objects.filter(purpose="escalation").values_list("subject_id", flat=True)
    assert sorted(owed) == sorted(own), "a step and its message are one: neither without the other"
    assert {row.subject_id for row in rows} == own, "who was told for somebody else was told"
    told = {(r.notice.referral.tip_id, r.step, r.round, r.target_id) for r in rows if r.id in own and r.target_kind == "account"}
    assert len(told) == sum(r.id in own and r.target_kind == "account" for r in rows) == TIPS * 3, "each round once a tip"
