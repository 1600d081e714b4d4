"""DATA/run: who runs on this data folder, and where its database is. Commands look here to find a running house."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any, TextIO

from upstander import clock
from upstander.config import Config, ConfigError
from upstander.ops.logins import as_user


def folder(settings: Config) -> Path:
    """DATA/run, made if it is not there; only its owner may look in."""
    path = settings.data / "run"
    try:
        settings.data.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"UPSTANDER_DATA: {settings.data} cannot be used: {error.strerror}") from None
    return path


def _for_the_owner(name: str, flags: int) -> int:
    """Open a file that nobody else may read, also where it is there already."""
    handle = os.open(name, flags, 0o600)
    os.fchmod(handle, 0o600)
    return handle


class Lock:
    """One house at a time on a data folder. Held until the process ends, however it ends."""

    def __init__(self, settings: Config) -> None:
        """Take the lock, or raise ConfigError that says who holds it."""
        path = folder(settings) / "up.lock"
        try:
            self._file: TextIO = open(path, "a+", opener=_for_the_owner)
        except OSError as error:
            raise ConfigError(f"UPSTANDER_DATA: {path} cannot be used: {error.strerror}") from None
        self._file.seek(0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = _parsed(self._file.read())
            self._file.close()
            who = f"process {holder.get('pid', '?')}, since {holder.get('since', '?')}"
            at = f"http://localhost:{holder['port']}" if "port" in holder else "a command"
            raise ConfigError(
                f"Upstander already runs on {settings.data}: {who} ({at}). Stop it first."
            ) from None
        self._file.truncate(0)
        about = {
            "pid": os.getpid(),
            "port": settings.port,
            "since": clock.now().isoformat(timespec="seconds"),
        }
        self._file.write(json.dumps(about))
        self._file.flush()

    def release(self) -> None:
        """Let go."""
        self._file.truncate(0)
        self._file.close()


def _parsed(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def note_database(settings: Config, dsn: str | None) -> None:
    """Write where the running database is (without user and password), or that there is none."""
    path = folder(settings) / "database.json"
    if dsn is None:
        path.unlink(missing_ok=True)
        return
    spare = path.with_suffix(".new")
    spare.unlink(missing_ok=True)  # one that a crash left may have other rights
    with open(spare, "w", opener=_for_the_owner) as file:
        file.write(json.dumps({"server": as_user(dsn, "", "")}))
    spare.replace(path)


def noted_database(settings: Config) -> str | None:
    """The address of the database that was started on this data folder, if it was and still is to be found there."""
    try:
        return str(json.loads((settings.data / "run" / "database.json").read_text())["server"])
    except (OSError, ValueError, KeyError):
        return None


def running(settings: Config) -> bool:
    """Whether somebody holds the lock of this data folder."""
    try:
        with open(settings.data / "run" / "up.lock") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
