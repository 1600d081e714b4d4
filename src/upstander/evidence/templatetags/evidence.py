"""`{% load evidence %}`: a tip's files on the desk's page of it."""

from typing import Any

from django import template
from django.template import Context

from upstander.evidence import access, desk, forms, looking, queries

register = template.Library()


def known(tip: Any, account: Any) -> dict[str, Any]:
    """What the template of a tip's files needs."""
    found = desk.cards(tip if isinstance(tip, str) else tip.number)
    return {
        "number": tip if isinstance(tip, str) else tip.number,
        "cards": found,
        "channel": getattr(tip, "channel", ""),
        "may_look": access.may_look(account),
        "look": forms.LookForm(auto_id=False),
        "suspects": any(card.suspected for card in found),
        "forbidden": bool(found) and looking.forbidden(found[0].file.tip_id),
    }


@register.inclusion_tag("evidence/_tip.html", takes_context=True)
def tip_files(context: Context, tip: Any) -> dict[str, Any]:
    """The files of a tip, with what can be done about each; renews itself while the page stands open."""
    request = context["request"]
    return known(tip, request.user) | {
        "tip": tip,
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }


@register.simple_tag
def evidence_waiting() -> int:
    """How many sealed files wait for a custodian: not handed over, or with a destruction that a second one must decide."""
    return queries.waiting()
