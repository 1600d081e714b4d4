"""A person decides to look at a picture, or to listen to a sound: the decision is on record before anything is opened, and
there is one view, or one hearing.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound made anew, as an address that holds it whole: it stands at no other. `cut`: there is more than is played."""

    address: str
    seconds: int
    cut: bool


def look(file_id: UUID, account: Account, reason: str) -> View:
    """One view of a picture in quarantine, for `account`, because of `reason`; raises CannotShow.

    The decision is committed first: whatever comes of the picture, it is known who wanted to see it and why.
    """
    file = _decided(file_id, account, reason, "looked")
    with _opening(file, account, "not_shown"):
        told, data = sandboxed.picture(file.kind, content.pieces(file, content.key_of(file.id, "desk")))
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    return View(address, told["width"], told["height"], told["frames"])


def listen(file_id: UUID, account: Account, reason: str) -> Sound:
    """The same of a sound: one answer that plays."""
    file = _decided(file_id, account, reason, "listened")
    with _opening(file, account, "not_played"):
        told, data = sandboxed.sound(file.kind, content.pieces(file, content.key_of(file.id, "desk")))
    return Sound(f"data:audio/wav;base64,{base64.b64encode(data).decode()}", told["seconds"], bool(told["cut"]))


@transaction.atomic
def _decided(file_id: UUID, account: Account, reason: str, act: str) -> File:
    """The decision, on record; raises CannotShow."""
    file = File.objects.select_for_update(of=("self",)).get(id=file_id)
    if file.state != File.State.QUARANTINED:
        raise CannotShow("sealed")
    if forbidden(file.tip_id):
        raise CannotShow("judged")
    kind = KINDS[file.kind]
    if not (kind.shown if act == "looked" else kind.heard):
        raise CannotShow("kind")
    custody.record(file.id, act, account.actor, {"reason": reason})
    return file


@contextmanager
def _opening(file: File, account: Account, failed: str) -> Iterator[None]:
    """What is read within the block may come to nothing; raises CannotShow."""
    try:
        yield
    except CannotOpen:  # it was sealed in this moment
        raise CannotShow("sealed") from None
    except sandboxed.Failed as error:
        custody.record(file.id, failed, account.actor, fault=error.code)
        raise CannotShow(error.code) from None
