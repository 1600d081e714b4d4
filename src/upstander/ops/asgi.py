"""The application of each web process, as the server (granian) loads it: `upstander.ops.asgi:application`.

Rooms stand above this one, so what is needed of them is found by name.
"""

import logging
import os
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

from upstander.config import Config, ConfigError, config
from upstander.ops import logs, procs
from upstander.ops.logins import TIMEOUTS
from upstander.ops.refusals import page
from upstander.ops.shim import Limits, Shim

_ORIGINS = ("public", "desk", "school", "network")
# Seconds. A request whose line to the database says nothing has it cut when the database itself should have ended any statement;
# what is tried anew on a fresh line has a moment more, and then whoever waits is told to try again.
_GRACE, _AGAIN = 3.0, 3.0


def build(settings: Config) -> Any:
    """The application of this process; raises ConfigError for a process that serves nothing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "upstander.settings"
    if settings.process == "events":
        return import_module("upstander.desk.live").application
    if settings.process == "inbound":
        return import_module("upstander.inbound.endpoint").application
    if settings.process not in _ORIGINS:
        raise ConfigError(f"UPSTANDER_PROCESS: '{settings.process}' serves no pages")
    from django.core.wsgi import get_wsgi_application

    django = get_wsgi_application()
    import_module("upstander.vault.keys").keyring()  # a process without its keys must not look ready
    from upstander.ops.pulse import Pulse
    from upstander.ops.watchdog import database_cutter, house

    patience = TIMEOUTS[settings.process][0] + _GRACE

    def guard() -> AbstractContextManager[Any]:
        return house().within(patience, database_cutter(), _AGAIN)

    shim = Shim(
        django,
        page,
        limits=Limits(
            settings.form_limit, settings.body_deadline, settings.threads, answer=patience + _AGAIN + 1.0
        ),
        guard=guard,
        scheme="https" if settings.https else "http",
        anonymous=settings.process == "public",
        lanes=_lanes(settings.process),
        streams=_streams(settings) if settings.process == "public" else {},
        live=None if settings.process != "desk" else settings.data / "run" / "events.sock",
    )
    Pulse(settings.process, shim.submit, shim.numbers).start()
    return shim


def _lanes(process: str) -> Any:
    """The ways of files into the process, beside the words."""
    known, calendars = import_module("upstander.evidence.lanes"), import_module("upstander.directory.calendars_lanes")
    if process == "network":
        return import_module("upstander.network.lanes").lanes()
    of = {"public": known.lanes, "desk": known.at_the_desk, "school": import_module("upstander.preparedness.lanes").lanes}
    files = of.get(process, list)()
    return files if process == "public" else [*files, *calendars.lanes(process)]


def _streams(settings: Config) -> dict[str, Any]:
    """What the public origin answers on its event loop: the live line of an open dialogue."""
    live = import_module("upstander.intake.channels.live")
    return {live.PATH: live.Live(lambda: settings.dsn)}


def _server_logs_as_we_do() -> None:
    """The server's own lines, and the traces of what fails in it, go through our formatter: no content."""
    log = logging.getLogger("_granian")
    log.handlers.clear()
    log.propagate = True


procs.die_with_parent()
logs.uncaught_too()
application = build(config())
_server_logs_as_we_do()
