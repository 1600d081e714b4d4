"""The outside dead-man's switch (decisions 14): while all is well an address elsewhere is asked for every 30 seconds.

When it is not asked for, whoever watches there raises the alarm: the one case that no screen of ours can show is that there is
no screen. The request carries nothing but itself.
"""

import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from upstander.config import ConfigError
from upstander.ops import logs

EVERY = 30.0  # seconds
_TIMEOUT = 10.0
_log = logging.getLogger(__name__)


class DeadMan:
    """Asks for `url` while `well()` says so; an empty `url` switches it off. Raises ConfigError for what is no address."""

    def __init__(self, url: str, well: Callable[[], bool]) -> None:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ConfigError("UPSTANDER_DEADMAN_URL: an address that begins with https:// (or http://)")
        self._url, self._well = url, well
        self._asked_at = float("-inf")

    def tick(self) -> bool:
        """Called often, by the loop whose progress it vouches for; True where it asked this time."""
        if not self._url or time.monotonic() - self._asked_at < EVERY or not self._well():
            return False
        self._asked_at = time.monotonic()
        threading.Thread(target=self._ask, name="deadman", daemon=True).start()
        return True

    def _ask(self) -> None:
        try:
            urllib.request.urlopen(self._url, timeout=_TIMEOUT).close()  # noqa: S310 - checked above
        except (OSError, ValueError, urllib.error.URLError) as error:
            logs.event(_log, logging.WARNING, "deadman-not-reached", error=type(error).__name__)
