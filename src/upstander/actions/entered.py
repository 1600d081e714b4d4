"""What was done while no screen worked, and is entered afterwards with its real time (docs/decisions/0099)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions.models import Judgement, RequiredAction

MINUTE = timedelta(minutes=1)


class CannotRecord(ValueError):
    """What was to be recorded does not fit the action; in words for the person who recorded it."""


class CannotHaveHappened(CannotRecord):
    """It cannot have happened when it is said to have."""


def moment(action: RequiredAction, at: datetime | None) -> datetime | None:
    """When it happened, as it is written down; None for now. People write minutes: what lies in the minute of the earliest
    possible moment is that moment. Raises CannotHaveHappened for what is to come, for what was before the tip, and for what was
    before the tip was raised: who was told then was told of something less grave, and is owed word of what it is.
    """
    if at is None:
        return None
    if at > clock.now():
        raise CannotHaveHappened(_("This time is still to come."))
    first, why = _earliest(action)
    if at + MINUTE <= first:
        raise CannotHaveHappened(why)
    return max(at, first)


def _earliest(action: RequiredAction) -> tuple[datetime, str]:
    """From when on it can have been done, and what is wrong with an earlier time."""
    judged = Judgement.objects.filter(tip_id=action.tip_id)
    raised = judged.filter(state=Judgement.State.IN_FORCE).values_list("raised_at", flat=True).first()
    first = judged.filter(n=1).values_list("at", flat=True).first()
    if raised and first and raised > first:
        return raised, _("The tip was judged graver after that: what was told before did not say what it is now.")
    return action.tip.received_at, _("The tip came in after that.")
