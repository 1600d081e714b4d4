"""The worker looks whether the library's addresses still answer: one at a time, beside its other work, where it may go.

By the rules of `delivery.carriers.outward`: https, public addresses, never led to another site. A thread asks, and touches no
database; the chore writes down what it found. Nobody looks before `UPSTANDER_LINK_CHECK_DAYS` is set, and a practice system
looks only where it was told a network of its own.
"""

import http.client
import threading
from datetime import timedelta

from django.db import transaction

from upstander import clock
from upstander.config import Config, config
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.outward import OutwardLine, checked
from upstander.library import links
from upstander.library.links import Look
from upstander.library.models import Link
from upstander.packs.current import current

_HEADERS = {"User-Agent": "Upstander-library", "Accept": "text/html, */*;q=0.5"}
PATIENCE = 30.0  # seconds for one address, however slowly it drips


class LinkLine(OutwardLine):
    """One look at a time."""

    def looked(self, address: str) -> Look:
        """What is there now; never an exception. Of what it answers no byte is kept."""
        timer = threading.Timer(PATIENCE, self.cut)
        timer.daemon = True
        timer.start()
        try:
            for _ in range(links.HOPS):
                status, to = self._asked(address)
                further = links.onward(address, to) if 300 <= status < 400 and to else ""
                if not further:
                    return links.judged(status)
                address = further
            return Look("moved", status)
        except CarrierError as error:
            return Look("forbidden" if error.permanent else "failed")
        except (OSError, ValueError, http.client.HTTPException):
            return Look("failed")
        finally:
            timer.cancel()

    def _asked(self, address: str) -> tuple[int, str]:
        parts = checked(address)
        line = self._line = self._opened(parts)
        try:
            line.connect()
            line.request("GET", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", headers=_HEADERS)
            answer = line.getresponse()
            return answer.status, answer.getheader("Location", "")
        finally:
            self._line = None
            line.close()


class Errand(threading.Thread):
    """One address, looked at."""

    def __init__(self, address: str, settings: Config) -> None:
        super().__init__(daemon=True, name="library-link")
        self.address, self._settings = address, settings
        self.found = Look("failed")

    def run(self) -> None:
        """Look."""
        self.found = LinkLine(self._settings).looked(self.address)


_under_way: list[Errand] = []


def goes_out(settings: Config) -> bool:
    """Whether anybody looks at all: it was asked for, and this is no practice system without a network of its own."""
    return bool(settings.link_check_days) and (settings.mode == "production" or bool(settings.outward_networks))


def turn() -> bool:
    """Write down what the last look found, and begin the next that is due; never two at once. A chore (ops.chores)."""
    if _under_way and _under_way[0].is_alive():
        return False
    if _under_way:
        done = _under_way.pop()
        write(done.address, done.found)
    settings = config()
    if goes_out(settings) and (address := due(timedelta(days=settings.link_check_days))):
        _under_way.append(Errand(address, settings))
        _under_way[0].start()
    return False


def due(every: timedelta) -> str:
    """The address that was never looked at, or is due the longest; empty where none is due."""
    wanted = {r.address for r in current().library.resources if r.address}
    known = {row.address: row for row in Link.objects.filter(address__in=wanted)}
    if new := sorted(wanted - known.keys()):
        return new[0]
    times = {a: links.due_at(row.found, row.failures, row.at, every) for a, row in known.items()}
    address = min(times, key=times.__getitem__, default="")
    return address if address and times[address] <= clock.now() else ""


@transaction.atomic
def write(address: str, look: Look) -> Link:
    """Keep what was found. It names no person and changes no entry, so it is no act that is audited."""
    now = clock.now()
    before = Link.objects.filter(address=address).first()
    failures = (before.failures if before else 0) + 1 if look.found == "failed" else 0
    answered = now if look.found in ("ok", "closed") else before.answered_at if before else None
    values = {"at": now, "found": look.found, "status": look.status, "failures": failures, "answered_at": answered}
    return Link.objects.update_or_create(address=address, defaults=values)[0]
