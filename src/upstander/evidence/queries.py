"""What other rooms read of files. Nothing here opens one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.utils.functional import Promise

from upstander.evidence import custody
from upstander.evidence.kinds import KINDS
from upstander.evidence.models import CustodyEvent, Destruction, File, HandOver

SUSPECTED = (File.Ground.SUSPECTED, File.Ground.REPORTER, File.Ground.LISTED)


@dataclass(frozen=True, slots=True)
class Came:
    """A file as its reporter may see it listed: with which message it came (None: the report), what it is, how large."""

    message_id: UUID | None
    kind: str
    size: int
    state: str
    ground: str
    received_at: datetime

    @property
    def label(self) -> str | Promise:
        """Its kind in words."""
        return KINDS[self.kind].label

    @property
    def suspected(self) -> bool:
        """Whether it is taken for a sexual image of a child."""
        return self.ground in SUSPECTED


def came(tip_id: UUID) -> list[Came]:
    """The files that came to a tip, in order. By columns that the public process may read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT message_id, kind, size, state, ground, received_at FROM evidence_file WHERE tip_id = %s"
            " ORDER BY received_at, id",
            [tip_id],
        )
        return [Came(*row) for row in cursor.fetchall()]


def _held() -> QuerySet[File]:
    """What is there, sealed or in quarantine, and no agency has."""
    received = HandOver.objects.filter(file=OuterRef("pk"), received_at__isnull=False)
    return File.objects.exclude(state=File.State.DESTROYED).filter(~Exists(received))


def held(tip_id: UUID) -> int:
    """How many files of a tip are there that no agency has."""
    return _held().filter(tip_id=tip_id).count()


def held_of(tip_ids: Iterable[UUID]) -> dict[UUID, tuple[datetime, int]]:
    """The same of many tips, with since when: those alone that hold something."""
    found = _held().filter(tip_id__in=list(tip_ids)).values("tip_id").annotate(since=Min("received_at"), n=Count("id"))
    return {row["tip_id"]: (row["since"], row["n"]) for row in found.order_by("tip_id")}


@dataclass(frozen=True, slots=True)
class Received:
    """A hand-over that an agency has confirmed: its number, when, by whom it was recorded, and the agency's words."""

    number: str
    at: datetime
    recorded_by: int
    officer: str
    reference: str
    sha256: str


def received(hand_over_id: UUID) -> Received | None:
    """The receipt of a hand-over, its words opened; None where the agency has not confirmed. At the desk."""
    order = HandOver.objects.filter(pk=hand_over_id, received_at__isnull=False).first()
    if order is None or order.received_at is None:
        return None
    link = CustodyEvent.objects.filter(
        file_id=order.file_id, act="handed_over", detail__receipt=order.receipt
    ).last()
    words = (
        custody.opened_words(link.id, link.words_version, link.sealed_words)
        if link and link.sealed_words and link.words_version
        else {}
    )
    return Received(
        number=order.receipt, at=order.received_at, recorded_by=order.received_recorded_by or 0,
        officer=words.get("officer", ""), reference=words.get("reference", ""), sha256=order.package_sha256,
    )  # fmt: skip


def latest_received(tip_id: UUID) -> Received | None:
    """The last receipt of a tip's files; None where none was handed over."""
    orders = HandOver.objects.filter(file__tip_id=tip_id, received_at__isnull=False)
    last = orders.order_by("-received_at").values_list("pk", flat=True).first()
    return received(last) if last else None


def waiting() -> int:
    """How many sealed files wait for a custodian: no agency has them yet, or their destruction is to be decided."""
    handed = HandOver.objects.filter(file=OuterRef("pk"), received_at__isnull=False)
    asked = Destruction.objects.filter(file=OuterRef("pk"), decided_at=None)
    return File.objects.filter(Exists(asked) | ~Exists(handed), state=File.State.SEALED).count()
