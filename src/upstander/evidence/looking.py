"""A person decides to look at a picture: the decision is on record before anything is opened, and there is one view."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from upstander.evidence import content, custody, sandboxed
from upstander.evidence.kinds import KINDS
from upstander.evidence.models import File
from upstander.people.models import Account
from upstander.vault.envelope import CannotOpen


class CannotShow(Exception):
    """Why there is nothing to be seen: `sealed`, `judged`, `kind`, or the fault of the picture (`damaged`, `bomb`, ...)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_forbids: list[Callable[[UUID], bool]] = []


def forbid(when: Callable[[UUID], bool]) -> None:
    """Say once, at start, of which tips no file is looked at, because of what a person judged them to be."""
    _forbids[:] = [when]


def forbidden(tip_id: UUID) -> bool:
    """Whether no file of this tip is looked at."""
    return any(when(tip_id) for when in _forbids)


@dataclass(frozen=True, slots=True)
class View:
    """A picture made anew, as an address that holds it whole: it stands at no other."""

    address: str
    width: int
    height: int
    frames: int


def look(file_id: UUID, account: Account, reason: str) -> View:
    """One view of a picture in quarantine, for `account`, because of `reason`; raises CannotShow.

    The decision is committed first: whatever comes of the picture, it is known who wanted to see it and why.
    """
    with transaction.atomic():
        file = File.objects.select_for_update(of=("self",)).get(id=file_id)
        if file.state != File.State.QUARANTINED:
            raise CannotShow("sealed")
        if forbidden(file.tip_id):
            raise CannotShow("judged")
        if not KINDS[file.kind].shown:
            raise CannotShow("kind")
        custody.record(file.id, "looked", account.actor, {"reason": reason})
    try:
        told, data = sandboxed.picture(file.kind, content.pieces(file, content.key_of(file.id, "desk")))
    except CannotOpen:  # it was sealed in this moment
        raise CannotShow("sealed") from None
    except sandboxed.Failed as error:
        custody.record(file.id, "not_shown", account.actor, fault=error.code)
        raise CannotShow(error.code) from None
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    return View(address, told["width"], told["height"], told["frames"])
