"""How grave a case is, by the district's scale; whether the police are told; when it is looked at again; how it ends."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.assessment import pack
from upstander.assessment.cases import theirs
from upstander.assessment.models import Case, Item, Level
from upstander.assessment.reach import Reach
from upstander.audit import services as audit
from upstander.disclosure import sealing
from upstander.disclosure.errors import CannotDo
from upstander.ids import new_id
from upstander.packs.assessment import NOT_MET

REASON, CLOSING = "assessment_level.sealed_reason", "assessment_case.sealed_closing"
MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Decided:
    """The team's decision: the level of its scale with the reason; which thresholds are met, why the police are told or not, and
    whether they were told now; when the case is looked at again (None: as the level says)."""

    level: str
    reason: str
    thresholds: tuple[str, ...]
    police_reason: str
    police_told: bool = False
    review_on: date | None = None


def decide(mine: Reach, case_id: UUID, said: Decided, level_id: UUID | None = None) -> None:
    """Write down how grave the team holds the case to be; the same press writes once. Raises NotTheirs, CannotDo."""
    case, _seat = theirs(mine, case_id, open_only=True)
    section, scale = pack.section(), case.team.scale
    level = section.level(scale, said.level)
    if level is None:
        raise CannotDo(_("Choose one of these."), "level")
    if not said.reason.strip():
        raise CannotDo(_("Write the reason."), "reason")
    _threshold(said, level.police)
    if said.review_on is not None and said.review_on < clock.today():
        raise CannotDo(_("This day is over."), "review_on")
    identity = level_id or new_id()
    if Level.objects.filter(pk=identity).exists():
        return
    words = {"reason": said.reason.strip(), "police": said.police_reason.strip()}
    Level.objects.create(
        id=identity, case=case, made_at=clock.now(), made_by=mine.account_id, scale=scale, level=level.code,
        thresholds=list(said.thresholds), police_told_at=clock.now() if said.police_told else None,
        sealed_reason=sealing.sealed(case.id, REASON, identity, words),
    )  # fmt: skip
    after = timedelta(days=level.review_days)
    review = said.review_on or (clock.today() + after if level.review_days else None)
    Case.objects.filter(pk=case.id).update(review_on=review)
    audit.record(mine.actor, "assessment.level", "case", case.id, scale=scale, level=level.code, police=said.police_told)


def _threshold(said: Decided, asked: bool) -> None:
    """Whether law enforcement is told is decided each time, with its reason; at a grave level the threshold is met."""
    known = {one.code for one in pack.section().thresholds}
    if not said.thresholds or not set(said.thresholds) <= known:
        raise CannotDo(_("Choose what holds, or that none does."), "thresholds")
    if NOT_MET in said.thresholds and len(set(said.thresholds)) > 1:
        raise CannotDo(_("Either one of these holds, or none does."), "thresholds")
    if not said.police_reason.strip():
        raise CannotDo(_("Write why the police are told, or why not."), "police_reason")
    if asked and NOT_MET in said.thresholds:
        raise CannotDo(_("At this level the threshold is met. Choose by what, or another level."), "thresholds")
    if said.police_told and NOT_MET in said.thresholds:
        raise CannotDo(_("The police were told: choose by what the threshold was met."), "thresholds")


def review(mine: Reach, case_id: UUID, on: date | None) -> None:
    """Set when the team looks at a case again; None: no day. Raises NotTheirs, CannotDo."""
    case, _seat = theirs(mine, case_id, open_only=True)
    if on is not None and on < clock.today():
        raise CannotDo(_("This day is over."), "review_on")
    Case.objects.filter(pk=case.id).update(review_on=on)
    audit.record(mine.actor, "assessment.review", "case", case.id)


def close(mine: Reach, case_id: UUID, closing: str, reason: str) -> None:
    """Close a case for one of the pack's reasons, in words. Raises NotTheirs, CannotDo where something is still open."""
    case, _seat = theirs(mine, case_id, open_only=True)
    if closing not in {one.code for one in pack.section().closings} or closing == MOVED:
        raise CannotDo(_("Choose one of these."), "closing")
    if not reason.strip():
        raise CannotDo(_("Write the reason."), "reason")
    if not Level.objects.filter(case=case).exists():
        raise CannotDo(_("Decide first how grave it is: a case is not closed before the team has said so."))
    if Item.objects.filter(case=case, done_at=None).exists():
        raise CannotDo(_("Something of the safety plan is still open. Mark it as done, or write why it ends there."))
    ended(mine, case, closing, reason)


def ended(mine: Reach, case: Case, closing: str, reason: str) -> None:
    """The case ends: nothing is added to it any more."""
    words = sealing.sealed(case.id, CLOSING, case.id, {"reason": reason.strip()})
    Case.objects.filter(pk=case.id).update(
        closed_at=clock.now(), closed_by=mine.account_id, closing=closing, sealed_closing=words, review_on=None
    )
    audit.record(mine.actor, "assessment.closed", "case", case.id, closing=closing)
