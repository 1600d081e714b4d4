"""The files of a mail on their way into quarantine: sealed chunk by chunk as the website's are, never opened (decision 0077)."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from upstander.evidence import receiving
from upstander.evidence.kinds import sniff
from upstander.evidence.limits import limits
from upstander.evidence.models import CHUNK
from upstander.evidence.receiving import CannotTake
from upstander.evidence.tokens import Ticket
from upstander.inbound.mime_letter import Attachment

Files = tuple[Ticket, ...]
T = TypeVar("T")


def with_files(attachments: tuple[Attachment, ...], write: Callable[[Files, list[str]], T]) -> T:
    """`write(files, told)` in one transaction with the files; where the tip cannot take them over, without any, and told why."""
    try:
        with transaction.atomic():
            return write(*quarantined(attachments))
    except CannotTake as refusal:
        return write((), [_told(file, refusal) for file in attachments])


def quarantined(attachments: tuple[Attachment, ...]) -> tuple[Files, list[str]]:
    """What was taken, in the present transaction, for a tip to adopt; and of the others what to tell, in words.

    The words of a mail never wait for its files: one that cannot be taken now is told as not taken.
    """
    tickets: list[Ticket] = []
    told: list[str] = []
    most, total = limits(), 0
    for file in attachments:
        try:
            if len(tickets) >= most.files or total + len(file.data) > most.tip:
                raise CannotTake("too_many")
            tickets.append(_taken(file))
            total += len(file.data)
        except CannotTake as refusal:
            told.append(_told(file, refusal))
    return tuple(tickets), told


def _told(file: Attachment, refusal: CannotTake) -> str:
    name = receiving.plain_name(file.name) or _("a file without a name")
    return _("A file was not taken: %(name)s. %(why)s") % {"name": name, "why": refusal.words}


def _taken(file: Attachment) -> Ticket:
    if not sniff(file.data[:CHUNK]):
        raise CannotTake("kind")
    ticket = receiving.begin(len(file.data), file.name)
    for n in range(receiving.chunks_of(ticket.size)):
        receiving.take(ticket, n, file.data[n * CHUNK : (n + 1) * CHUNK])
    return ticket
