"""A key that is pressed while the database is away is kept by the end-point, and counts when the database is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from tests.inbound.mailserver import put, running
from tests.support.eventually import eventually
from tests.support.twilio import signed
from upstander import clock as the_clock
from upstander.delivery.call_models import CallEvent
from upstander.inbound import call_doors, call_spool, doors
from upstander.inbound.endpoint import Endpoint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("D-IV.A.2")]
OURS, SID = "https://in.example.gov", "CA" + "7" * 32


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the house keeps them, which Twilio rings for."""
    put(monkeypatch, calls="twilio", calls_password="auth", inbound_url=OURS, data=tmp_path)
    return call_spool.folder()


@contextmanager
def away() -> Iterator[None]:
    """The database is."""

    def lost(*_: Any) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(lost):
        yield


def pressed(key: str = "1", call: object = None) -> bool:
    """Somebody presses a key; whether Twilio is told that it is kept."""
    form = {"CallSid": SID, "Digits": key, "CallStatus": "in-progress"}
    arriving = call_doors.key(signed(OURS, "/call/twilio/key", form, "auth", query=f"ref={call or uuid4()}"))
    assert arriving.keep is not None
    return arriving.keep()


def test_with_a_database_nothing_is_on_disk(folder: Path):
    assert pressed() and CallEvent.objects.get().value == "1" and not call_spool.waiting(folder)


def test_without_one_the_key_is_on_disk_and_handed_on_when_it_is_back(folder: Path, clock):
    call = uuid4()
    with away():
        assert pressed("1", call) and pressed("2")
    [first, second] = call_spool.waiting(folder)
    assert first.stat().st_mode & 0o777 == 0o600 and first.parent.stat().st_mode & 0o777 == 0o700
    at = the_clock.now()
    clock(90)
    (folder / "0.json").write_text("{")  # what nobody can read stands in nobody's way
    with running(call_spool.serve, Endpoint().store):
        eventually(lambda: not call_spool.waiting(folder))
    kept = list(CallEvent.objects.order_by("id"))
    assert [(one.kind, one.sid, one.value) for one in kept] == [("key", SID, "1"), ("key", SID, "2")]
    assert kept[0].delivery_id == call and kept[0].at <= at, "it says when it was pressed"


def test_what_cannot_be_kept_anywhere_is_not_said_to_be(folder: Path):
    folder.parent.mkdir()
    folder.write_text("no folder")
    with away(), pytest.raises(OSError):
        pressed()


def test_whoever_signs_as_twilio_does_fills_no_disk(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(call_spool, "MOST", 1)
    with away():
        assert pressed()
        with pytest.raises(OperationalError):
            pressed()


def test_what_waits_is_handed_on_also_where_calls_went_over_to_a_trunk(monkeypatch: pytest.MonkeyPatch):
    put(monkeypatch, calls="sip")
    monkeypatch.setattr(doors, "SERVERS", [])
    monkeypatch.setattr(doors, "DOORS", {})
    call_doors.open_doors()
    assert doors.SERVERS == [call_spool.serve] and not doors.DOORS
