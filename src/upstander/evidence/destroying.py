"""Destroying a sealed file on law enforcement's request (18 U.S.C. 2258B(c)): asked by one custodian, confirmed by another."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from upstander import clock
from upstander.evidence import custody
from upstander.evidence.models import Destruction, File
from upstander.ids import new_id, tip_number
from upstander.people.models import Account


class CannotDestroy(Exception):
    """Why not, as a code: `not_sealed`, `asked` (there is an open request), `same` (whoever asked), `over`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def ask(file_id: UUID, account: Account, words: dict[str, str]) -> Destruction:
    """Record the agency's request: `words` agency, officer, reference. Nothing goes yet. Raises CannotDestroy."""
    file = File.objects.select_for_update(of=("self",)).get(id=file_id)
    if file.state != File.State.SEALED:
        raise CannotDestroy("not_sealed")
    row = new_id()
    version, sealed = custody.sealed_words(row, words)
    made = Destruction(
        id=row, file=file, certificate=tip_number(), asked_at=clock.now(), asked_by=account.pk, sealed_words=sealed,
        words_version=version,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise CannotDestroy("asked") from None
    custody.record(file.id, "destruction_asked", account.actor, words, certificate=made.certificate)
    return made


@transaction.atomic
def decide(request_id: UUID, account: Account, *, confirm: bool) -> Destruction:
    """The second custodian's word; confirmed, the file is gone when this returns. Raises CannotDestroy."""
    made = Destruction.objects.select_for_update(of=("self",)).get(id=request_id)
    if made.decided_at is not None:
        raise CannotDestroy("over")
    if made.asked_by == account.pk:
        raise CannotDestroy("same")
    now = clock.now()
    Destruction.objects.filter(id=made.id).update(decided_at=now, decided_by=account.pk, confirmed=confirm)
    act = "destruction_confirmed" if confirm else "destruction_refused"
    custody.record(made.file_id, act, account.actor, certificate=made.certificate)
    if confirm:
        File.objects.filter(id=made.file_id).update(state=File.State.DESTROYED, destroyed_at=now)
        custody.record(made.file_id, "destroyed", account.actor, certificate=made.certificate)
    made.refresh_from_db()
    return made


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as a custodian sees it, with its words."""

    request: Destruction
    words: dict[str, str]


def requests(file: File) -> list[Shown]:
    """The requests about a file, the latest first."""
    return [
        Shown(d, custody.opened_words(d.id, d.words_version, d.sealed_words))
        for d in Destruction.objects.filter(file=file).order_by("-asked_at")
    ]
