"""Logs say what happened where; never what anybody wrote, and never who asked."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

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


def of_request(status: int, level: int, view: str | None) -> logging.LogRecord:
    """What Django logs of a request that was refused or failed."""
    record = logging.LogRecord("django.request", level, "", 0, "%s: %s", ("Refused", "/tip/LANTERN/"), None)
    record.status_code = status
    record.request = RequestFactory().get("/tip/LANTERN/?who=LANTERN")
    if view:
        record.request.resolver_match = ResolverMatch(lambda: None, (), {"number": "LANTERN"}, url_name=view)
    return record


def test_a_refused_form_is_logged_by_its_status_and_its_view_and_is_nothing_amiss():
    written = line(of_request(422, logging.WARNING, "desk_judge"))
    assert (written["level"], written["status"], written["view"]) == ("info", 422, "desk_judge")
    assert "LANTERN" not in str(written)


def test_an_address_that_leads_nowhere_has_no_view_and_is_not_quoted():
    written = line(of_request(404, logging.WARNING, None))
    assert (written["level"], written["status"]) == ("info", 404)
    assert "view" not in written and "LANTERN" not in str(written)


def test_a_view_that_fails_stays_an_error_and_is_named():
    written = line(of_request(500, logging.ERROR, "desk_judge"))
    assert (written["level"], written["status"], written["view"]) == ("error", 500, "desk_judge")


@pytest.mark.urls("tests.ops.desk_urls")
def test_what_the_house_says_of_its_own_refusals_is_written_so(settings, caplog: pytest.LogCaptureFixture):
    """Through Django itself: the record is as it makes them."""
    settings.MIDDLEWARE = []
    with caplog.at_level(logging.WARNING, "django.request"):
        Client().get("/LANTERN/")
    (written,) = [line(record) for record in caplog.records if record.name == "django.request"]
    assert (written["level"], written["status"]) == ("info", 404) and "LANTERN" not in str(written)
