"""Papers about a tip: writing versions down, sealed, and what was made of them (docs/decisions/0079)."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Max

from upstander import clock
from upstander.audit import services as audit
from upstander.desk.models import Paper, PaperCopy
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.people.models import Account
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place, seal
from upstander.web import paper as typeset
from upstander.web.paper import Document

_COLUMN = "desk_paper.sealed_fields"
Fields = dict[str, str]


class SavedSince(Exception):
    """Somebody saved another version since the form was shown: its number, and whose it is."""

    def __init__(self, newest: Paper) -> None:
        super().__init__(newest.n)
        self.n, self.name = newest.n, newest.account.name


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest version of a paper, opened; `fields` are None where its words were destroyed."""

    paper: Paper
    fields: Fields | None


def newest(tip_id: UUID, kind: str) -> Draft | None:
    """The draft of this kind for a tip; None before the first. Opening it is a view, and the caller's to record."""
    found = Paper.objects.select_related("account").filter(tip_id=tip_id, kind=kind).order_by("n").last()
    return Draft(found, _opened(found)) if found else None


def _opened(paper: Paper) -> Fields | None:
    try:
        key = vault.content_key(paper.tip_id, "desk")
        text = open_text(key, paper.sealed_fields, place(_COLUMN, paper.tip_id, paper.id))
    except CannotOpen:
        return None
    return msgspec.json.decode(text, type=Fields)


@transaction.atomic
def save(tip_id: UUID, kind: str, account: Account, fields: Fields, seen: int) -> Paper:
    """Write a version down; where it says the same as the newest, that one. `seen`: the number of the version that the form
    was shown with, 0 for none. Raises SavedSince, CannotOpen where the tip's words were destroyed.
    """
    Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)  # two who save at once are one after the other
    before = newest(tip_id, kind)
    if before and before.fields == fields:
        return before.paper
    if before and before.paper.n != seen:
        raise SavedSince(before.paper)
    last = Paper.objects.filter(tip_id=tip_id, kind=kind).aggregate(n=Max("n"))["n"] or 0
    row = new_id()
    text = msgspec.json.encode(fields).decode()
    sealed = seal(vault.content_key(tip_id, "desk"), text, place(_COLUMN, tip_id, row))
    made = Paper(
        id=row, tip_id=tip_id, kind=kind, n=last + 1, at=clock.now(), account=account, sealed_fields=sealed
    )
    made.save(force_insert=True)
    audit.record(account.actor, "paper.saved", "tip", tip_id, paper=str(row), what=kind, version=made.n)
    return made


@transaction.atomic
def make(paper: Paper, account: Account, document: Document) -> bytes:
    """The PDF of a version, in memory; on record are its SHA-256, who made it, and when. Raises CannotPrint."""
    made = typeset.pdf(document, paper.at)
    copy = PaperCopy(
        id=new_id(), paper=paper, at=clock.now(), account=account, sha256=hashlib.sha256(made).hexdigest()
    )
    copy.save(force_insert=True)
    audit.record(
        account.actor, "paper.made", "tip", paper.tip_id,
        paper=str(paper.id), what=paper.kind, version=paper.n, copy=str(copy.id), sha256=copy.sha256,
    )  # fmt: skip
    return made


def copies(tip_id: UUID, kind: str) -> list[PaperCopy]:
    """What was made of a tip's papers of this kind, the latest first; one press for the same bytes counts once."""
    found = PaperCopy.objects.select_related("paper", "account").filter(
        paper__tip_id=tip_id, paper__kind=kind
    )
    first: dict[str, PaperCopy] = {}
    for copy in found.order_by("-at", "-id"):
        first.setdefault(copy.sha256, copy)
    return list(first.values())
