"""The safety plan of a case: who sees to what, and when it is looked at again."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.assessment.cases import theirs
from upstander.assessment.models import Item, Member
from upstander.assessment.reach import Reach
from upstander.audit import services as audit
from upstander.disclosure import sealing
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.ids import new_id

TEXT = "assessment_item.sealed_text"


@dataclass(frozen=True, slots=True)
class Planned:
    """A piece of a plan: what, who sees to it (somebody of the team, or somebody else by name), when it is looked at again."""

    what: str
    review_on: date
    owner_id: UUID | None = None
    other: str = ""


def add(mine: Reach, case_id: UUID, said: Planned, item_id: UUID | None = None) -> None:
    """Add to the safety plan; the same press adds once. Raises NotTheirs, CannotDo."""
    case, _seat = theirs(mine, case_id, open_only=True)
    if not said.what.strip():
        raise CannotDo(_("Write what is to be done."), "what")
    owner = Member.objects.filter(pk=said.owner_id, team=case.team_id, ended_at=None).first() if said.owner_id else None
    if said.owner_id and owner is None:
        raise NotTheirs(said.owner_id)
    if owner is None and not said.other.strip():
        raise CannotDo(_("Say who sees to it: choose somebody of the team, or write a name."), "owner")
    if said.review_on < clock.today():
        raise CannotDo(_("This day is over."), "review_on")
    identity = item_id or new_id()
    if Item.objects.filter(pk=identity).exists():
        return
    words = {"what": said.what.strip(), "other": "" if owner else said.other.strip()}
    Item.objects.create(
        id=identity, case=case, made_at=clock.now(), made_by=mine.account_id, owner=owner, review_on=said.review_on,
        sealed_text=sealing.sealed(case.id, TEXT, identity, words),
    )  # fmt: skip
    audit.record(mine.actor, "assessment.planned", "case", case.id)


def done(mine: Reach, item_id: UUID) -> UUID:
    """A piece of the plan is done. Returns its case. Raises NotTheirs, CannotDo."""
    item = _open(mine, item_id)
    Item.objects.filter(pk=item_id).update(done_at=clock.now(), done_by=mine.account_id)
    audit.record(mine.actor, "assessment.plan_done", "case", item.case_id)
    return item.case_id


def again(mine: Reach, item_id: UUID, on: date) -> UUID:
    """It was looked at, and is looked at again on a day. Returns its case. Raises NotTheirs, CannotDo."""
    item = _open(mine, item_id)
    if on < clock.today():
        raise CannotDo(_("This day is over."), "review_on")
    Item.objects.filter(pk=item_id).update(review_on=on)
    audit.record(mine.actor, "assessment.plan_reviewed", "case", item.case_id)
    return item.case_id


def _open(mine: Reach, item_id: UUID) -> Item:
    item = Item.objects.filter(pk=item_id, done_at=None).first()
    if item is None:
        raise NotTheirs(item_id)
    theirs(mine, item.case_id, open_only=True)
    return item
