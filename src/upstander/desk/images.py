"""What a person judged to be about sexual images of children is looked at by nobody at the desk (D-IV.A.2.c.5)."""

from uuid import UUID

from upstander.actions.models import Judgement
from upstander.evidence.adopting import FLAG, said_by_reporter


def judged_so(tip_id: UUID) -> bool:
    """Whether the judgement in force says so, by its mark or by its kind."""
    in_force = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE)
    found = in_force.values_list("flags", "subtypes").first()
    return found is not None and (FLAG in found[0] or any(said_by_reporter(subtype) for subtype in found[1]))
