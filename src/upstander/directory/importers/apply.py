"""Applying an import: planned anew and written under one lock in one transaction, with its history and
audit record.
"""

import hashlib
from pathlib import PurePath

from django.db import connection, transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.importers.files import Refused
from upstander.directory.importers.formats import plan, recognise
from upstander.directory.importers.planning.derived import link_regions, refresh_search
from upstander.directory.importers.planning.plan import Plan
from upstander.directory.importers.records import Progress, Read
from upstander.directory.importers.states import code_of
from upstander.directory.models import Import
from upstander.ops import events

_LOCK = 0x64697265  # "dire": one import at a time


def home_state() -> str:
    """The two letters of the state whose pack is in force; empty where the pack names none."""
    from upstander.packs.current import current

    return code_of(current().jurisdiction)


def _suffix(found: Read, state: str) -> str:
    home = home_state()
    return f", {state}" if found.format == "fcc" and home and state != home else ""


def _state(state: str) -> str:
    chosen = (state or home_state()).upper()
    if not chosen:
        raise Refused("The pack names no state: say which with --state, for example --state IL.")
    return chosen


def plan_import(data: bytes, state: str = "") -> Plan:
    """What this file would do, without doing it (the dry run). Raises Refused."""
    state = _state(state)
    found = recognise(data, state)
    return plan(found, _suffix(found, state))


def apply_import(
    data: bytes,
    file_name: str,
    actor: str,
    state: str = "",
    progress: Progress = lambda done, total: None,
    accept_gone: bool = False,
) -> Plan:
    """Read the file, write what it says in one transaction, and return what was done.

    `progress` is called with (rows written, of all). Raises Refused where the file is none that is known, or
    where suspiciously many would go and `accept_gone` is false: then nothing is written.
    """
    state = _state(state)
    found = recognise(data, state)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        made = plan(found, _suffix(found, state))
        if made.alarm and not accept_gone:
            raise Refused(made.alarm)
        made.run(progress)
        link_regions()
        refresh_search()
        row = Import.objects.create(
            at=clock.now(),
            actor=actor,
            format=found.title[:40],
            file_name=PurePath(file_name).name[:200],
            file_digest=hashlib.sha256(data).hexdigest(),
            counts=made.counts(),
        )
        audit.record(actor, "directory.imported", "import", row.pk, format=found.format, **made.counts())
        events.tell("directory.changed")
    return made
