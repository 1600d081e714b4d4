"""Objects of a TAXII 2.1 collection are fetched: by https, from a public host, page by page, within bytes, pages and seconds."""

import http.client
import re
import threading
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.outward import checked
from upstander.exchange.fetch import PATIENCE, FeedLine
from upstander.exchange.refusals import Refusal

MEDIA = "application/taxii+json;version=2.1"
PAGES, OBJECTS = 20, 100  # of one look, and of one page
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,16}Z")


class _Page(Struct, frozen=True):
    """An envelope (section 3.7 of TAXII 2.1); what the standard lets a server add is not looked at."""

    more: bool = False
    next: str | None = None
    objects: list[msgspec.Raw] = []


@dataclass(slots=True)
class Envelope:
    """All pages together: objects as they came, and when the last of them was added, as the server says it."""

    objects: list[object] = field(default_factory=list)
    added_last: str = ""


class TaxiiLine(FeedLine):
    """One collection at a time, over a line that goes to public hosts only, with a peer's token."""

    def __init__(self, config: Config, token: str, patience: float = PATIENCE) -> None:
        super().__init__(config, patience)
        self._token, self._added_last = token, ""

    def objects(self, address: str, given: dict[str, str], added_after: str = "") -> Envelope:
        """What the collection holds of what was asked for, since `added_after`. Raises Refusal."""
        found, asked, seen = Envelope(added_last=added_after), {**given, "limit": str(OBJECTS)}, set()
        if added_after:
            asked["added_after"] = added_after
        for _page in range(PAGES):
            page = self._page(f"{address}objects/?{urlencode(asked)}")
            found.objects += [_plain(one) for one in page.objects[:OBJECTS]]
            if _MOMENT.fullmatch(self._added_last):
                found.added_last = self._added_last
            if not page.more or not page.objects:
                return found
            if not page.next or page.next in seen or len(page.next) > 400:
                raise Refusal("endless")
            seen.add(page.next)
            asked["next"] = page.next
        return found  # the others come at the next look

    def _page(self, url: str) -> _Page:
        timer = threading.Timer(self._patience, self.cut)  # a header that drips is cut, too
        timer.daemon = True
        timer.start()
        try:
            return msgspec.json.decode(self._asked(url), type=_Page)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise Refusal("not-json") from None
        except CarrierError as error:
            raise Refusal("address" if error.permanent else "line") from None
        except (OSError, http.client.HTTPException):
            raise Refusal("slow" if self._cut else "line") from None
        finally:
            timer.cancel()

    def _asked(self, url: str) -> bytes:
        self._cut, self._added_last = False, ""
        parts = checked(url)
        line = self._line = self._opened(parts)
        headers = {"User-Agent": "Upstander", "Accept": MEDIA, "Authorization": f"Bearer {self._token}"}
        try:
            line.connect()
            line.request("GET", f"{parts.path or '/'}?{parts.query}", headers=headers)
            answer = line.getresponse()
            if 300 <= answer.status < 400:
                raise Refusal("moved")
            if answer.status in (401, 403):
                raise Refusal("token")
            if answer.status != 200:
                raise Refusal("answer", str(answer.status))
            self._added_last = answer.headers.get("X-TAXII-Date-Added-Last", "")[:40]
            return self._read(answer)
        finally:
            self._line = None
            line.close()


def _plain(raw: msgspec.Raw) -> object:
    """An object as JSON has it; what nests deeper than any honest one is refused with the page."""
    return msgspec.json.decode(raw)
