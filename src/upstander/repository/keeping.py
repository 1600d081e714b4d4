"""The verbs of kept searches: keep one, change how one is told, end it. A member's own, behind their own wall.

What they look for is sealed: the network's process and the relay have the secret `kept`, and nobody else, the pages of the staff
neither.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation import limits
from upstander.repository import finding
from upstander.repository.errors import CannotDo
from upstander.repository.finding import Wanted
from upstander.repository.models import Kept
from upstander.vault.envelope import open_text, place, seal
from upstander.vault.keys import derive, keyring

MOST = 20  # of one member
SECRET = "kept"  # noqa: S105 - its name


@dataclass(frozen=True, slots=True)
class Mine:
    """A kept search, opened."""

    row: Kept
    wanted: Wanted


def mine(member_id: UUID) -> list[Mine]:
    """The searches that a member keeps, the latest first."""
    rows = Kept.objects.filter(member=member_id, ended_at=None).order_by("-made_at", "-id")
    return [Mine(row, wanted(row)) for row in rows]


def one(member_id: UUID, kept_id: UUID) -> Mine | None:
    """One of them; None where there is none."""
    row = Kept.objects.filter(pk=kept_id, member=member_id, ended_at=None).first()
    return Mine(row, wanted(row)) if row else None


def wanted(row: Kept, came: tuple[datetime, datetime] | None = None) -> Wanted:
    """What is looked for; within `came` only what was listed then. Raises CannotOpen where this process may not know."""
    words = open_text(_key(row.member_id), row.sealed_words, _place(row.member_id, row.id))
    return Wanted(words, tuple(row.kinds), row.topic, row.region, came=came)


@transaction.atomic
def keep(member_id: UUID, account_id: int, press: UUID, sought: Wanted, how: str) -> Kept:
    """Keep a search, and be told of what is new from now on; `press` marks one shown form. Raises CannotDo for one that looks for
    nothing in particular, and for one too many."""
    words = finding.plain(sought.words)
    if not (words or sought.kinds or sought.topic or sought.region is not None):
        raise CannotDo(_("Say first what to look for: words, a kind, a topic or a region."))
    if how not in Kept.How.values:
        raise CannotDo(_("Choose how you are told."))
    with connection.cursor() as cursor:  # of two presses at once one is first
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [member_id.int & (2**63 - 1)])
    if before := Kept.objects.filter(pk=press, member=member_id).first():
        return before
    if Kept.objects.filter(member=member_id, ended_at=None).count() >= MOST:
        raise CannotDo(_("You keep %(most)s searches. End one first.") % {"most": MOST})
    now = clock.now()
    sealed = seal(_key(member_id), words, _place(member_id, press))
    made = Kept(
        id=press, member_id=member_id, sealed_words=sealed, kinds=list(sought.kinds), topic=sought.topic, region=sought.region,
        how=how, made_at=now, seen_at=now, next_at=_next(how, now), opened_at=now,
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record(f"account:{account_id}", "repository.search_kept", "kept", made.id, how=how)  # the words are nobody's business
    return made


@transaction.atomic
def change(member_id: UUID, account_id: int, kept_id: UUID, how: str) -> None:
    """Be told of it otherwise from now on. Raises CannotDo."""
    if how not in Kept.How.values:
        raise CannotDo(_("Choose how you are told."))
    now = clock.now()
    rows = Kept.objects.filter(pk=kept_id, member=member_id, ended_at=None)
    changed = {"how": how, "next_at": _next(how, now)}
    if rows.filter(how=Kept.How.NEVER).exists():
        changed["seen_at"] = now  # what came while they wanted no word stays unsaid
    if not rows.update(**changed):
        raise CannotDo(_("You keep no such search any more."))
    audit.record(f"account:{account_id}", "repository.search_changed", "kept", kept_id, how=how)


@transaction.atomic
def end(member_id: UUID, account_id: int, kept_id: UUID) -> None:
    """Keep it no more: its words are gone, and no mail that waits says anything. Pressed twice it is once."""
    rows = Kept.objects.filter(pk=kept_id, member=member_id, ended_at=None)
    if rows.update(ended_at=clock.now(), sealed_words=b"", next_at=None):
        audit.record(f"account:{account_id}", "repository.search_ended", "kept", kept_id)


def opened(row: Kept) -> datetime:
    """The member looks at what it finds; since when what came is new to them."""
    before = row.opened_at
    Kept.objects.filter(pk=row.pk).update(opened_at=clock.now())
    return before


def _next(how: str, now: datetime) -> datetime | None:
    if how == Kept.How.NEVER:
        return None
    return now if how == Kept.How.AT_ONCE else limits.next_digest(how, now)


def _key(member_id: UUID) -> bytes:
    return derive(keyring().secret(SECRET), member_id.bytes, b"upstander/kept/1")


def _place(member_id: UUID, kept_id: UUID) -> bytes:
    return place("repository_kept.sealed_words", member_id, kept_id)
