"""`{% load duties %}{% tip_clocks page %}`: what the law may ask, on a tip's page."""

from typing import Any

from django import template
from django.template import Context

from upstander.desk import duties

register = template.Library()


@register.inclusion_tag("desk/_clocks.html", takes_context=True)
def tip_clocks(context: Context, page: Any) -> dict[str, Any]:
    """The panel of a tip's duty clocks, with the forms that this person may use."""
    return {
        "panel": duties.panel(page),
        "tip": page.tip,
        "now": page.now,
        "csrf_token": context.get("csrf_token"),
        "request": context["request"],
    }


@register.filter
def at(found: dict[Any, Any], key: Any) -> Any:
    """What a dictionary has under a key; None for nothing."""
    return found.get(key)
