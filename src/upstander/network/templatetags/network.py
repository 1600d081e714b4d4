"""What the network's frame asks."""

from typing import Any

from django import template
from django.urls import reverse

from upstander.network import pages
from upstander.network.middleware import of

register = template.Library()


@register.simple_tag(takes_context=True)
def is_officer(context: dict[str, Any]) -> bool:
    """Whether who asks is the School Intelligence Officer: what opens for nobody else is linked for nobody else."""
    request = context.get("request")
    return bool(request and request.user.is_authenticated and of(request).sio)


@register.simple_tag(takes_context=True)
def network_pages(context: dict[str, Any]) -> list[dict[str, object]]:
    """The header's entries for who asks; none for a stranger."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return []
    who = of(request)
    if not who.staff and who.level is None:
        return []
    found = [(page, reverse(page.name)) for page in pages.shown(staff=who.staff, member=who.member_id is not None)]
    longest = max((len(at) for _, at in found if request.path.startswith(at)), default=0)
    return [
        {
            "label": page.label, "address": at, "staff": page.staff, "says": page.says, "top": page.top,
            "here": request.path.startswith(at) and len(at) == longest,
        }
        for page, at in found
    ]  # fmt: skip
