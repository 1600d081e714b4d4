"""Contacts with partners: written down in seconds, sealed, found again (S-sio).

All words of one contact lie in one envelope under a key of the network's process alone. Looking for words opens the latest MOST
of them, in memory: there are some thousands in ten years, and nothing of them lies open anywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.insight.models import Contact
from upstander.people import queries as people
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal
from upstander.vault.keys import derive, keyring

SECRET = "partners"  # noqa: S105 - its name
COLUMN = "insight_contact.sealed_words"
MOST = 5000


class Words(msgspec.Struct, frozen=True):
    """What a person typed."""

    who: str
    organisation: str = ""
    note: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """A contact, opened."""

    id: UUID
    at: datetime
    kind: str
    partner: str
    who: str
    organisation: str
    note: str
    next: str
    due: date | None
    done_at: datetime | None
    by: str

    @property
    def open(self) -> bool:
        """Whether a next step is still to be taken."""
        return bool(self.next) and self.done_at is None


def _key() -> bytes:
    return derive(keyring().secret(SECRET), b"", b"upstander/partners/1")


@transaction.atomic
def log(words: Words, kind: str, partner: str, due: date | None, account_id: int, press: UUID) -> UUID:
    """Write a contact down, as of now; `press` marks one shown form: pressed again it is the same contact."""
    sealed = seal(_key(), msgspec.json.encode(words), place(COLUMN, press))
    made = Contact(
        id=press, at=clock.now(), account_id=account_id, kind=kind, partner=partner, sealed_words=sealed,
        next_due=due if words.next else None,
    )  # fmt: skip
    Contact.objects.bulk_create([made], ignore_conflicts=True)
    if Contact.objects.filter(pk=press, at=made.at, account_id=account_id).exists():
        audit.record(f"account:{account_id}", "insight.contact_logged", "contact", press, how=kind)
    return press


@transaction.atomic
def done(contact_id: UUID, account_id: int) -> None:
    """The next step was taken; said again it stays as it was."""
    first = Contact.objects.filter(pk=contact_id, next_done_at=None)
    if first.update(next_done_at=clock.now(), next_done_by=account_id):
        audit.record(f"account:{account_id}", "insight.contact_step_done", "contact", contact_id)


def one(contact_id: UUID) -> Logged | None:
    """One of them; None where there is none."""
    return next(iter(_opened(Contact.objects.filter(pk=contact_id))), None)


def latest(most: int = 50) -> list[Logged]:
    """The latest, newest first."""
    return _opened(Contact.objects.order_by("-at", "-pk")[:most])


def found(words: str, most: int = 200) -> list[Logged]:
    """Those of the latest MOST in which each of these words stands, newest first."""
    wanted = words.casefold().split()
    rows = _opened(Contact.objects.order_by("-at", "-pk")[:MOST])
    texts = ((row, f"{row.who} {row.organisation} {row.note} {row.next}".casefold()) for row in rows)
    return [row for row, text in texts if all(word in text for word in wanted)][:most]


def steps_due(until: date, most: int) -> list[Logged]:
    """Next steps that nobody has taken, due by `until`, the oldest first."""
    rows = Contact.objects.filter(next_done_at=None, next_due__lte=until).order_by("next_due", "at")
    return _opened(rows[:most])


def number(since: datetime, until: datetime) -> int:
    """How many contacts there were from `since` until before `until`: a figure of the review."""
    return Contact.objects.filter(at__gte=since, at__lt=until).count()


def _opened(rows: Iterable[Contact]) -> list[Logged]:
    listed, key = list(rows), _key()
    names = people.names({row.account_id for row in listed})
    return [_open(row, key, names.get(row.account_id, "")) for row in listed]


def _open(row: Contact, key: bytes, by: str) -> Logged:
    try:
        words = msgspec.json.decode(open_bytes(key, row.sealed_words, place(COLUMN, row.pk)), type=Words)
    except (CannotOpen, msgspec.MsgspecError):
        words = Words(who="")  # the row says that there was something; an administrator sees to the key
    return Logged(
        row.pk, row.at, row.kind, row.partner, words.who, words.organisation, words.note, words.next, row.next_due,
        row.next_done_at, by,
    )  # fmt: skip
