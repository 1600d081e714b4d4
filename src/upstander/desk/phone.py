"""Telephone calls: what is typed while somebody talks, saved and found again; what came of each call, counted (decision 0096)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander import clock
from upstander.audit import services as audit
from upstander.desk.models import Call
from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Account, Role
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring
from upstander.web.templatetags.ui import span

RED_AFTER = timedelta(minutes=10)  # since the last key press: it may be a tip that nobody has got
MOST = 48_000  # characters of a draft
NO_TIP = tuple(code for code in Call.Result.values if code != Call.Result.TIP)
Fields = dict[str, str]


class SavedElsewhere(Exception):
    """Another page has saved this call since: what it wrote is in the draft."""


class Over(Exception):
    """The call is over: nothing is added to it any more."""


class TooLong(Exception):
    """More than a draft holds."""


def _info(account_id: int, call_id: UUID) -> bytes:
    return f"upstander/call/1|{account_id}|{call_id}".encode()


def find(call_id: UUID, account: Account, *, lock: bool = False) -> Call | None:
    """The call of this id; None where none was saved yet. Raises PermissionDenied for somebody else's, but for a supervisor."""
    calls = Call.objects.select_related("account")
    found = (calls.select_for_update(of=("self",)) if lock else calls).filter(pk=call_id).first()
    if found and found.account_id != account.pk and Role.SUPERVISOR not in access.roles(account):
        raise PermissionDenied
    return found


def opened(call: Call) -> Fields:
    """What was typed; nothing for a call that is over. Whoever shows somebody else's writes the audit entry."""
    if call.sealed_fields is None:
        return {}
    info = _info(call.account_id, call.pk)
    data = keyring().unwrap("desk", call.key_version, call.sealed_fields, info)
    try:
        return msgspec.json.decode(data, type=Fields)
    except msgspec.DecodeError as error:
        raise CannotOpen("this draft cannot be read") from error


def save(call_id: UUID, account: Account, fields: Mapping[str, str], seen: int, tab: str) -> int:
    """Write down what stands on a page now; how often this call has been saved. When it returns it is on disk.

    `seen` is that number as the page knows it, `tab` the page's own mark: two pages do not overwrite one another unseen. Raises
    SavedElsewhere, Over, TooLong, PermissionDenied.
    """
    if sum(map(len, fields.values())) > MOST:
        raise TooLong
    try:
        return _save(call_id, account, fields, seen, tab)
    except IntegrityError:  # its first save came twice at once
        return _save(call_id, account, fields, seen, tab)


@transaction.atomic
def _save(call_id: UUID, account: Account, fields: Mapping[str, str], seen: int, tab: str) -> int:
    call = find(call_id, account, lock=True) or _begun(call_id, account)
    if call.over_at is not None:
        raise Over
    if call.saves > seen and call.tab != tab:
        raise SavedElsewhere
    data = msgspec.json.encode(dict(fields))
    call.key_version, call.sealed_fields = keyring().wrap("desk", data, _info(call.account_id, call.pk))
    call.saves, call.tab, call.saved_at = call.saves + 1, tab, clock.now()
    call.save(update_fields=["key_version", "sealed_fields", "saves", "tab", "saved_at"])
    return call.saves


def _begun(call_id: UUID, account: Account) -> Call:
    now = clock.now()
    call = Call(id=call_id, account=account, begun_at=now, saved_at=now, saves=0, tab="", key_version=0)
    call.save(force_insert=True)
    audit.record(account.actor, "call.begun", "call", call_id)
    return call


@transaction.atomic
def end(call_id: UUID, account: Account, result: str) -> None:
    """The call is over, and what was typed is removed; a second time changes nothing. Raises PermissionDenied."""
    call = find(call_id, account, lock=True) or _begun(call_id, account)
    if call.over_at is not None:
        return
    call.over_at, call.result, call.sealed_fields = clock.now(), Call.Result(result).value, None
    call.save(update_fields=["over_at", "result", "sealed_fields"])
    audit.record(account.actor, "call.over", "call", call_id, result=call.result)


def unfinished(account_id: int | None = None) -> list[Call]:
    """Calls that nobody has finished, the oldest first: of this account, or of everybody."""
    calls = Call.objects.select_related("account").filter(over_at=None).order_by("begun_at", "id")
    return list(calls if account_id is None else calls.filter(account_id=account_id))


def forgotten(now: datetime) -> list[Call]:
    """Those in which nothing was typed for so long that somebody must look."""
    return [call for call in unfinished() if now - call.saved_at > RED_AFTER]


def faults(now: datetime) -> dict[str, str]:
    """The same for the desk's bar, by a short code: whose, and for how long."""
    found = forgotten(now)
    if not found:
        return {}
    said = ngettext(
        "A phone call was not finished: it may be a tip (%(name)s, for %(t)s)",
        "%(n)d phone calls were not finished: they may be tips (%(name)s, for %(t)s)",
        len(found),
    )
    first = found[0]
    words = {"n": len(found), "name": first.account.name, "t": span(now - first.saved_at)}
    return {"-".join(["phone", *(c.pk.hex[-4:] for c in found[:5])]): said % words}


def counted(first: date, last: date) -> dict[date, Counter[str]]:
    """How many calls ended with what, by day of the programme's time zone, the latest first; days without calls are left out."""
    zone = ZoneInfo(current().programme.time_zone)
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    end_ = datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1)
    found: dict[date, Counter[str]] = {}
    ended = Call.objects.filter(over_at__gte=begin, over_at__lt=end_).order_by("-over_at")
    for at, result in ended.values_list("over_at", "result"):
        if at is not None:  # which the filter has seen to
            found.setdefault(at.astimezone(zone).date(), Counter())[result] += 1
    return found


def label(result: str) -> str:
    """A result in words."""
    return {
        "tip": _("A tip"),
        "hang_up": _("Hung up"),
        "silent": _("Silent"),
        "prank": _("Prank, nothing reported"),
        "wrong_number": _("Wrong number"),
    }[result]
