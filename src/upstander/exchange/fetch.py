"""A feed is fetched: by https, from a public host, without following it elsewhere, within bytes and seconds."""

import http.client
import threading
import time

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.outward import OutwardLine, checked
from upstander.exchange.feeds.xml import LARGEST
from upstander.exchange.refusals import Refusal, Refused

PATIENCE = 30.0  # seconds for the whole of it, however slowly it drips
_PIECE = 65_536
_HEADERS = {
    "User-Agent": "Upstander",
    "Accept": "application/atom+xml, application/rss+xml, application/cap+xml, application/xml",
}


class FeedLine(OutwardLine):
    """One feed at a time, over a line that goes to public hosts only (CWE-918)."""

    def __init__(self, config: Config, patience: float = PATIENCE) -> None:
        super().__init__(config)
        self._patience = patience

    def fetched(self, url: str) -> bytes | Refused:
        """What is there now, or why there is nothing; never an exception."""
        timer = threading.Timer(self._patience, self.cut)  # a header that drips is cut, too
        timer.daemon = True
        timer.start()
        try:
            return self._fetched(url)
        except Refusal as refusal:
            return refusal.why
        except CarrierError as error:
            return Refused("address" if error.permanent else "line")
        except (OSError, http.client.HTTPException):
            return Refused("slow" if self._cut else "line")
        finally:
            timer.cancel()

    def _fetched(self, url: str) -> bytes:
        self._cut = False
        parts = checked(url)
        line = self._line = self._opened(parts)
        try:
            line.connect()
            line.request(
                "GET", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", headers=_HEADERS
            )
            answer = line.getresponse()
            if 300 <= answer.status < 400:
                raise Refusal("moved")
            if answer.status != 200:
                raise Refusal("answer", str(answer.status))
            return self._read(answer)
        finally:
            self._line = None
            line.close()

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        end, had = time.monotonic() + self._patience, bytearray()
        while piece := answer.read1(_PIECE):
            had += piece
            if len(had) > LARGEST:
                raise Refusal("too-large")
            if time.monotonic() > end:
                raise Refusal("slow")
        if self._cut:
            raise Refusal("slow")
        if answer.length:  # it announced more than it sent
            raise Refusal("line")
        return bytes(had)
