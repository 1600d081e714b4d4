"""The pack's section on preparedness, as this room asks for it."""

from django.http import Http404

from upstander.packs.current import current
from upstander.packs.preparedness import Preparedness


def maybe() -> Preparedness | None:
    """The section; None where this jurisdiction has none."""
    return current().preparedness


def rules() -> Preparedness:
    """The section. Raises Http404 where there is none: then there are no such pages."""
    found = maybe()
    if found is None:
        raise Http404
    return found
