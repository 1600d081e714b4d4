"""A dump restored into a new cluster: other system identifier, other transaction ids, the same record."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.audit.conftest import address, audit_command, seal_all, sealer_process, until, write
from upstander.audit.heads import LOCAL
from upstander.audit.sealing import Sealer
from upstander.config import config
from upstander.ops import pgbin
from upstander.ops.pg import Embedded

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture(scope="module")
def new_cluster() -> Iterator[Embedded]:
    server = Embedded(config().data / "another-cluster", unsafe_fast=True)
    server.start()
    yield server
    server.stop()


def restore(server: Embedded, tmp_path: Path) -> str:
    """This test's database in the new cluster; its address there."""
    programs = pgbin.programs(pgbin.run_as())
    dump = tmp_path / "dump.sql"
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS restored")
        admin.execute("CREATE DATABASE restored")
    there = server.admin_dsn("restored")
    subprocess.run(
        [str(programs / "pg_dump"), "--no-owner", "--no-privileges", "-f", str(dump), address()], check=True
    )
    done = subprocess.run(
        [str(programs / "psql"), "-qX", "-f", str(dump), there], capture_output=True, text=True
    )
    with psycopg.connect(there) as copy:
        assert copy.execute("SELECT count(*) FROM audit_entry").fetchone()[0] > 0, done.stderr
    return there


def counted(dsn: str, table: str) -> int:
    with psycopg.connect(dsn) as there:
        return there.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def unsealed(dsn: str) -> int:
    with psycopg.connect(dsn) as there:
        return there.execute(
            "SELECT count(*) FROM audit_entry WHERE id NOT IN (SELECT unnest(entries) FROM audit_seal)"
        ).fetchone()[0]


def test_a_restored_record_verifies_goes_on_and_shows_what_is_done_to_it_there(
    sealer: Sealer, heads: Path, new_cluster: Embedded, tmp_path: Path
) -> None:
    write(20)
    seal_all(sealer)
    write(5, 20)  # not sealed when the dump is made
    there = restore(new_cluster, tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    (data / LOCAL).write_bytes(heads.read_bytes())

    before = audit_command(data, there, "verify")
    assert before.returncode == 0, before.stdout + before.stderr
    assert "5 entries are not sealed yet" in before.stdout

    with psycopg.connect(
        there
    ) as copy:  # an old transaction id, as it may well come again in the new cluster
        assert copy.execute("SELECT min(cluster) <> audit_cluster() FROM audit_entry GROUP BY ()").fetchone()[
            0
        ]
    with sealer_process(data, there):
        until(lambda: not unsealed(there))
        shown = audit_command(
            data, there, "show", "--object", "tip", "tip-1"
        )  # makes an entry of the new cluster
        assert shown.returncode == 0, shown.stderr
        assert len(shown.stdout.splitlines()) == 5
        until(lambda: counted(there, "audit_entry") == 26 and not unsealed(there))
        until(lambda: audit_command(data, there, "verify").returncode == 0)
    assert "audit.carried_over" in (data / "sealer.log").read_text()

    with psycopg.connect(there) as copy:
        copy.execute(
            "UPDATE audit_entry SET at = at - interval '1 hour' WHERE id = (SELECT min(id) FROM audit_entry)"
        )
    after = audit_command(data, there, "verify")
    assert after.returncode == 1
    assert "MOVED: entry" in after.stdout


def test_an_entry_put_into_the_dump_of_an_earlier_cluster_is_found(
    sealer: Sealer, heads: Path, new_cluster: Embedded, tmp_path: Path
) -> None:
    write(10)
    seal_all(sealer)
    there = restore(new_cluster, tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    (data / LOCAL).write_bytes(heads.read_bytes())
    audit_command(data, there, "show", "--object", "tip", "tip-1")
    with sealer_process(data, there):
        until(lambda: not unsealed(there))
    columns = "process, actor, act, object_kind, object_id, detail, nonce, mac"
    with psycopg.connect(there) as copy:
        for xid in ("min(xid)", "max(xid) + 5"):
            copy.execute(
                f"INSERT INTO audit_entry ({columns}, xid, cluster) SELECT 'admin', 'account:1', 'tip.viewed', 'tip', 'x',"
                f" '{{}}', '', '', {xid}, cluster FROM audit_entry WHERE cluster <> audit_cluster() GROUP BY cluster"
            )
    after = audit_command(data, there, "verify")
    assert after.returncode == 1
    assert after.stdout.count("was added: no seal has it") == 2
