"""Other settings for one test, by the way that any process gets them: the environment."""

import pytest

from upstander.config import config

_changed = False


def put(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    """These settings, checked like all others, for the present test: `put(monkeypatch, imap_port=9)`."""
    global _changed
    for name, value in values.items():
        monkeypatch.setenv(f"UPSTANDER_{name.upper()}", str(value))
    config.cache_clear()
    _changed = True
    config()


def forget() -> None:
    """Where a test put settings: what the environment says without them counts again."""
    global _changed
    if _changed:
        config.cache_clear()
    _changed = False
