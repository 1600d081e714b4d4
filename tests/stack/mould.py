"""A house's folder as it is before its processes start the first time: made once for a run of tests, copied by most houses.

What takes a house's start most of its processor time (the database's cluster, every migration, the demo, the static files) is
the same for each. Run as a module it prepares the folder that UPSTANDER_DATA names, as `upstander up` does.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from upstander import up
from upstander.config import config
from upstander.ops import rundir
from upstander.ops.pg import Embedded
from upstander.packs.kept import keep

ROOT = Path(__file__).resolve().parents[2]


def copy(data: Path, environment: dict[str, str]) -> None:
    """Fill the empty folder `data` from the mould; `environment`: the house's."""
    subprocess.run(["cp", "-a", "--reflink=auto", f"{made(environment)}/.", str(data)], check=True)


def made(environment: dict[str, str]) -> Path:
    """The mould, made where nobody has asked for it before; another version of PostgreSQL has another."""
    shared = _shared()
    server = environment.get("UPSTANDER_PG_BIN", "").strip("/").replace("/", "-") or "wheel"
    mould, spare = shared / f"house-{server}", shared / f"house-{server}.new"
    with (shared / "house.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mould.is_dir():
            shutil.rmtree(spare, ignore_errors=True)
            spare.mkdir(mode=0o755)
            _prepare(spare, environment)
            spare.rename(mould)
    return mould


def _prepare(folder: Path, environment: dict[str, str]) -> None:
    plain = {name: value for name, value in environment.items() if not name.startswith(("UPSTANDER_", "DATABASE_URL"))}
    kept = {name: environment[name] for name in ("UPSTANDER_PG_BIN",) if name in environment}
    ours = {"UPSTANDER_DATA": str(folder), "UPSTANDER_NETWORK": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.stack.mould"], env=plain | kept | ours,
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@cache
def _shared() -> Path:
    """A folder that all processes of this run see where there is one (`make test`), else this one's own."""
    if named := os.environ.get("UPSTANDER_TEST_MOULD"):
        return Path(named)
    own = Path(tempfile.mkdtemp(prefix="upstander-mould-"))
    own.chmod(0o755)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def main() -> None:
    """Prepare the folder and let go of it."""
    settings = config()
    lock = rundir.Lock(settings)
    keep(settings.pack, settings.data / "packs")
    server = Embedded(settings.data / "pg", unsafe_fast=True)  # (its settings are written anew at each start)
    try:
        up.prepared(settings, server.start())
    finally:
        server.stop()
        rundir.note_database(settings, None)
        lock.release()


if __name__ == "__main__":
    main()
