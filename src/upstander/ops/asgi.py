"""The application of each web process, as the server (granian) loads it: `upstander.ops.asgi:application`.

Rooms stand above this one, so what is needed of them is found by name.
"""

import json
import logging
import os
from importlib import import_module
from typing import Any

from upstander.config import Config, ConfigError, config
from upstander.ops import procs
from upstander.ops.shim import Answer, Limits, Shim

_ORIGINS = ("public", "desk", "school")


def page(status: int, path: str) -> Answer:
    """The answer to a request that never reaches a view: a plain page, or a problem report for the API."""
    if path.startswith("/api/"):
        body = json.dumps({"status": status, "title": _TITLES[status]}).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
        return Answer(status, [*headers, *([(b"retry-after", b"30")] if status == 503 else [])], body)
    errors, middleware = import_module("upstander.web.errors"), import_module("upstander.web.middleware")
    response = middleware.SecurityHeaders(lambda request: errors.page(request, status))(None)
    headers = [(k.lower().encode(), v.encode()) for k, v in response.items()]
    return Answer(status, headers, response.content)


_TITLES = {
    408: "The request took too long to arrive",
    413: "The request is too large",
    500: "Something went wrong here",
    503: "Too busy; try again",
}


def build(settings: Config) -> Any:
    """The application of this process; raises ConfigError for a process that serves nothing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "upstander.settings"
    if settings.process == "events":
        return import_module("upstander.desk.live").application
    if settings.process not in _ORIGINS:
        raise ConfigError(f"UPSTANDER_PROCESS: '{settings.process}' serves no pages")
    from django.core.wsgi import get_wsgi_application

    django = get_wsgi_application()
    import_module("upstander.vault.keys").keyring()  # a process without its keys must not look ready
    from upstander.ops.pulse import Pulse

    shim = Shim(
        django,
        page,
        limits=Limits(settings.body_limit, settings.body_deadline, settings.threads),
        scheme="https" if settings.https else "http",
        anonymous=settings.process == "public",
        live=None if settings.process == "public" else settings.data / "run" / "events.sock",
    )
    Pulse(settings.process, shim.submit, shim.numbers).start()
    return shim


def _server_logs_as_we_do() -> None:
    """The server's own lines, and the traces of what fails in it, go through our formatter: no content."""
    log = logging.getLogger("_granian")
    log.handlers.clear()
    log.propagate = True


procs.die_with_parent()
application = build(config())
_server_logs_as_we_do()
