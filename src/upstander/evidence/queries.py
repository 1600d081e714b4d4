"""What other rooms read of files. Nothing here opens one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise

from upstander.evidence.kinds import KINDS
from upstander.evidence.models import Destruction, File, HandOver

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


def waiting() -> int:
    """How many sealed files wait for a custodian: no agency has them yet, or their destruction is to be decided."""
    handed = HandOver.objects.filter(file=OuterRef("pk"), received_at__isnull=False)
    asked = Destruction.objects.filter(file=OuterRef("pk"), decided_at=None)
    return File.objects.filter(Exists(asked) | ~Exists(handed), state=File.State.SEALED).count()
