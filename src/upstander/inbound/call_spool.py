"""Keys that come while the database is away: kept in files of the end-point's own, and handed on when it is back.

Twilio asks once, and a human has pressed the key once. A file holds what the row would: which call, Twilio's name of it, the
key, the time; no number, no name, no word.
"""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseTrouble

from upstander import clock
from upstander.config import config
from upstander.delivery.twilio import events
from upstander.ids import new_id
from upstander.inbound.doors import Arriving, Store
from upstander.ops.logs import event

LOOK = 1.0  # seconds
MOST = 10_000  # files: whoever signs as Twilio does fills no disk
_log = logging.getLogger(__name__)


def keep_key(call: UUID, sid: str, key: str, folder: Path) -> bool:
    """Keep a key; when this returns it is on disk, in the database or in `folder`. Raises the database's error, or OSError, where
    it could be kept nowhere."""
    at = clock.now()
    try:
        return events.keep(call, sid, events.Kind.KEY, key, at=at)
    except DatabaseTrouble as error:
        if len(waiting(folder)) >= MOST:
            raise
        _write(folder, {"call": str(call), "sid": sid, "key": key, "at": at.isoformat()})
        event(_log, logging.WARNING, "key.spooled", kind=type(error).__name__)
        return True


def waiting(folder: Path) -> list[Path]:
    """What waits in `folder`, the oldest first."""
    return sorted(folder.glob("*.json")) if folder.is_dir() else []


def again(path: Path) -> bool:
    """Keep in the database what a file holds, and remove the file. Raises the database's error."""
    try:
        held = json.loads(path.read_text())
        call, at = UUID(held["call"]), datetime.fromisoformat(held["at"])
    except FileNotFoundError:  # another process of ours was quicker
        return False
    except (ValueError, KeyError):  # nobody can read it: it stands in nobody's way
        path.rename(path.with_suffix(".bad"))
        return False
    events.keep(call, held["sid"], events.Kind.KEY, held["key"], at=at)
    path.unlink(missing_ok=True)
    return True


def folder() -> Path:
    """Where this process keeps them."""
    return config().data / "inbound" / "keys"


@asynccontextmanager
async def serve(store: Store) -> AsyncIterator[None]:
    """Hand on what waits, beside the end-point, until left."""
    task = asyncio.create_task(_hand_on(store))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _hand_on(store: Store) -> None:
    where = folder()
    while True:
        try:
            for path in await asyncio.to_thread(waiting, where):
                await store(Arriving("call", "twilio", "", b"", keep=partial(again, path)))
        except Exception as error:  # noqa: BLE001 - it is away still, or the end-point is busy: it waits on disk
            event(_log, logging.WARNING, "key.waits", kind=type(error).__name__)
        await asyncio.sleep(LOOK)


def _write(folder: Path, held: dict[str, Any]) -> None:
    """On disk when this returns, whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = str(new_id())
    spare = folder / f"{name}.new"
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(held, file)
        file.flush()
        os.fsync(file.fileno())
    spare.rename(folder / f"{name}.json")
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
