"""Pictures and other files that came with a text. The words are a tip at once; each file is fetched afterwards by threads of its
own, so that a store that hangs holds up nobody's words, and comes as a further word on the tip. What cannot be had is told there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.evidence import receiving
from upstander.evidence.models import CHUNK
from upstander.evidence.receiving import CannotTake
from upstander.evidence.tokens import Ticket
from upstander.inbound import routing, services
from upstander.inbound.models import Arrival
from upstander.inbound.routing import ACTOR, Arrived, Refuse
from upstander.inbound.twilio_media import Media, Never, NotNow
from upstander.intake import services as intake
from upstander.ops import watchdog
from upstander.vault.envelope import CannotOpen

CHANNEL = "sms_media"
FOR = timedelta(hours=24)  # so long it is tried; Twilio keeps what came until it is told not to
WITHIN = 120.0  # seconds for one file
MOST = 10  # files of a text; Twilio carries no more
_AGAIN = frozenset(["full", "gone", "other", "chunk"])  # faults of the moment, not of the file


@dataclass(frozen=True)
class _Owed:
    """One file: of which tip (by its receipt, which adds words), and where it is to be had."""

    tip_id: UUID
    receipt: str
    url: str


def owe(arrived: Arrived, tip_id: UUID, receipt: str, urls: Sequence[str]) -> None:
    """Have the files fetched, in the present transaction."""
    for n, url in enumerate(urls[:MOST]):
        fields = {"tip": str(tip_id), "receipt": receipt, "url": url}
        services.store(CHANNEL, arrived.carrier, f"{arrived.id}:{n}", fields, arrived.at, wake=False)


def fetch_next(media: Media, most: int) -> bool:
    """Fetch the next file whose time has come, of at most `most` bytes; False where there is none. Raises the database's
    errors."""
    with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
        id = _take()
        row = Arrival.objects.get(id=id) if id else None
    if row is None:
        return False
    try:
        arrived = routing.opened(row)
        owed = _owed(arrived)
    except (CannotOpen, Refuse):
        routing.refuse(row.id, "not_a_file")
        return True
    try:
        ticket, why = _fetched(media, owed.url, most, clock.now() - row.at > FOR), ""
    except NotNow:
        again = clock.now() + timedelta(seconds=2 ** min(row.tries, 10))
        Arrival.objects.filter(id=row.id).update(next_at=again)
        return True
    except (Never, CannotTake) as fault:
        ticket, why = None, fault.code
    with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
        _settle(arrived, owed, ticket, why)
    return True


@transaction.atomic
def _take() -> UUID | None:
    """Count a try of the next one, and let nobody else take it for as long as this try may last."""
    due = Arrival.objects.filter(channel=CHANNEL, state=Arrival.State.NEW, next_at__lte=clock.now()).order_by(
        "next_at"
    )
    found = due.select_for_update(skip_locked=True).values_list("id", "tries").first()
    if found is None:
        return None
    lease = timedelta(seconds=max(2 * WITHIN, 2 ** min(found[1], 10)))
    Arrival.objects.filter(id=found[0]).update(tries=F("tries") + 1, next_at=clock.now() + lease)
    return UUID(str(found[0]))


def _owed(arrived: Arrived) -> _Owed:
    tip, receipt, url = (arrived.fields.get(name) for name in ("tip", "receipt", "url"))
    if not isinstance(tip, str) or not isinstance(receipt, str) or not isinstance(url, str):
        raise Refuse("not_a_file")
    return _Owed(UUID(tip), receipt, url)


def _fetched(media: Media, url: str, most: int, over: bool) -> Ticket:
    """The file, in quarantine, for a tip to take over. Raises Never, NotNow, CannotTake; `over`: no more tries after this one."""
    had, ticket = 0, None
    try:
        with watchdog.house().within(WITHIN, media.cut):
            for n, data in enumerate(media.pieces(url, CHUNK, most)):
                with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
                    ticket = ticket or receiving.begin(most, exact=False)
                    receiving.store(ticket, n, data)
                had += len(data)
    except CannotTake as fault:
        if fault.code in _AGAIN and not over:
            raise NotNow(fault.code) from None
        raise
    except NotNow:
        if over:
            raise Never("day") from None
        raise
    if ticket is None:
        raise CannotTake("empty")
    return Ticket(ticket.id, ticket.key, had, ticket.name, ticket.at)


@transaction.atomic
def _settle(arrived: Arrived, owed: _Owed, ticket: Ticket | None, why: str) -> None:
    """The file, or why it could not be had, is a further word on the tip; with that the arrival is done."""
    row = Arrival.objects.select_for_update().filter(id=arrived.id, state=Arrival.State.NEW).first()
    if row is None:
        return
    try:
        code = _told(arrived, owed, why) if ticket is None else _added(arrived, owed, ticket)
    except intake.NoSuchReceipt:
        code = "file_no_tip"
    routing.done(row, routing.Outcome(code, owed.tip_id))


def _added(arrived: Arrived, owed: _Owed, ticket: Ticket) -> str:
    try:
        with transaction.atomic():
            intake.reply(owed.receipt, "", arrived.key, (ticket,))
    except CannotTake as fault:
        return _told(arrived, owed, fault.code)
    return "file"


def _told(arrived: Arrived, owed: _Owed, why: str) -> str:
    words = (
        receiving.WORDS[why] if why in receiving.WORDS and why not in _AGAIN else _WHY.get(why, _WHY["day"])()
    )
    intake.reply(owed.receipt, _("[A file of a text could not be had. %s]") % words, f"{arrived.key}|told")
    audit.record(ACTOR, "inbound.file_not_had", "arrival", arrived.id, tip=owed.tip_id, why=why)
    return "file_not_had"


_WHY = {
    "gone": lambda: _("The carrier has it no more."),
    "elsewhere": lambda: _("It lies where nothing is fetched from."),
    "day": lambda: _("It was tried for a day."),
}
