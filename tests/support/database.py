"""Where tests find PostgreSQL."""

import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest


def point_django_at_a_server(data: Path, request: pytest.FixtureRequest) -> None:
    """Set Django's database to DATABASE_URL's server or to an embedded one that ends with the test session.

    Each worker of pytest-xdist has an embedded server of its own, which starts in half a second.
    """
    from django.db import connections

    url = os.environ.get("DATABASE_URL")
    if not url:
        from upstander.ops.pg import Embedded

        server = Embedded(data / "pg", unsafe_fast=True)
        url = server.start()

        def end() -> None:
            server.stop()
            shutil.rmtree(server.folder, ignore_errors=True)

        request.addfinalizer(end)
    parts = urlsplit(url)
    host = dict(p.split("=", 1) for p in parts.query.split("&") if "=" in p).get("host")
    settings = connections["default"].settings_dict
    settings.update(
        NAME=parts.path.lstrip("/"),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
        HOST=unquote(host) if host else (parts.hostname or ""),
        PORT=str(parts.port or ""),
    )
