"""What each process is told, and what it is not."""

import pytest

from upstander.config import Config
from upstander.ops import processes


def test_what_prepares_the_database_knows_that_this_is_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSTANDER_MODE", "production")

    told = processes.environment("admin", Config(), "postgresql:///x")

    assert (
        told["UPSTANDER_MODE"] == "production"
    )  # else the demo's people, whose passwords are public, would be loaded


def test_only_the_relay_is_told_the_mail_servers_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSTANDER_SMTP_PASSWORD", "not for everybody")

    knowing = [
        p
        for p in (*processes.ALL, "admin")
        if "UPSTANDER_SMTP_PASSWORD" in processes.environment(p, Config(), "")
    ]

    assert knowing == ["relay"]
