"""The process `sealer`: its own login, its own signing key, one at a time (`python -m upstander.audit.sealer`)."""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Event

from django.db import DatabaseError, InterfaceError

from upstander.audit import heads
from upstander.audit.sealing import Overtaken, Sealer, State
from upstander.config import config
from upstander.ops import watchdog
from upstander.ops.logs import event

logger = logging.getLogger(__name__)
EVERY = 1.0  # seconds between turns
BEAT = 2.0  # seconds between heartbeats
_SAY_AGAIN = 30.0  # seconds after which a waiting sealer says so again


def heads_files() -> list[Path]:
    """Where heads are written: the data folder always, and UPSTANDER_AUDIT_HEADS where it is set."""
    elsewhere = config().audit_heads
    return [config().data / heads.LOCAL] + ([elsewhere] if elsewhere else [])


def run(sealer: Sealer, stop: Event, beat: Callable[[State], None]) -> None:
    """Seal until `stop` is set. A database that is lost, or says nothing, is waited for; what went wrong is begun anew.

    A second sealer waits without a heartbeat: its beat would hide that the first one hangs.
    """
    mine, said, beaten = False, float("-inf"), float("-inf")
    while not stop.is_set():
        pause = EVERY
        try:
            with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()) as watch:
                sealer.got_on = watch.renew
                mine = mine or sealer.take()
                state = sealer.turn() if mine else None
                if state and time.monotonic() - beaten >= BEAT:
                    beat(state)
                    beaten = time.monotonic()
            if state:
                pause = 0.0 if state.more else EVERY
            elif time.monotonic() - said >= _SAY_AGAIN:
                event(logger, logging.WARNING, "audit.another_sealer_works_this_one_waits")
                said = time.monotonic()
        except (DatabaseError, InterfaceError, Overtaken) as error:
            event(logger, logging.ERROR, "audit.sealing_interrupted", kind=type(error).__name__)
            sealer.let_go()
            mine = False
        stop.wait(pause)
    sealer.let_go()


def main() -> None:
    """Start the process: keys, signals, and the loop. Raises ConfigError where the signing key is not there."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    django.setup()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from upstander.audit import services
    from upstander.ops import pulse

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sealer = Sealer(Ed25519PrivateKey.from_private_bytes(services.held("sign")), heads_files())
    run(sealer, stop, lambda state: pulse.beat("sealer", **asdict(state)))


if __name__ == "__main__":
    main()
