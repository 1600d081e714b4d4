"""Who passed a tip on (D-IV.B.3): sealed under the tip's key, opened at the desk, shown to no reporter and no school."""

from typing import Any
from uuid import UUID

import msgspec

from upstander.intake.models import Submitter, Tip
from upstander.intake.submission import Submission, Submitted
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal

_COLUMN = "intake_tip.sealed_submitter"


def values(tip_id: UUID, key: bytes, submission: Submission) -> dict[str, Any]:
    """The values of a tip's two columns under the names of `store.TIP`."""
    given = submission.submitted
    if given is None:
        return {"submitter": Submitter.REPORTER.value, "sealed_submitter": None}
    sealed = seal(key, msgspec.json.encode(given), place(_COLUMN, tip_id, tip_id))
    return {"submitter": given.code, "sealed_submitter": sealed}


def of(tip_id: UUID) -> Submitted | None:
    """Who passed the tip on, opened with the desk's key; None where its reporter sent it. Raises CannotOpen where its words were
    destroyed. The caller writes the audit entry.
    """
    sealed = Tip.objects.filter(id=tip_id).values_list("sealed_submitter", flat=True).first()
    if sealed is None:
        return None
    data = open_bytes(vault.content_key(tip_id, "desk"), sealed, place(_COLUMN, tip_id, tip_id))
    try:
        return msgspec.json.decode(data, type=Submitted)
    except msgspec.DecodeError as error:
        raise CannotOpen("who passed this on cannot be read") from error
