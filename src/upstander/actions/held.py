"""The hand-over of sealed files as the proof of `evidence_hold` (D-IV.A.2.c.5).

A person does not say that something was handed over, nor that nothing is held while something is: the evidence room knows
(docs/decisions/0079).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander.actions import followup, recording
from upstander.actions.models import RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.actions.refused import SET_ASIDE
from upstander.evidence import queries as evidence
from upstander.evidence.queries import Received

KIND = "evidence_hold"
HANDED_OVER, PART, NOTHING = "handed_over", "part_handed_over", "nothing_held"
BY_RECEIPT = (HANDED_OVER, PART)


def handed_over(tip_id: UUID, file_id: UUID, hand_over_id: UUID) -> None:
    """The agency's named officer has a file: that is the proof of the duty, or a part of it (`evidence.handed_over`)."""
    receipt = evidence.received(hand_over_id)
    for row in _rows(tip_id):
        _record(row, receipt)


def judged(tip_id: UUID, judgement_id: UUID) -> None:
    """A duty that a judgement opens after everything was handed over is done already (`actions.judged`)."""
    open_ = [row for row in _rows(tip_id) if row.done_at is None]
    if open_ and not evidence.held(tip_id):
        latest = evidence.latest_received(tip_id)
        for row in open_ if latest else ():
            _record(row, latest)


def _rows(tip_id: UUID) -> list[RequiredAction]:
    return list(RequiredAction.objects.filter(tip_id=tip_id, kind=KIND, ended_by=None))


def _record(row: RequiredAction, receipt: Received | None) -> None:
    """Put a receipt on record, where the pack's proof knows of receipts."""
    result = PART if evidence.held(row.tip_id) else HANDED_OVER
    if receipt is None or result not in recording.proof_of(row).results:
        return
    note = _("Hand-over %(number)s, their number %(reference)s, SHA-256 of the package %(sha256)s") % {
        "number": receipt.number, "reference": receipt.reference, "sha256": receipt.sha256,
    }  # fmt: skip
    detail = {"answered_by": receipt.officer, "note": note}
    followup.after(recording.done(row.id, f"account:{receipt.recorded_by}", result, detail))


def by_hand(action: RequiredAction) -> tuple[str, ...]:
    """The results that a person may record on a row: all of its proof, but for a hand-over."""
    results = tuple(recording.proof_of(action).results)
    if action.kind != KIND or HANDED_OVER not in results:
        return results
    held = evidence.held(action.tip_id)
    return tuple(r for r in results if r not in BY_RECEIPT and not (held and r == NOTHING))


def check(action_id: UUID, result: str) -> None:
    """Raise CannotRecord where a person may not record this result."""
    action = RequiredAction.objects.filter(pk=action_id, kind=KIND).first()
    if action is None or result in by_hand(action):
        return
    held = evidence.held(action.tip_id)
    if result in (NOTHING, SET_ASIDE) and held:
        raise CannotRecord(
            ngettext("%(n)d file of this tip is held. A custodian hands it over; the receipt is the proof.",
                     "%(n)d files of this tip are held. A custodian hands them over; the receipts are the proof.", held)
            % {"n": held}
        )  # fmt: skip
    if result in BY_RECEIPT:
        raise CannotRecord(
            _("The receipt is recorded on the custodians' page of the file. It stands here by itself.")
        )


def come_since(tip_ids: Iterable[UUID]) -> dict[UUID, tuple[datetime, int]]:
    """Of open tips whose duty is done, those for which a file is held all the same: since when, how many. It came later, or
    nobody has handed it over."""
    done = RequiredAction.objects.filter(
        tip_id__in=list(tip_ids), kind=KIND, ended_by=None, done_at__isnull=False, tip__closed_at=None
    )
    return evidence.held_of(done.values_list("tip_id", flat=True))
