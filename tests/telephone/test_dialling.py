"""A press at the desk rings two real telephones through the caller's own process, and what came of it is written down."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.support.eventually import eventually
from tests.support.ladder import CallerProcess
from tests.support.sip import SipTrunk
from tests.telephone.test_ladder import start
from upstander.audit.models import Entry
from upstander.delivery import bridging
from upstander.delivery.models import Bridge

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True), pytest.mark.req("D-IV.A.2")]
DESK, PSAP = "+12175550301", "+12175550302"


@pytest.fixture(scope="module")
def caller(
    line_to_the_world: SipTrunk,
    django_db_setup: None,
    django_db_blocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CallerProcess]:
    with django_db_blocker.unblock():
        process = start(line_to_the_world, tmp_path_factory.mktemp("caller") / "log", sip_bridges=2).started()
    yield process
    assert process.stop() == 0


@pytest.fixture
def ready(caller: CallerProcess, clock) -> Iterator[CallerProcess]:
    eventually(bridging.ready)
    yield caller
    connection.close()


def asked(*, needs_key: bool = False) -> UUID:
    return bridging.ask(uuid4(), 7, DESK, PSAP, needs_key=needs_key)


def over(id: UUID) -> Bridge:
    return eventually(lambda: Bridge.objects.filter(pk=id, state="over").first())


def test_a_person_is_put_through_and_the_length_is_written_down(ready: CallerProcess, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().presses("1").and_listens()
    trunk.phone(PSAP).expects_call().answers()
    id = asked(needs_key=True)
    eventually(lambda: Bridge.objects.get(pk=id).state == "talking")
    trunk.hangs_up(PSAP)
    row = over(id)
    assert (row.result, row.sealed_numbers) == ("answered", None) and row.seconds is not None
    assert Entry.objects.get(act="call.bridged").detail["result"] == "answered"
    assert "555" not in ready.log.read_text()


def test_hang_up_at_the_desk_ends_both(ready: CallerProcess, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().answers()
    trunk.phone(PSAP).expects_call().answers()
    id = asked()
    eventually(lambda: Bridge.objects.get(pk=id).state == "talking")
    bridging.hang_up(Bridge.objects.get(pk=id).subject_id, 7)
    assert over(id).result == "answered"
    assert trunk.phone(DESK).over().ended_by == trunk.phone(PSAP).over().ended_by == "them"


def test_kill_9_of_the_caller_ends_the_talk_and_the_next_one_says_so_and_rings_nobody(
    ready: CallerProcess, trunk: SipTrunk, tmp_path
):
    trunk.phone(DESK).expects_call().answers()
    trunk.phone(PSAP).expects_call().answers()
    ready.process.send_signal(19)  # the file's own takes nothing meanwhile
    try:
        first = start(trunk, tmp_path / "first", sip_bridges=2).started()
        id = asked()
        eventually(lambda: Bridge.objects.get(pk=id).state == "talking")
        first.kill()
        second = start(trunk, tmp_path / "second", sip_bridges=2).started()
        try:
            assert over(id).result == "agent_died"
        finally:
            assert second.stop() == 0
    finally:
        ready.process.send_signal(18)
    trunk.hangs_up(DESK)
    trunk.hangs_up(PSAP)
    assert len(trunk.phone(PSAP).calls) == 1
