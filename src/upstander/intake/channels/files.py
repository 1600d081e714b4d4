"""Files on a reporter's page: chosen without JavaScript or brought by the script before, shown by name, taken off again.

The page carries tokens (docs/decisions/0077). A form that brings a file is cut up before it comes here (`evidence.streaming`); a
small one that comes whole, where no shim stands in front, is cut up here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from upstander.evidence import adopting, receiving, tokens
from upstander.evidence.kinds import ACCEPT
from upstander.evidence.limits import MEGABYTE, limits
from upstander.evidence.models import CHUNK
from upstander.evidence.receiving import WORDS, CannotTake
from upstander.evidence.tokens import NotOurs, Ticket
from upstander.packs.current import current


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that was not taken, and why, in words."""

    name: str
    words: str


def fault(code: str, name: str) -> Fault:
    """Of a code of `receiving.WORDS`."""
    return Fault(name, str(WORDS.get(code, WORDS["gone"])))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that has arrived, as the page lists it."""

    token: str
    name: str
    size: str


def chosen(given: Iterable[str]) -> list[Chosen]:
    """The files of these tokens; one whose time is over is left out."""
    found = []
    for token in given:
        try:
            ticket = tokens.reveal(token)
        except NotOurs:
            continue
        found.append(Chosen(token, ticket.name, filesizeformat(ticket.size)))
    return found


def brought(request: HttpRequest, had: list[str]) -> tuple[list[str], list[Fault]]:
    """The tokens of a page after what was sent with it, and what of that was not taken."""
    kept = {ticket.id: token for token in had for ticket in _ticket(token)}
    faults = []
    for said in request.POST.getlist("upload_fault"):
        code, _colon, name = said.partition(":")
        faults.append(fault(code, name[: tokens.NAME]))
    for token in request.POST.getlist("upload"):
        kept |= {ticket.id: token for ticket in _ticket(token)}
    for file in request.FILES.getlist("file"):
        try:
            ticket = _taken(file)
        except CannotTake as error:
            faults.append(fault(error.code, receiving.plain_name(file.name or "")))
        except (DatabaseError, InterfaceError):  # the words go on, and meet it for themselves
            faults.append(fault("full", receiving.plain_name(file.name or "")))
        else:
            kept[ticket.id] = tokens.hide(ticket)
    most = limits().files
    for token in list(kept.values())[most:]:
        faults.append(fault("too_many", chosen([token])[0].name))
    return list(kept.values())[:most], faults


def _ticket(token: str) -> list[Ticket]:
    try:
        return [tokens.reveal(token)]
    except NotOurs:
        return []


def _taken(file: Any) -> Ticket:
    """A file that lies in memory already."""
    ticket = receiving.begin(file.size or 0, file.name or "")
    for n in range(receiving.chunks_of(ticket.size)):
        receiving.take(ticket, n, file.read(CHUNK))
    return ticket


def dropped(given: list[str], target: str) -> list[str]:
    """The tokens without the one at this place ("0" is the first)."""
    return [token for n, token in enumerate(given) if str(n) != target]


def without(given: list[str], wrong: dict[UUID, str]) -> tuple[list[str], list[Fault]]:
    """The tokens without the files that a tip cannot take over, and these by name."""
    good, faults = [], []
    for token in given:
        for ticket in _ticket(token):
            if ticket.id in wrong:
                faults.append(fault(wrong[ticket.id], ticket.name))
            else:
                good.append(token)
    return good, faults


def tickets(given: Iterable[str]) -> tuple[Ticket, ...]:
    """The tickets of a page's tokens; one whose time is over is left out."""
    return tuple(ticket for token in given for ticket in _ticket(token))


def known(given: list[str], faults: list[Fault], subtype: str = "") -> dict[str, Any]:
    """What the part of a page needs that shows files. After a report of sexual images none is asked for."""
    most = limits()
    return {
        "files": chosen(given),
        "file_faults": faults,
        "file_accept": ACCEPT,
        "file_most": f"{most.file // MEGABYTE} MB",
        "file_count": most.files,
        "file_unwanted": adopting.said_by_reporter(subtype),
    }


def notice(files: Iterable[Any], language: str) -> str:
    """What must be said where one of a tip's files is suspected; empty where none is."""
    suspected = any(file.suspected for file in files)
    return current().text("reporter.files.suspected", language) if suspected else ""
