"""A tip takes over files that have arrived: in its own transaction, in the public process, whole or not at all."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from upstander.audit import services as audit
from upstander.evidence import tokens
from upstander.evidence.limits import limits
from upstander.evidence.models import File
from upstander.evidence.receiving import CannotTake
from upstander.evidence.tokens import NotOurs, Ticket
from upstander.ids import new_id
from upstander.ops import events
from upstander.packs.current import current
from upstander.packs.errors import UnknownCode
from upstander.vault.envelope import place, seal
from upstander.vault.keys import keyring

NAME = "evidence_file.name"
FLAG = "sexual_images"  # of every pack that knows it


def info(file_id: UUID, audience: str) -> bytes:
    """What a wrapped file key is bound to."""
    return f"upstander/evidence/1|{audience}|{file_id}".encode()


def said_by_reporter(subtype: str) -> bool:
    """Whether a reporter who chose this sub-type has said that it is a sexual image of a child (D-IV.A.2.c.5)."""
    try:
        return bool(subtype) and current().flag(FLAG).implies == subtype
    except UnknownCode:
        return False


def opened(given: Iterable[str]) -> list[Ticket]:
    """The tickets of tokens, each once, in order; raises CannotTake("gone") for one that is none (any more)."""
    found: dict[UUID, Ticket] = {}
    for token in given:
        try:
            ticket = tokens.reveal(token)
        except NotOurs:
            raise CannotTake("gone") from None
        found.setdefault(ticket.id, ticket)
    return list(found.values())


def check(tickets: list[Ticket], tip_id: UUID | None = None) -> dict[UUID, str]:
    """What is wrong with files that a tip (an existing one, or None) is to take over: codes by file; empty where nothing is."""
    if not tickets:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(size), 0) FROM evidence_file WHERE tip_id = %s", [tip_id]
        )
        files, total = cursor.fetchone()
        cursor.execute(
            "SELECT u.id, coalesce(sum(c.size), 0), count(c.n), coalesce(max(c.kind), '')"
            " FROM evidence_upload u LEFT JOIN evidence_chunk c ON c.file_id = u.id WHERE u.id = ANY(%s) GROUP BY u.id",
            [[t.id for t in tickets]],
        )
        there = {row[0]: row[1:] for row in cursor.fetchall()}
    found: dict[UUID, str] = {}
    most = limits()
    for ticket in tickets:
        size, _chunks, kind = there.get(ticket.id, (-1, 0, ""))
        files, total = files + 1, total + ticket.size
        if size != ticket.size or not kind:
            found[ticket.id] = "gone"
        elif files > most.files or total > most.tip:
            found[ticket.id] = "too_many"
    return found


_FILE = """
INSERT INTO evidence_file (id, tip_id, tip_number, message_id, received_at, kind, size, chunks, sealed_name, state, ground,
    sealed_at, keep_until, lists_seen)
SELECT %(id)s, %(tip)s, %(number)s, %(message)s, %(at)s, max(kind), %(size)s, count(*), %(name)s, %(state)s, %(ground)s,
    %(sealed_at)s, %(keep)s, 0 FROM evidence_chunk WHERE file_id = %(id)s
"""
_KEY = "INSERT INTO evidence_file_key (file_id, audience, key_version, wrapped) VALUES (%s, %s, %s, %s)"
_EVENT = (
    "INSERT INTO evidence_custody_event (id, file_id, at, act, actor, detail) VALUES (%s, %s, %s, %s, %s, '{}')"
)


def adopt(
    tip_id: UUID,
    number: str,
    tickets: list[Ticket],
    at: datetime,
    *,
    message_id: UUID | None = None,
    suspected: bool = False,
    by: str = "reporter",
) -> None:
    """Make files the tip's, in the present transaction; raises CannotTake, after which it must be rolled back.

    `suspected`: the reporter said what it is, so that the desk never gets a key. `by`: who brought them, as the
    audit record names it.
    """
    if faults := check(tickets, tip_id):
        raise CannotTake(next(iter(faults.values())), faults)
    keep = at + timedelta(days=current().limits.evidence_days)
    with connection.cursor() as cursor:
        for ticket in tickets:
            values: dict[str, Any] = {
                "id": ticket.id, "tip": tip_id, "number": number, "message": message_id, "at": at, "size": ticket.size,
                "name": seal(ticket.key, ticket.name, place(NAME, ticket.id)),
                "state": (File.State.SEALED if suspected else File.State.QUARANTINED).value,
                "ground": File.Ground.REPORTER.value if suspected else "",
                "sealed_at": at if suspected else None, "keep": keep if suspected else None,
            }  # fmt: skip
            try:
                cursor.execute(_FILE, values)
            except IntegrityError:  # taken over between the look and now
                raise CannotTake("gone", {ticket.id: "gone"}) from None
            for audience in ("evidence",) if suspected else ("evidence", "desk"):
                version, wrapped = keyring().wrap(audience, ticket.key, info(ticket.id, audience))
                cursor.execute(_KEY, [ticket.id, audience, version, wrapped])
            cursor.execute(_EVENT, [new_id(), ticket.id, at, "received", by])
            if suspected:
                cursor.execute(_EVENT, [new_id(), ticket.id, at, "sealed", by])
            audit.record(by, "evidence.received", "file", ticket.id, tip=tip_id, suspected=suspected)
    for ticket in tickets:
        events.tell("evidence.received", tip_id=tip_id, file_id=ticket.id)


def adopt_later(tip_id: UUID, number: str, tickets: list[Ticket], at: datetime, message_id: UUID) -> None:
    """The same for files that come with a later word of the reporter.

    They are suspected where the reporter had said so of the report, or a file of it was sealed as suspected before.
    """
    flag = next((f for f in current().flags if f.code == FLAG), None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence_expected(%s, %s)", [tip_id, flag.implies if flag else None])
        suspected = bool(cursor.fetchone()[0])
    adopt(tip_id, number, tickets, at, message_id=message_id, suspected=suspected)
