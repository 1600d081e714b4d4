"""An exercise that runs or ran, in a file of the practice system's own folder: codes, times, ids; receipts of invented people."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from upstander.config import config


class Entered(msgspec.Struct):
    """A report that came in: its tip, its receipt (empty where a call-taker wrote it down), what the reporter has written."""

    tip_id: UUID
    receipt: str = ""
    marks: list[str] = []
    answered: list[UUID] = []  # the desk's messages that the reporter has read


class Running(msgspec.Struct):
    """An exercise. `reports` by their place in the script; `asked` those that somebody was told to ring in; `told`: the notes."""

    id: str
    code: str
    began_at: datetime
    ended_at: datetime | None = None
    reports: dict[int, Entered] = {}
    asked: dict[int, datetime] = {}
    told: list[int] = []
    failed: list[int] = []


def folder() -> Path:
    """Where exercises are kept, made where it is not there."""
    path = config().data / "exercises"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def keep(running: Running) -> None:
    """Write it down, whole or not at all."""
    file = folder() / f"{running.id}.json"
    spare = file.with_suffix(".new")
    spare.touch(0o600)
    spare.write_bytes(msgspec.json.encode(running))
    os.replace(spare, file)


def load(id: str) -> Running | None:
    """The exercise of this id; None where there is none."""
    file = folder() / f"{id}.json"
    return msgspec.json.decode(file.read_bytes(), type=Running) if id.isalnum() and file.is_file() else None


def newest() -> Running | None:
    """The exercise that began last; None before the first."""
    files = sorted(folder().glob("*.json"), key=lambda file: file.stat().st_mtime)
    return load(files[-1].stem) if files else None
