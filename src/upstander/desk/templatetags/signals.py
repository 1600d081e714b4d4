"""Marks in what is to be released: `{% load signals %}{% reveals form.text %}`."""

from typing import Any

from django import template
from django.forms import BoundField

from upstander.desk import suggestions

register = template.Library()


@register.inclusion_tag("desk/_reveals.html")
def reveals(field: BoundField, address: str) -> dict[str, Any]:
    """The words of this field that could show who told us; asks `address` again while it is being written."""
    return {
        "pieces": suggestions.marked(str(field.value() or "")),
        "address": address,
        "watched": field.auto_id,
        "id": f"reveals-{field.auto_id}",
    }
