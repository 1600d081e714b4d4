"""What a member keeps on a phone to read without a line (S-levels; docs/decisions/0131-the-members-app.md).

A room says how an item of its own reads (`register`); what may be kept, and how long without contact, is the pack's.
The phone seals what it is handed, and asks now and then, by its own mark, what of it is still so: nobody need be signed in then,
and no word is told.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation.errors import CannotDo
from upstander.circulation.models import Phone
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import pack, walls
from upstander.network.models import Member
from upstander.network.standing import Standing, standing

PHONES = 5  # of one member
HOLDS = 300  # items of one phone: its script keeps no more
MOST = 60  # items about which a phone asks at once
_MARK = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Item:
    """Something as a phone shows it. `level`: the highest of what it says; `mark`: whose copy it is; `blocks`: (heading, note or
    text; words); `address`: its page on the site; `version`: changes when anything of it does, and with no language."""

    level: Level
    version: str
    title: str
    banner: str
    mark: str
    blocks: tuple[tuple[str, str], ...]
    address: str

    @property
    def digest(self) -> str:
        """By what a phone and we see that it has changed."""
        return hashlib.sha256(self.version.encode()).hexdigest()[:32]


Read = Callable[[Standing, UUID], Item | None]
Take = Callable[[Standing, UUID], None]
_kinds: dict[str, tuple[Read, Take | None]] = {}


def register(kind: str, read: Read, take: Take | None = None) -> None:
    """Have items of `kind` kept: `read` gives one as its member reads it now, within their wall, or None; `take` is called first
    when one is kept anew."""
    _kinds[kind] = (read, take)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page needs to offer that an item is kept (circulation/_keep.html)."""

    kind: str
    id: UUID
    may: bool
    days: int
    holds: int = HOLDS


def offer(kind: str, id: UUID, level: Level) -> Offer:
    """The offer for an item whose highest text is of `level`."""
    rule = pack.network().phone
    return Offer(kind, id, rule.may(level), rule.days)


def until() -> datetime:
    """How long a phone opens what it keeps, if it has no contact after now."""
    return clock.now() + timedelta(days=pack.network().phone.days)


def read(who: Standing, kind: str, id: UUID) -> Item | None:
    """An item as it is now; None where there is none for this member. Raises CannotDo where its level may not be kept."""
    found = _kinds[kind][0](who, id) if kind in _kinds else None
    if found is not None and not pack.network().phone.may(found.level):
        raise CannotDo("level")
    return found


@transaction.atomic
def keep(who: Standing, mark: str, kind: str, id: UUID) -> tuple[str, Item] | None:
    """Hand out an item to be kept, and the mark by which the phone asks: its own, or a new one. None where there is no such item.

    Raises CannotDo: `level` may not be kept, `phones`: as many keep something as anybody may have.
    """
    assert who.member_id is not None
    found = read(who, kind, id)
    if found is None:
        return None
    take = _kinds[kind][1]
    if take is not None:
        take(who, id)
        found = read(who, kind, id) or found
    row = _of(mark)
    if row is None or row.member_id != who.member_id or row.ended_at is not None:
        mark, row = _new(who.member_id)
    audit.record(f"account:{who.account_id}", "circulation.kept", kind, id, phone=row.id)
    return mark, found


def _new(member_id: UUID) -> tuple[str, Phone]:
    mine = Phone.objects.filter(member=member_id)
    if mine.filter(ended_at=None).only("id").count() >= PHONES:
        raise CannotDo("phones")
    mark, now = secrets.token_urlsafe(32), clock.now()
    made = Phone(id=new_id(), member_id=member_id, digest=_digest(mark), made_at=now, seen_at=now)
    Phone.objects.bulk_create([made])
    return mark, made


def _digest(mark: str) -> bytes:
    return hashlib.sha256(b"circulation/phone/1:" + mark.encode()).digest()


def _of(mark: str) -> Phone | None:
    if not _MARK.fullmatch(mark):
        return None
    return Phone.objects.only("id", "member_id", "ended_at").filter(digest=_digest(mark)).first()


def renewed(who: Standing, mark: str, kind: str, id: UUID) -> Item | None:
    """An item anew, for a phone of this member that keeps it; None where it is not theirs. Raises CannotDo."""
    row = _of(mark)
    return read(who, kind, id) if row is not None and row.member_id == who.member_id and row.ended_at is None else None


@transaction.atomic
def contact(mark: str, held: dict[str, str]) -> dict[str, str] | None:
    """What became of each item of a phone (key, digest), of which it asks by the piece: `same`, `changed`, `gone`. None: it keeps
    nothing any more, for its owner said so, or nothing may reach them now. Raises CannotDo: `many` at once."""
    if len(held) > MOST:
        raise CannotDo("many")
    row = _of(mark)
    who = _who(row.member_id) if row is not None and row.ended_at is None else None
    if row is None or who is None or who.level is None:
        if row is not None:
            _seen(row)
        return None
    with walls.reading(who.level, who.member_id):
        found = {key: _now(who, key, digest) for key, digest in held.items()}
    _seen(row)
    return found


def _who(member_id: UUID) -> Standing | None:
    member = Member.objects.select_related("account").filter(pk=member_id).first()
    return standing(member.account) if member is not None else None


def _now(who: Standing, key: str, digest: str) -> str:
    kind, _slash, id = key.partition("/")
    try:
        found = read(who, kind, UUID(id))
    except (ValueError, CannotDo):
        return "gone"
    if found is None:
        return "gone"
    return "same" if found.digest == digest else "changed"


def _seen(row: Phone) -> None:
    with walls.reading(walls.STAFF):
        Phone.objects.filter(pk=row.pk).update(seen_at=clock.now())


@transaction.atomic
def bye(mark: str) -> None:
    """The phone keeps nothing any more, and says so: its owner signed out, or took all off."""
    row = _of(mark)
    if row is not None:
        with walls.reading(walls.STAFF):
            Phone.objects.filter(pk=row.pk)._raw_delete("default")
            audit.record("system:network", "circulation.phone_emptied", "member", row.member_id, phone=row.id)


@transaction.atomic
def end(who: Standing, phone_id: UUID) -> bool:
    """Have a phone remove all that it keeps at its next contact; False where it is not theirs."""
    assert who.member_id is not None
    done = Phone.objects.filter(member=who.member_id, pk=phone_id, ended_at=None).update(ended_at=clock.now())
    if done:
        audit.record(f"account:{who.account_id}", "circulation.phone_ended", "member", who.member_id, phone=phone_id)
    return bool(done)


def phones(member_id: UUID) -> list[Phone]:
    """A member's phones that keep something, or are to be emptied, the oldest first."""
    return list(Phone.objects.defer("digest").filter(member=member_id).order_by("made_at"))
