"""A reporter's form that brings files: each is sealed chunk by chunk while it arrives (see `ops.formfiles`).

Django gets in a file's place `upload` with its token, or `upload_fault` with why it was not taken.
"""

from django.db import DatabaseError, InterfaceError, connection

from upstander.evidence import receiving, tokens
from upstander.evidence.limits import limits as most
from upstander.evidence.receiving import CannotTake
from upstander.ops.cutter import Arriving
from upstander.ops.formfiles import Keeper


def _store(file: Arriving, data: bytes, last: bool) -> None:
    """In a thread: store a piece of a file, or remember why not. A fault of the file is no fault of the form."""
    try:
        if data and not file.fault:
            file.ticket = file.ticket or receiving.begin(most().file, file.name, exact=False)
            file.size += len(data)
            if file.size > most().file:
                raise CannotTake("too_large")
            receiving.store(file.ticket, file.n, data)
            file.n += 1
    except CannotTake as error:
        file.fault = error.code
    except (DatabaseError, InterfaceError):
        file.fault = "full"
    finally:
        connection.close()  # back to the pool
    if last:
        file.outcome = _outcome(file)


def _outcome(file: Arriving) -> tuple[str, str] | None:
    """The field that the form gets in the file's place; None where no file was chosen."""
    if file.fault:
        return "upload_fault", f"{file.fault}:{receiving.plain_name(file.name)}"
    if file.ticket is None:
        return ("upload_fault", f"empty:{receiving.plain_name(file.name)}") if file.name else None
    ticket = tokens.Ticket(file.ticket.id, file.ticket.key, file.size, file.ticket.name, file.ticket.at)
    return "upload", tokens.hide(ticket)


stream = Keeper(_store, _outcome, lambda: most().tip)
