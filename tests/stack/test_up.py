"""`upstander up`: starts from nothing, finds everything again, survives kills, and leaves nothing behind."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.stack.harness import ROOT, Stack, environ_of, until
from upstander.ops import processes
from upstander.ops.pg import Embedded

PARTS = (*processes.ALL, "postgres")
RUNNING = (*processes.ALL, processes.NETWORK)


@pytest.fixture
def own() -> Iterator[Stack]:
    """A house that the test may break; not started yet."""
    house = Stack()
    yield house
    house.end()


def send_tip(house: Stack, text: str) -> str:
    """Send a tip by the app's door; its receipt."""
    body = json.dumps({"text": text, "school_text": "Prairie View"}).encode()
    key = secrets.token_hex(16)
    status, answer = house.ask(
        "public", "POST", "/api/v1/tips", body, Content_Type="application/json", Idempotency_Key=key
    )
    assert status == 201, answer
    return str(json.loads(answer)["receipt"])


def read_back(house: Stack, receipt: str) -> bytes:
    """What a returning reporter sees."""
    status, answer = house.get("public", "/api/v1/dialogue", Authorization=f"Receipt {receipt}")
    assert status == 200, answer
    return answer


def up(**env: str) -> subprocess.CompletedProcess[str]:
    """`upstander up` that is expected to refuse at once."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("UPSTANDER_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "upstander", "up"],
        env=clean | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_origin_is_ready_and_says_who_it_is(stack: Stack):
    assert processes.NETWORK in stack.web()
    for process in stack.web():
        assert stack.get(process, "/readyz")[0] == 200
        assert json.loads(stack.get(process, "/healthz")[1])["process"] == process


def test_it_says_where_to_go_and_as_whom(stack: Stack):
    said = stack.said()
    for address in (stack.port, stack.port + 1, stack.port + 2, stack.port + 4):
        assert f"http://localhost:{address}/" in said
    assert "Sandbox: nothing leaves this machine" in said
    assert all(row["email"] in said for row in stack.sign_ins())


def test_every_process_shows_that_it_works(stack: Stack):
    with psycopg.connect(stack.dsn("desk"), autocommit=True) as connection:
        query = "SELECT process FROM ops_heartbeat WHERE beat_at > now() - interval '10 s'"
        until(
            lambda: {row[0] for row in connection.execute(query)} >= set(RUNNING),
            what=f"all beat; {stack.complaints()}",
        )


def test_no_process_can_speak_for_another(stack: Stack):
    with psycopg.connect(stack.dsn("public"), autocommit=True) as connection:
        moved = connection.execute("UPDATE ops_heartbeat SET beat_at = now() WHERE process = 'relay'")
        assert moved.rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO ops_heartbeat VALUES ('nobody', now(), now(), '{}')")


@pytest.mark.parametrize("process", RUNNING)
def test_a_process_holds_its_own_secrets_only(stack: Stack, process: str):
    passwords = json.loads((stack.data / "keys" / "db.json").read_text())
    passwords |= json.loads((stack.data / "pg" / "passwords.json").read_text())
    pids = until(lambda: stack.pids(process), what=f"{process} runs")
    for pid in pids:
        environment = environ_of(pid).decode()
        assert passwords.pop(process, passwords.get(process, "")) in environment or pid != pids[0]
        assert not [
            login for login, password in passwords.items() if login != process and password in environment
        ]
        assert "DATABASE_URL" not in environment
        assert f"UPSTANDER_KEYS={stack.data}/keys/{process}.json" in environment


@pytest.mark.parametrize("process", RUNNING)
def test_no_process_is_the_owner_of_the_tables_or_a_superuser(stack: Stack, process: str):
    with psycopg.connect(stack.dsn(process)) as connection:
        owner = connection.execute(
            "SELECT tableowner FROM pg_tables WHERE tablename = 'ops_heartbeat'"
        ).fetchone()
        assert owner == ("upstander_owner",)
        assert connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (False,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER TABLE ops_heartbeat DISABLE ROW LEVEL SECURITY")


@pytest.mark.req("S-levels")
def test_the_networks_login_plays_levels_and_has_none_by_itself(stack: Stack):
    with psycopg.connect(stack.dsn("network")) as connection:
        assert connection.execute("SELECT network_level()").fetchone() == (-1,)
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL ROLE upstander_network_les")
            assert connection.execute("SELECT network_level()").fetchone() == (2,)
        desk = "SELECT pg_has_role('upstander_desk', 'upstander_network_open', 'MEMBER')"
        assert connection.execute(desk).fetchone() == (False,)
        for other in ("upstander_desk", "upstander_owner", "upstander_relay_les"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"SET LOCAL ROLE {other}")


def test_the_keys_and_logs_are_closed_to_others(stack: Stack):
    for folder in ("keys", "logs", "run"):
        assert (stack.data / folder).stat().st_mode & 0o077 == 0, folder
    for file in [*(stack.data / "keys").iterdir(), stack.data / "pg" / "passwords.json"]:
        assert file.stat().st_mode & 0o077 == 0, file


def test_nothing_by_which_a_device_could_be_known_is_kept(stack: Stack):
    canary = secrets.token_hex(12)
    stack.get("public", "/", User_Agent=f"agent-{canary}", X_Forwarded_For=f"203.0.113.9, {canary}")
    stack.get("public", f"/nowhere-{canary}", User_Agent=f"agent-{canary}")
    found = [
        path
        for path in stack.data.rglob("*")
        if path.is_file() and not path.is_symlink() and canary.encode() in path.read_bytes()
    ]
    assert not found


def test_a_second_up_on_the_same_data_says_who_runs(stack: Stack):
    answer = up(UPSTANDER_DATA=str(stack.data), UPSTANDER_PORT="4000")
    assert answer.returncode == 2
    assert f"process {stack.pids('up')[0]}" in answer.stderr
    assert str(stack.port) in answer.stderr


def test_a_port_that_is_taken_is_named(stack: Stack, tmp_path: Path):
    answer = up(UPSTANDER_DATA=str(tmp_path / "other"), UPSTANDER_PORT=str(stack.port - 1))
    assert answer.returncode == 2
    assert f":{stack.port}" in answer.stderr and "--port" in answer.stderr
    assert not (tmp_path / "other" / "pg").exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("UPSTANDER_PORT", "many"), ("UPSTANDER_MODE", "prod"), ("UPSTANDER_DATA", "/proc/nowhere")],
)
def test_a_wrong_setting_is_named_and_nothing_starts(variable: str, value: str):
    answer = up(**{variable: value})
    assert answer.returncode == 2
    assert variable in answer.stderr
    assert "Traceback" not in answer.stderr


def test_sixty_four_phones_that_drip_their_words_stop_nobody(stack: Stack):
    dripping = []
    for _ in range(64):
        phone = socket.create_connection(("127.0.0.1", stack.port))
        phone.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nI a")
        dripping.append(phone)
    try:
        for n in range(20):
            assert stack.get("public", "/")[0] == 200
            assert send_tip(stack, f"number {n} while others drip")
    finally:
        for phone in dripping:
            phone.close()


def test_too_long_a_form_is_answered_in_plain_words(stack: Stack):
    status, page = stack.ask("public", "POST", "/", b"text=" + b"x" * 70_000)
    assert status == 413
    assert b"too long" in page
    status, report = stack.ask(
        "public", "POST", "/api/v1/tips", b"x" * 70_000, Content_Type="application/json"
    )
    assert (status, json.loads(report)["status"]) == (413, 413)


def test_the_stream_of_live_events_is_the_desks_and_needs_a_ticket(stack: Stack):
    assert stack.get("desk", "/live?ticket=forged")[0] == 403
    assert stack.get("public", "/live?ticket=forged")[0] == 404


@pytest.mark.slow
def test_a_form_that_takes_too_long_is_answered_and_up_finds_all_data_again(own: Stack):
    own.env["UPSTANDER_BODY_DEADLINE"] = "0.5"
    own.start()
    with socket.create_connection(("127.0.0.1", own.port)) as phone:
        phone.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nI a")
        phone.settimeout(20)
        assert phone.recv(65536).startswith(b"HTTP/1.1 408 ")
    receipt = send_tip(own, "kept over a restart")
    assert own.stop() == 0
    assert own.leftovers() == []
    own.start()
    assert b"kept over a restart" in read_back(own, receipt)
    assert "made anew" not in own.said()


@pytest.mark.slow
def test_what_dies_is_started_again(own: Stack):
    own.start()
    receipt = send_tip(own, "written before the kills")
    for part in PARTS:
        killed = own.kill(part)
        until(lambda: own.pids(part)[:1] not in ([], [killed]), what=f"{part} is started again")  # noqa: B023
    own.wait_ready()
    assert b"written before the kills" in read_back(own, receipt)
    assert own.stop(signal.SIGTERM) == 0
    assert own.leftovers() == []


@pytest.mark.slow
@pytest.mark.parametrize("part", ["public", "events", "relay", "postgres"])  # one of each kind
def test_ctrl_c_right_after_a_kill_is_clean(own_kept: Stack, part: str):
    own_kept.start()
    own_kept.kill(part)
    assert own_kept.stop() == 0
    until(lambda: own_kept.leftovers() == [], seconds=5, what=f"left after killing {part}")


@pytest.fixture(scope="module")
def own_kept() -> Iterator[Stack]:
    """One data folder on which a house is started again and again."""
    house = Stack()
    yield house
    house.end()


@pytest.mark.slow
def test_killing_the_house_itself_leaves_nothing_and_the_next_start_finds_all(own: Stack):
    own.start()
    receipt = send_tip(own, "written before the house fell")
    own.kill("up")
    assert own.process
    own.process.wait()
    until(lambda: own.leftovers() == [], seconds=15, what="nothing is left")
    own.start()
    assert b"written before the house fell" in read_back(own, receipt)


@pytest.mark.slow
def test_ctrl_c_while_it_starts_is_clean(own: Stack):
    own.fresh = True
    own.start(wait=False)
    until(lambda: "logins" in own.said(), what="the database runs")
    assert own.stop() == 0
    assert own.leftovers() == []


@pytest.mark.slow
def test_a_database_that_may_lose_what_was_received_is_not_ready(own: Stack, tmp_path: Path):
    server = Embedded(tmp_path / "outside", unsafe_fast=True)
    own.env["DATABASE_URL"] = server.start()
    try:
        own.start(wait=False)
        wanted = ["fsync_off", "full_page_writes_off", "synchronous_commit_off"]

        def said() -> list[str]:
            """Why it is not ready, but for what a busy machine adds meanwhile."""
            status, answer = own.get("public", "/readyz")
            return [why for why in json.loads(answer)["reasons"] if why != "database_slow"] if status == 503 else []

        until(lambda: said() == wanted, 90, what="it says why it is not ready")
        assert own.stop() == 0
        assert not (own.data / "pg").exists()
    finally:
        server.stop()
