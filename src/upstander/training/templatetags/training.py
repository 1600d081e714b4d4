"""`{% load training %}`: what the desk's first page says of certificates and practice."""

from typing import Any

from django import template

from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Role
from upstander.training import queries

register = template.Library()


@register.inclusion_tag("training/_notice.html")
def training_notice(account: Any) -> dict[str, Any]:
    """For call-takers what is theirs to do; for supervisors how many have no valid certificate."""
    trainer = current().training
    if trainer is None:
        return {}
    held = access.roles(account)
    return {
        "trainer": trainer,
        "keeps_out": trainer.without_certificate == "refuse",
        "standing": queries.standing(account.pk) if Role.CALL_TAKER in held else None,
        "lacking": queries.lacking() if Role.SUPERVISOR in held else 0,
    }
