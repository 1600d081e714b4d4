"""The real process: killed at any moment, told to stop, started twice."""

import random
import signal
from pathlib import Path

import pytest

from tests.audit.conftest import address, audit_command, sealer_process, sql, until, write
from upstander.audit.heads import LOCAL
from upstander.audit.models import Entry, Seal
from upstander.audit.verify import verify
from upstander.ops.models import Heartbeat

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


def everything_sealed() -> bool:
    sealed = [number for seal in Seal.objects.all() for number in seal.entries]
    return len(sealed) == Entry.objects.count()


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on_without_a_gap_and_without_a_double(tmp_path: Path) -> None:
    dice = random.Random(7)
    for _ in range(4):
        seals = Seal.objects.count()
        with sealer_process(tmp_path, address()):
            until(lambda: write(10) or Seal.objects.count() > seals)  # noqa: B023
            write(dice.randrange(400))
    with sealer_process(tmp_path, address()) as process:
        until(everything_sealed)
        until(lambda: verify([tmp_path / LOCAL]).exit_code == 0)
        until(lambda: Heartbeat.objects.filter(process="sealer", state__unsealed=0).exists())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    report = verify([tmp_path / LOCAL])
    assert (report.exit_code, report.entries, report.waiting) == (0, Entry.objects.count(), 0)
    assert Heartbeat.objects.get(process="sealer").state["unsealed"] == 0


def test_a_second_process_waits_says_so_and_takes_over(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with sealer_process(first, address()) as one:
        write(1)
        until(everything_sealed)
        with sealer_process(second, address()):
            until(lambda: "another_sealer_works" in (second / "sealer.log").read_text())
            write(1)
            until(everything_sealed)
            one.kill()
            write(1)
            until(everything_sealed)
            assert not (first / "sealer.log").read_text()
            until(lambda: verify([second / LOCAL]).exit_code == 0)


def test_a_lost_database_connection_is_taken_up_again(tmp_path: Path) -> None:
    with sealer_process(tmp_path, address()) as process:
        write(1)
        until(everything_sealed)
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'upstander-sealer'"
            " AND datname = current_database()")  # fmt: skip
        write(1)
        until(everything_sealed)
        assert process.poll() is None
        assert "audit.sealing_interrupted" in (tmp_path / "sealer.log").read_text()


def test_verification_from_the_command_line_is_clean_then_tells_what_was_done(tmp_path: Path) -> None:
    with sealer_process(tmp_path, address()):
        write(3)
        until(everything_sealed)
        until(lambda: audit_command(tmp_path, address(), "verify").returncode == 0)
    done = audit_command(tmp_path, address(), "verify")
    assert "3 entries in" in done.stdout
    assert "The record is as it was written." in done.stdout
    one = Entry.objects.first()
    sql("UPDATE audit_entry SET actor = 'account:99' WHERE id = %s", one.id)
    done = audit_command(tmp_path, address(), "verify")
    assert done.returncode == 1
    assert f"CHANGED: entry {one.id} of seal 1 was changed" in done.stdout
    assert "THE RECORD WAS TAMPERED WITH." in done.stdout
