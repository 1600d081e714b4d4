"""Logs say what happened where; never what anybody wrote, and never who asked."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from upstander.ops import logs


def line(record: logging.LogRecord) -> dict[str, object]:
    return dict(json.loads(logs.ContentFree().format(record)))


def test_what_was_filled_into_a_message_is_not_written():
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Bad thing: %s", ("canary",), None)
    assert line(record)["event"] == "Bad thing: %s"
    assert "canary" not in json.dumps(line(record))


def test_an_exceptions_message_is_not_written_but_its_kind_and_place_are():
    try:
        raise ValueError("canary")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    written = line(record)
    assert written["error"] == "ValueError"
    assert "test_logs.py" in str(written["frames"])
    assert "canary" not in json.dumps(written)


def test_codes_and_numbers_of_our_own_events_are_written(caplog: pytest.LogCaptureFixture):
    logger = logging.getLogger("upstander.test")
    with caplog.at_level(logging.INFO, "upstander.test"):
        logs.event(logger, logging.INFO, "relay.sent", delivery=7)
    assert line(caplog.records[0])["delivery"] == 7


def test_a_process_that_ends_by_an_exception_does_not_write_its_message():
    code = """
import threading
from upstander.ops import logs
logs.configure()
logs.uncaught_too()
def fail():
    raise ValueError("canary")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert [json.loads(said)["error"] for said in done.stderr.splitlines()] == ["ValueError", "ValueError"]
    assert "canary" not in done.stderr


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "LOG_SIZE", 10)
    path = tmp_path / "logs" / "relay.log"
    path.parent.mkdir()
    path.touch(mode=0o644)  # as an earlier version made it
    path.parent.chmod(0o755)
    assert logs.log_file(path).stat().st_mode & 0o077 == 0
    path.write_text("more than ten bytes")
    logs.log_file(path)
    assert path.read_text() == ""
    assert (tmp_path / "logs" / "relay.log.1").read_text() == "more than ten bytes"


@pytest.mark.parametrize("name", ["django.security.DisallowedHost", "asyncio"])
def test_libraries_that_write_values_into_the_message_are_not_quoted(name: str):
    """Django logs the refused host, asyncio the lost task with its exception: both as text that is filled in already."""
    record = logging.LogRecord(
        name, logging.ERROR, "x.py", 1, "Invalid HTTP_HOST header: 'LANTERN'", (), None
    )
    line = json.loads(logs.ContentFree().format(record))
    assert line["logger"] == name and "LANTERN" not in str(line)
