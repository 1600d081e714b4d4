"""Where tests find PostgreSQL."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from upstander.ops.migrating import quickly
from upstander.ops.pg import Embedded


def point_django_at_a_server(data: Path, request: pytest.FixtureRequest, blocker: DjangoDbBlocker) -> None:
    """Set Django's database to DATABASE_URL's server or to an embedded one that ends with the test session.

    Each worker of pytest-xdist has an embedded server of its own, which starts in half a second.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        server = Embedded(data / "pg", unsafe_fast=True)
        if shared := _shared(request):
            subprocess.run(["cp", "-a", str(_mould(shared, blocker)), str(server.folder)], check=True)
        url = server.start()

        def end() -> None:
            server.stop()
            shutil.rmtree(server.folder, ignore_errors=True)

        request.addfinalizer(end)
    _point(url)


def _point(url: str) -> None:
    from django.db import connections

    parts = urlsplit(url)
    host = dict(p.split("=", 1) for p in parts.query.split("&") if "=" in p).get("host")
    connections["default"].settings_dict.update(
        NAME=parts.path.lstrip("/"),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
        HOST=unquote(host) if host else (parts.hostname or ""),
        PORT=str(parts.port or ""),
    )


def _shared(request: pytest.FixtureRequest) -> Path | None:
    """A folder that other test processes of this run see, too: that of `make test`, else that of xdist's workers."""
    if named := os.environ.get("UPSTANDER_TEST_MOULD"):
        return Path(named)
    if hasattr(request.config, "workerinput"):
        return Path(request.getfixturevalue("tmp_path_factory").getbasetemp()).parent
    return None


def _mould(shared: Path, blocker: DjangoDbBlocker) -> Path:
    """A stopped server's folder with the test database in it, migrated by the first who asks: the others copy it, for
    migrating costs each of them seconds of its core."""
    from django.db import connection

    server = os.environ.get("UPSTANDER_PG_BIN", "").strip("/").replace("/", "-") or "wheel"
    mould, spare = shared / f"mould-{server}", shared / f"mould-{server}.new"
    with (shared / "mould.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mould.is_dir():
            shutil.rmtree(spare, ignore_errors=True)
            first = Embedded(spare, unsafe_fast=True)
            try:
                _point(first.start())
                with blocker.unblock(), quickly():
                    connection.creation.create_test_db(verbosity=0, autoclobber=True)
                    connection.close()
            finally:
                first.stop()
            spare.rename(mould)
    return mould
